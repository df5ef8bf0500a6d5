"""The artifact's files: the network, vectors, evidence and the responder; and vectors as other programs read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.parts.embedding import to_word2vec_text
from hanok.parts.graph import Graph, Responses
from hanok.parts.response import Evidence, Responder
from hanok.systems.network.encoder import Encoder
from hanok.systems.network.learning import Told
from hanok.systems.network.room import Room

NETWORK, ARRAYS, RESPONDER, TEXTS = "network.safetensors", "vectors.safetensors", "responder.safetensors", "room.json"
WORD2VEC, PARQUET = "vectors.txt", "vectors.parquet"


def write(folder: Path, room: Room) -> None:
    """Write the files."""
    from safetensors.numpy import save_file

    links = room.evidence.links
    arrays: dict[str, npt.NDArray[Any]] = {
        "vectors": room.vectors,
        "left": room.learnt.left,
        "right": room.learnt.right,
        "label": room.learnt.label,
        "strengths": room.strengths,
        "lists": room.lists,
        "places": room.places,
        "numbers": room.evidence.numbers,
        "words": room.evidence.words,
        "links.data": links.data,
        "links.indices": links.indices,
        "links.indptr": links.indptr,
    }
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / ARRAYS)
    room.network.save(folder / NETWORK)
    room.responder.save(folder / RESPONDER)
    texts = {
        "directed": room.directed,
        "left_type": room.left_type,
        "right_type": room.right_type,
        "encoder": room.encoder.dump(),
        "groups": {str(node): group for node, group in room.groups.items()},
        "chosen": list(room.chosen),
        "told": [list(one) for one in room.told],
    }
    (folder / TEXTS).write_text(json.dumps(texts, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    _exported(folder, room)


def read(folder: Path) -> Room:
    """The mirror of `write`."""
    from safetensors.numpy import load_file

    arrays = load_file(folder / ARRAYS)
    texts: dict[str, Any] = json.loads((folder / TEXTS).read_text(encoding="utf-8"))
    network = Graph.load(folder / NETWORK)
    parts = arrays["links.data"], arrays["links.indices"], arrays["links.indptr"]
    links = csr_matrix(parts, shape=(len(arrays["links.indptr"]) - 1, len(network)))
    return Room(
        network=network,
        directed=texts["directed"],
        left_type=texts["left_type"],
        right_type=texts["right_type"],
        learnt=Responses(arrays["left"], arrays["right"], arrays["label"]),
        strengths=arrays["strengths"],
        lists=arrays["lists"],
        vectors=arrays["vectors"],
        encoder=Encoder(**texts["encoder"]),
        places=arrays["places"],
        evidence=Evidence(arrays["numbers"], arrays["words"], links),
        responder=Responder.load(folder / RESPONDER),
        groups={int(node): group for node, group in texts["groups"].items()},
        chosen=texts["chosen"],
        told=[Told(*one) for one in texts["told"]],
    )


def _exported(folder: Path, room: Room) -> None:
    """Vectors of all nodes as word2vec text and as Parquet; reading the artifact needs neither."""
    import polars as pl

    types = [room.network.type_names[kind] for kind in room.network.types.tolist()]
    to_word2vec_text(folder / WORD2VEC, words(types, room.network.names), room.vectors)
    columns: dict[str, Any] = {"type": types, "name": room.network.names}
    columns |= {f"v{j}": room.vectors[:, j] for j in range(room.vectors.shape[1])}
    pl.DataFrame(columns).write_parquet(folder / PARQUET)


def words(types: list[str], names: list[str]) -> list[str]:
    """One word for each node, ``type:name``; white space, which the format cannot say, becomes ``_``.

    Where that makes two the same, ``#2`` and so on is put behind the later ones.

    Example
    -------
    >>> words(["cell", "cell", "gene"], ["A 1", "A_1", "A 1"])
    ['cell:A_1', 'cell:A_1#2', 'gene:A_1']
    """
    found: dict[str, None] = {}
    for kind, name in zip(types, names, strict=True):
        word, number = "_".join(f"{kind}:{name}".split()), 1
        base = word
        while word in found:
            number += 1
            word = f"{base}#{number}"
        found[word] = None
    return list(found)
