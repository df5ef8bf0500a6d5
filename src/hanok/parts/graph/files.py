"""Settings, arrays and lists of words in one safetensors file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem

Arrays = dict[str, npt.NDArray[Any]]
Words = dict[str, list[str]]


def write(path: Path, settings: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]], words: Words) -> None:
    """Arrays and lists of words by their names, with the settings beside them."""
    from safetensors.numpy import save_file

    # as bytes: a header of safetensors holds no more than 100 MB, fewer than a large graph has names
    texts = {name: np.frombuffer(json.dumps(list_).encode(), np.uint8) for name, list_ in words.items()}
    tensors = {name: np.ascontiguousarray(array) for name, array in {**arrays, **texts}.items()}
    save_file(tensors, path, {"settings": json.dumps(dict(settings))})


def read(path: Path, what: str, words: Sequence[str]) -> tuple[dict[str, Any], Arrays, Words]:
    """What `write` wrote; `what` says in words what the file should hold, `words` which arrays are lists of words.

    Raises
    ------
    Problem
        ``bad_file``: the file is damaged, or holds something else.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            settings = json.loads((file.metadata() or {})["settings"])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  it is no dictionary
        return settings, arrays, {name: json.loads(arrays.pop(name).tobytes()) for name in words}
    except (SafetensorError, KeyError, ValueError) as error:
        raise Problem("bad_file", f"found {error}; expected {what}", str(path)) from error
