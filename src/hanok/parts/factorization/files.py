"""Settings and arrays in one safetensors file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem

Floats32 = npt.NDArray[np.float32]


def write(path: Path, settings: Mapping[str, Any], tensors: Mapping[str, Floats32]) -> None:
    """Arrays with the settings beside them."""
    from safetensors.numpy import save_file

    save_file(dict(tensors), path, {"settings": json.dumps(dict(settings))})


def read(path: Path, settings: Sequence[str], tensors: Sequence[str]) -> tuple[dict[str, Any], dict[str, Floats32]]:
    """What `write` wrote, under these names.

    Raises
    ------
    Problem
        The file is damaged, or holds something else.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            found = json.loads((file.metadata() or {})["settings"])
            return {name: found[name] for name in settings}, {name: file.get_tensor(name) for name in tensors}
    except (SafetensorError, KeyError, ValueError) as error:
        raise Problem("bad_file", f"found {error}; expected what ALS.save wrote", str(path)) from error
