"""A responder as one safetensors file."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.problem import Problem
from hanok.parts.response.kronecker import Kronecker
from hanok.parts.response.likeness import Likeness
from hanok.parts.response.links import Links
from hanok.parts.response.settings import Settings
from hanok.parts.response.targets import Targets

if TYPE_CHECKING:
    from hanok.parts.response.responder import Responder

LIKENESS = ("numbers", "words", "centre", "spread", "usual")


def write(path: Path, responder: Responder) -> None:
    """Arrays, with settings beside them."""
    from safetensors.numpy import save_file

    effects = responder.links.effects
    arrays = {f"likeness.{name}": getattr(responder.likeness, name) for name in LIKENESS}
    arrays |= {f"kernel.{name}": getattr(responder.kernel, name) for name in ("left", "right", "gain")}
    arrays |= {"similarity": responder.similarity, "dual": responder.dual, "usual": responder.targets.usual}
    arrays |= {"links.data": effects.data, "links.indices": effects.indices, "links.indptr": effects.indptr}
    arrays["links.offset"] = responder.links.offset
    notes = {
        "settings": asdict(responder.settings),
        "calibration": responder.calibration,
        "variance": responder.variance,
        "length": responder.likeness.length,
        "width": responder.likeness.width,
    }
    packed = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    save_file(packed, path, {"responder": json.dumps(notes)})


def read(path: Path, responder: Responder) -> None:
    """The mirror of `write`, into a responder just made.

    Raises
    ------
    Problem
        ``bad_file``.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            notes: dict[str, Any] = json.loads((file.metadata() or {})["responder"])
            found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  it is no mapping
        likeness = {name: found[f"likeness.{name}"] for name in LIKENESS}
        responder.settings = Settings(**notes["settings"])
        responder.calibration, responder.variance = tuple(notes["calibration"]), notes["variance"]
        responder.likeness = Likeness(**likeness, length=notes["length"], width=notes["width"])
        responder.kernel = Kronecker(*(found[f"kernel.{name}"] for name in ("left", "right", "gain")))
        responder.similarity, responder.dual, usual = found["similarity"], found["dual"], found["usual"]
        parts = found["links.data"], found["links.indices"], found["links.indptr"]
        effects = csr_matrix(parts, shape=(len(found["links.indptr"]) - 1, len(usual)))
        effects.check_format()
        responder.links = Links(effects, found["links.offset"])
        nothing = np.zeros((0, len(usual)))
        responder.targets = Targets(nothing, nothing.astype(bool), usual)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise Problem("bad_file", f"found {error}; expected what Responder.save wrote", str(path)) from error
