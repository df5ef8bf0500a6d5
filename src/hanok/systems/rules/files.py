"""The artifact's files: texts as JSON, arrays as safetensors, an optimised graph as ONNX."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from hanok.parts.calibration import Calibrator
from hanok.systems.rules.config import Config
from hanok.systems.rules.data import Data, Entry
from hanok.systems.rules.encoder import Encoder
from hanok.systems.rules.graph import Graph
from hanok.systems.rules.legal import Legality
from hanok.systems.rules.model import Model, Past
from hanok.systems.rules.room import Room
from hanok.systems.rules.selection import Selection

TEXTS, ARRAYS, GRAPH = "rules.json", "arrays.safetensors", "graph.onnx"
STEPS = ("to_factors", "factors_at", "items", "history", "to_rules", "base", "apart")


def write(folder: Path, room: Room) -> None:
    """Write the files."""
    from safetensors.numpy import save_file

    past, legality = room.past, room.legality
    arrays = {
        "past.mean": past.mean,
        "past.scale": past.scale,
        "past.known": past.known,
        "past.taken": past.taken,
        "kept": past.kept,
        "times": np.array(room.selection.times),
        "counts": legality.counts.astype(np.int32),
    }
    if isinstance(room.scorer, Model):
        arrays |= {f"model.{name}": getattr(room.scorer, name) for name in STEPS}
    elif isinstance(room.scorer, Graph):
        (folder / GRAPH).write_bytes(room.scorer.onnx)
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / ARRAYS)
    texts = {
        "rules": list(room.rules),
        "columns": room.encoder.dump(),
        "reasons": room.selection.reasons,
        "names": list(room.names),
        "catalogue": {rule: [entry.text, list(entry.games)] for rule, entry in legality.catalogue.items()},
        "games": legality.games,
        "calibrator": vars(room.calibrator),
        "kinds": list(room.kinds),
        "told": None if room.told is None else _pack(room.told),
        "inputs": room.scorer.kept.tolist() if isinstance(room.scorer, Graph) else None,
        "graph": dict(room.graph),
    }
    (folder / TEXTS).write_text(json.dumps(texts, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def read(folder: Path, config: Config) -> Room:
    """The mirror of `write`."""
    from safetensors.numpy import load_file

    arrays = load_file(folder / ARRAYS)
    texts: dict[str, Any] = json.loads((folder / TEXTS).read_text(encoding="utf-8"))
    past = Past(arrays["past.mean"], arrays["past.scale"], arrays["kept"], arrays["past.known"], arrays["past.taken"])
    catalogue = {rule: Entry(text, tuple(games)) for rule, (text, games) in texts["catalogue"].items()}
    if texts["inputs"] is None:
        steps = {name: arrays[f"model.{name}"] for name in STEPS}
        scorer: Model | Graph = Model(
            past=past,
            method=config.method,
            kernel=config.kernel,
            width=config.width,
            neighbours=config.neighbours,
            sharpness=config.sharpness,
            **steps,
        )
    else:
        scorer = Graph((folder / GRAPH).read_bytes(), np.array(texts["inputs"], np.int64))
    return Room(
        rules=texts["rules"],
        encoder=Encoder.load(texts["columns"]),
        selection=Selection(arrays["kept"], arrays["times"].tolist(), texts["reasons"]),
        past=past,
        names=texts["names"],
        scorer=scorer,
        legality=Legality(texts["rules"], catalogue, texts["games"], arrays["counts"].astype(np.int64)),
        calibrator=Calibrator(**texts["calibrator"]),
        strict=config.strict,
        kinds=texts["kinds"],
        told=None if texts["told"] is None else Data(**texts["told"]),
        graph=texts["graph"],
    )


def _pack(told: Data) -> dict[str, Any]:
    own = {one.name: getattr(told, one.name) for one in fields(told)}
    return {**own, "catalogue": {}}
