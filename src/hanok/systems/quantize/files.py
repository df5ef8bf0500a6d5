"""The artifact's files: the network as ONNX, texts as JSON, images that people told of as safetensors."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from hanok.systems.quantize.frame import Frame
from hanok.systems.quantize.room import Room, Told
from hanok.systems.quantize.study import Study

NETWORK, TEXTS, TOLD = "model.onnx", "room.json", "told.safetensors"


def write(folder: Path, room: Room) -> None:
    """Write the files."""
    (folder / NETWORK).write_bytes(room.onnx)
    texts = {
        "frame": asdict(room.frame),
        "classes": list(room.classes),
        "usual": room.usual,
        "batch": room.batch,
        "probable": room.probable,
        "study": room.study.dump(),
    }
    (folder / TEXTS).write_text(json.dumps(texts, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    if room.told:
        from safetensors.numpy import save_file

        arrays = {name: np.ascontiguousarray(array) for name, array in room.told._asdict().items()}
        save_file(arrays, folder / TOLD)


def read(folder: Path) -> Room:
    """The mirror of `write`."""
    texts: dict[str, Any] = json.loads((folder / TEXTS).read_text(encoding="utf-8"))
    sizes = texts.pop("frame")
    frame = Frame(**{**sizes, "mean": tuple(sizes["mean"]), "std": tuple(sizes["std"])})
    told = None
    if (folder / TOLD).is_file():
        from safetensors.numpy import load_file

        told = Told(**load_file(folder / TOLD))
    study = Study.load(texts.pop("study"))
    return Room(onnx=(folder / NETWORK).read_bytes(), frame=frame, study=study, told=told, **texts)
