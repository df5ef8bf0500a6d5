"""The artifact's files: texts as JSON, arrays as safetensors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hanok.parts.embedding import SGNS
from hanok.parts.ranking import Fusion
from hanok.parts.text import Index, Sparse, Vocabulary
from hanok.systems.video.config import Config
from hanok.systems.video.data import Catalogue, Ints
from hanok.systems.video.ensemble import Blend
from hanok.systems.video.folds import Questions
from hanok.systems.video.people import People
from hanok.systems.video.rankers import Rankers

VIDEOS, PEOPLE, TERMS, BLEND = "videos.json", "people.json", "terms.json", "blend.json"
ARRAYS, ITEM2VEC = "arrays.safetensors", "item2vec.safetensors"


def write(
    folder: Path, rankers: Rankers, people: People, valid: Questions, blend: Blend, facts: dict[str, Any]
) -> None:
    """Write the files."""
    from safetensors.numpy import save_file

    counts = rankers.index.counts
    lengths = [len(history) for history in valid.histories]
    arrays = {
        "mf.vectors": rankers.vectors,
        "text.starts": counts.starts,
        "text.columns": counts.columns.astype(np.int32),
        "text.values": counts.values,
        "people.starts": people.starts,
        "people.videos": people.videos.astype(np.int32),
        "people.viewers": people.viewers,
        "valid.sources": valid.sources,
        "valid.targets": valid.targets,
        "valid.times": valid.times,
        "valid.starts": np.cumsum([0, *lengths]).astype(np.int64),
        "valid.histories": _joined(valid.histories),
    }
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / ARRAYS)
    rankers.sgns.save(folder / ITEM2VEC)
    catalogue = rankers.catalogue
    columns = {name: list(getattr(catalogue, name)) for name in ("items", "titles", "texts", "categories")}
    _dump(folder / VIDEOS, columns)
    _dump(folder / PEOPLE, list(people.names))
    _dump(folder / TERMS, list(rankers.index.vocabulary.terms))
    _dump(folder / BLEND, {**vars(blend.fusion), "said": blend.said, "facts": facts})


def read(folder: Path, config: Config) -> tuple[Rankers, People, Questions, Blend, dict[str, Any]]:
    """The mirror of `write`."""
    from safetensors.numpy import load_file

    arrays, blend = load_file(folder / ARRAYS), _load(folder / BLEND)
    vocabulary = Vocabulary(_load(folder / TERMS))
    columns = arrays["text.columns"].astype(np.int64)
    counts = Sparse(arrays["text.starts"], columns, arrays["text.values"], len(vocabulary))
    index = Index(ranker=config.text_ranker).over(vocabulary, counts)
    catalogue = Catalogue(**_load(folder / VIDEOS))
    rankers = Rankers(config, catalogue, arrays["mf.vectors"], SGNS.load(folder / ITEM2VEC), index)
    people = People(
        _load(folder / PEOPLE),
        arrays["people.starts"],
        arrays["people.videos"].astype(np.int64),
        arrays["people.viewers"],
    )
    histories = np.split(arrays["valid.histories"], arrays["valid.starts"][1:-1])
    sources, targets, times = (arrays[f"valid.{name}"] for name in ("sources", "targets", "times"))
    valid = Questions(sources, targets, times, histories[: len(sources)])
    said, facts = blend.pop("said"), blend.pop("facts")
    return rankers, people, valid, Blend(Fusion(**blend), said), facts


def _joined(parts: Sequence[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, np.int64), *parts])


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
