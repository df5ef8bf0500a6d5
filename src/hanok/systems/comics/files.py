"""The artifact's files: texts as JSON, arrays as safetensors, covers as pictures."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from hanok.parts.factorization import ALS
from hanok.systems.comics.blend import Blend
from hanok.systems.comics.covers import ASSETS, Pictures
from hanok.systems.comics.data import Catalogue, Data
from hanok.systems.comics.rankers import Rankers
from hanok.systems.comics.state import State

TEXTS, ARRAYS, FACTORS = "comics.json", "arrays.safetensors", "cf.safetensors"


def write(folder: Path, state: State) -> None:
    """Write the files."""
    from safetensors.numpy import save_file

    train, valid, catalogue = state.train, state.valid, state.train.catalogue
    arrays = {
        "text": state.rankers.vectors["text"].astype(np.float32),
        "image": state.rankers.vectors["image"].astype(np.float16),  # histograms; what differs by less looks the same
        "readers": state.rankers.readers,
        "train.users": train.users,
        "train.items": train.items,
        "valid.users": valid.users,
        "valid.items": valid.items,
        "valid.judged": valid.judged,
    }
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / ARRAYS)
    state.rankers.als.save(folder / FACTORS)
    state.pictures.write(folder)
    columns = {name: list(getattr(catalogue, name)) for name in ("items", "titles", "genres", "authors")}
    texts = {
        "catalogue": {**columns, "covers": state.covers},
        "names": list(train.names),
        "timed": train.timed,
        "notes": state.notes,
        "blend": asdict(state.blend),
    }
    (folder / TEXTS).write_text(json.dumps(texts, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def read(folder: Path) -> State:
    """The mirror of `write`; synopses are not kept, nothing is made of them any more."""
    from safetensors.numpy import load_file

    arrays, texts = load_file(folder / ARRAYS), json.loads((folder / TEXTS).read_text(encoding="utf-8"))
    named, names = texts["catalogue"], texts["names"]
    n = len(named["items"])
    catalogue = Catalogue(named["items"], named["titles"], [""] * n, named["genres"], named["authors"], [None] * n)
    rest: dict[str, Any] = {"catalogue": catalogue, "names": names, "timed": texts["timed"]}
    users = arrays["train.users"]
    train = Data(users=users, items=arrays["train.items"], judged=np.ones(len(users), bool), **rest)
    valid = Data(users=arrays["valid.users"], items=arrays["valid.items"], judged=arrays["valid.judged"], **rest)
    als = ALS.load(folder / FACTORS)
    rankers = Rankers.of(als, arrays["text"], arrays["image"].astype(np.float32), arrays["readers"])
    pictures = Pictures(folder / ASSETS)
    return State(train, valid, rankers, Blend(**texts["blend"]), named["covers"], pictures, texts["notes"])
