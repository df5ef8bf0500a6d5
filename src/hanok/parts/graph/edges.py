"""From rows of a list of edges to ids and a matrix: what `Graph.of` does, step by step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.problem import Problem

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
Floats32 = npt.NDArray[np.float32]


def coded(words: Sequence[str], where: str) -> tuple[Ints, list[str]]:
    """The place of each word among the distinct ones, sorted, and these.

    Raises
    ------
    Problem
        ``bad_name``, naming the row, where a word is empty or no text.
    """
    if not all(issubclass(kind, str) for kind in set(map(type, words))):
        row = next(i for i, word in enumerate(words) if not isinstance(word, str))
        raise Problem("bad_name", f"found {words[row]!r}; expected text", f"row {row} {where}")
    distinct = sorted(set(words))
    if any(not word.strip() for word in distinct):
        row = next(i for i, word in enumerate(words) if not word.strip())
        raise Problem("bad_name", "found an empty text; expected a name", f"row {row} {where}")
    place = {word: i for i, word in enumerate(distinct)}
    return np.fromiter(map(place.__getitem__, words), np.int64, len(words)), [str(word) for word in distinct]


def merged(parts: Sequence[tuple[Ints, list[str]]]) -> tuple[list[Ints], list[str]]:
    """The same codes over the distinct words of all parts."""
    distinct = sorted({word for _, words in parts for word in words})
    place = {word: i for i, word in enumerate(distinct)}
    return [np.array([place[word] for word in words], np.int64)[codes] for codes, words in parts], distinct


def numbered(names: Ints, n_names: int, types: Ints) -> tuple[Ints, Ints, Ints]:
    """Id of each (type, name), and the name and type of each id; ids run by type, then by name."""
    keys, ids = np.unique(types * n_names + names, return_inverse=True)
    return ids.reshape(-1), keys % max(n_names, 1), keys // max(n_names, 1)


def weighed(weights: npt.ArrayLike | None, m: int) -> Floats32:
    """Weights of the edges, checked, (m,).

    Raises
    ------
    Problem
        ``bad_shape``, or ``bad_weight``, naming the row.
    """
    if weights is None:
        return np.ones(m, np.float32)
    given = np.asarray(weights)
    if given.shape != (m,):
        raise Problem("bad_shape", f"found shape {given.shape} for {m} edges", "weights")
    try:
        with np.errstate(over="ignore"):
            found: Floats32 = given.astype(np.float32)
    except (TypeError, ValueError) as error:
        raise Problem("bad_weight", f"found {error}; expected numbers", "weights") from error
    bad = ~(np.isfinite(found) & (found >= 0))
    if bad.any():
        row = int(bad.argmax())
        raise Problem("bad_weight", f"found {given[row]}; expected a finite number, 0 or more", f"row {row} weight")
    return found


def matrix(sources: Ints, targets: Ints, weights: Floats32, n: int, directed: bool) -> csr_matrix:
    """The adjacency: no self loops, no weight 0, the greatest weight where an edge is listed more than once."""
    kept = (weights > 0) & (sources != targets)
    sources, targets, weights = sources[kept], targets[kept], weights[kept]
    if not directed:
        sources, targets = np.minimum(sources, targets), np.maximum(sources, targets)
    keys, inverse = np.unique(sources * n + targets, return_inverse=True)
    greatest = np.zeros(len(keys), np.float32)
    np.maximum.at(greatest, inverse.reshape(-1), weights)
    rows, columns = keys // max(n, 1), keys % max(n, 1)
    if not directed:
        rows, columns, greatest = np.r_[rows, columns], np.r_[columns, rows], np.r_[greatest, greatest]
    found = csr_matrix((greatest, (rows, columns)), shape=(n, n), dtype=np.float32)
    found.sum_duplicates()  # there are none; this sorts
    return found


def pair_keys(pairs: npt.ArrayLike, n: int, where: str = "pairs") -> tuple[Ints, Ints]:
    """First · n + second of each pair of node ids, and of each the other way round.

    Raises
    ------
    Problem
        ``bad_shape``, or ``unknown_node``, naming the pair.
    """
    found = np.asarray(pairs)
    if not found.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    if found.ndim != 2 or found.shape[1] != 2 or found.dtype.kind not in "iu":
        raise Problem("bad_shape", f"found {found.dtype} of shape {found.shape}; expected ids (m, 2)", where)
    found = found.astype(np.int64)
    bad = ((found < 0) | (found >= n)).any(axis=1)
    if bad.any():
        row = int(bad.argmax())
        raise Problem("unknown_node", f"found {found[row].tolist()}; expected ids 0 to {n - 1}", f"{where} {row}")
    return found[:, 0] * n + found[:, 1], found[:, 1] * n + found[:, 0]
