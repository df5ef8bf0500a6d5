"""Whether anything that a model learns from holds what it will be judged by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.graph.edges import pair_keys
from hanok.parts.graph.graph import Graph
from hanok.parts.graph.repeats import repeating_block, repeating_column
from hanok.parts.graph.responses import Responses

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Walks(Protocol):
    """Sequences of node ids one after the other, such as `hanok.parts.embedding.Corpus`."""

    @property
    def tokens(self) -> npt.NDArray[np.int32]:
        """Node ids, (n_tokens,)."""

    @property
    def offsets(self) -> Ints:
        """Where each walk begins, and the end, (n_walks + 1,)."""


Pairs = Responses | npt.ArrayLike
"""Responses, or node ids (m, 2)."""


def check_leaks(
    held: Pairs,
    *,
    graph: Graph | None = None,
    walks: Iterable[Walks] | None = None,
    negatives: tuple[npt.ArrayLike, npt.ArrayLike] | Pairs | None = None,
    positives: Pairs | None = None,
    features: Mapping[str, npt.ArrayLike] | None = None,
) -> None:
    """Look for held-out pairs in everything a model learns from; call it before every evaluation.

    A pair leaks in either direction and whatever its label. What is not given is not looked at.

    Parameters
    ----------
    held : Responses, or array (m, 2)
        What the model will be judged by; to look at features, with labels.
    graph : Graph, optional
        Must not have an edge between the two of a pair. Also gives names for the message.
    walks : iterable of Corpus, optional
        Chunks of walks over node ids. The two of a pair must not be neighbours in any; it is read once, to its end.
    negatives : tuple (offsets, ids), or pairs, optional
        Lists by node, as of `Responses.resistant_lists`: must not hold a pair. Tables that all nodes are drawn from
        say nothing of labels; do not give those.
    positives : Responses, or array (m, 2), optional
        Pairs that are in a loss, with whichever label.
    features : mapping of type to array (n_of_type, n_features), optional
        Rows in the order of ``graph.of_type(type)``, NaN where there is none.

    Raises
    ------
    Problem
        ``leak``: names the first held-out pair that was found, and where. ``missing``: features without labels or
        without the graph.

    Notes
    -----
    What it sees of features: a column that orders the held-out responses of one node, over the nodes of the other side,
    all but exactly (AUROC from .98, or to .02) and better than columns that say nothing would by chance in one check of
    a hundred (Mann-Whitney, Bonferroni over all columns and nodes); and a block of columns of which the best for each
    node does so on average, in no more than one of a hundred permutations of the rows. So labels are seen that stand in
    the features as they are, turned round, scaled, with a little noise or with gaps, and in any order of columns.

    What it cannot see: labels mixed into combinations of columns; summaries of them, such as how many drugs a cell
    responds to; one column where only a few of either label are held out, and blocks over a handful of nodes, where a
    perfect order may be chance. A feature that is this good by its nature is called a leak, too. For vectors that
    somebody else has made, `transductive_gap` asks in another way.

    Example
    -------
    >>> graph = Graph.of(["a", "b"], "cell", ["x", "x"], "drug")
    >>> check_leaks([(0, 2)], graph=graph.without([(0, 2)]))
    >>> check_leaks([(0, 2)], graph=graph)
    Traceback (most recent call last):
    hanok.core.problem.Problem: graph: the held-out pair (a, x) is an edge
    """
    seeker = _Seeker(held, graph)
    if graph is not None:
        seeker.look(np.stack(graph.adjacency.nonzero(), axis=1), "graph", "is an edge", "graph.without(pairs) drops it")
    if positives is not None:
        seeker.look(_pairs(positives), "positives", "is a training pair", "take it out of what the loss is made of")
    if negatives is not None:
        hint = "make lists from training responses only"
        seeker.look(_listed(negatives), "negatives", "is in the list of a node", hint)
    for chunk, corpus in enumerate(walks if walks is not None else ()):
        inside = np.ones(max(len(corpus.tokens) - 1, 0), bool)
        ends = np.asarray(corpus.offsets)[1:-1] - 1
        inside[ends[(ends >= 0) & (ends < len(inside))]] = False  # the last of a walk and the first of the next
        tokens = np.asarray(corpus.tokens, np.int64)
        steps = np.stack([tokens[:-1][inside], tokens[1:][inside]], axis=1)
        seeker.look(steps, f"walks, chunk {chunk}", "is a step of a walk", "walk over a graph without it")
    if features is not None:
        if graph is None or not isinstance(held, Responses):
            raise Problem("missing", "looking at features needs the graph, and held-out pairs with labels", "features")
        for kind, rows in features.items():
            _look_at_features(held, graph, kind, np.asarray(rows, np.float64))


class _Seeker:
    """The held-out pairs, ready to be looked up."""

    def __init__(self, held: Pairs, graph: Graph | None) -> None:
        self.graph, pairs = graph, _pairs(held)
        self.n = len(graph) if graph is not None else int(pairs.max(initial=-1)) + 1
        self.keys = np.unique(np.concatenate(pair_keys(pairs, self.n, "held")))
        self.touched = np.zeros(self.n, bool)
        self.touched[pairs.reshape(-1)] = True

    def look(self, pairs: Ints, where: str, found: str, hint: str) -> None:
        """Raise if any of the pairs is held out."""
        pairs = pairs[((pairs >= 0) & (pairs < self.n)).all(axis=1)]
        pairs = pairs[self.touched[pairs[:, 0]] & self.touched[pairs[:, 1]]]  # most are of other nodes
        leaking = np.isin(pairs[:, 0].astype(np.int64) * self.n + pairs[:, 1], self.keys)
        if leaking.any():
            a, b = np.sort(pairs[int(leaking.argmax())]).tolist()
            names = self.graph.names if self.graph is not None else range(self.n)
            raise Problem("leak", f"the held-out pair ({names[a]}, {names[b]}) {found}", where, hint)


def _pairs(given: Pairs) -> Ints:
    if isinstance(given, Responses):
        return given.pairs
    pairs = np.asarray(given)
    pair_keys(pairs, int(pairs.max(initial=-1)) + 1 if pairs.dtype.kind in "iu" else 0)  # for its checks
    return pairs.reshape(-1, 2).astype(np.int64)


def _listed(negatives: tuple[npt.ArrayLike, npt.ArrayLike] | Pairs) -> Ints:
    """Pairs (node, listed), of lists or pairs."""
    if not isinstance(negatives, tuple):
        return _pairs(negatives)
    offsets, ids = (np.asarray(part, np.int64) for part in negatives)
    if (
        offsets.ndim != 1
        or ids.ndim != 1
        or not len(offsets)
        or offsets[-1] != len(ids)
        or (np.diff(offsets) < 0).any()
    ):
        raise Problem("bad_shape", "expected (offsets, ids), as Responses.resistant_lists gives them", "negatives")
    return np.stack([np.repeat(np.arange(len(offsets) - 1), np.diff(offsets)), ids], axis=1)


def _look_at_features(held: Responses, graph: Graph, kind: str, rows: Floats) -> None:
    """Raise if a column of one type's features repeats held-out labels."""
    own = graph.of_type(kind)
    if rows.ndim != 2 or len(rows) != len(own):
        raise Problem("bad_shape", f"found shape {rows.shape}; expected a row for each of {len(own)} nodes", kind)
    for mine, others in ((held.left, held.right), (held.right, held.left)):
        here = np.isin(mine, own)
        if not here.any():
            continue
        a, b = np.unique(mine[here]), np.unique(others[here])
        labels = Responses(mine[here], others[here], held.label[here]).table(a, b)
        values = rows[np.searchsorted(own, a)]
        first = f"({graph.names[a[0]]}, {graph.names[b[np.isfinite(labels[0]).argmax()]]})"
        if column := repeating_column(values, labels):
            at, node, auroc = column
            first = f"({graph.names[a[np.isfinite(labels[:, node]).argmax()]]}, {graph.names[b[node]]})"
            found = f"and all others of {graph.names[b[node]]} can be read off, AUROC {auroc:.3f}"
            where = f"features of {kind}, column {at}"
        elif block := repeating_block(values, labels):
            found = f"and {int(np.isfinite(labels).sum()) - 1} others can be read off, mean AUROC {block:.3f}"
            where = f"features of {kind}, columns together"
        else:
            continue
        hint = "leave out what is made of these responses, or make it from training responses only"
        raise Problem("leak", f"the held-out pair {first} {found}", where, hint)
