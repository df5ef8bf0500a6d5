"""Random walks over a graph: sequences of nodes, made while they are learnt from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.embedding.adjacency import adjacency as clean
from hanok.parts.embedding.corpus import Corpus
from hanok.parts.embedding.threads import in_order
from hanok.parts.embedding.walk_kernel import fill, walk

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
CHUNK = 200_000  # tokens: what is in memory at once, for each thread


class Walks:
    """node2vec's walks: each step looks at weights, and at where the walk was one step ago.

    Called with the number of an epoch, it gives that epoch's walks in chunks, so it is what `SGNS.fit` takes as corpus.
    Every epoch has new walks; a walk depends on `seed`, epoch, start and its number only.

    Parameters
    ----------
    adjacency : sparse matrix (n_nodes, n_nodes)
        Weight of the edge from row to column. It may be asymmetric (edges have a direction) and have edges of a node
        to itself. Not changed, and not to be changed while it is walked on.
    p : float
        A step back to where the walk came from has its weight divided by p.
    q : float
        So has, by q, a step to a node that the one before has no edge to. With p = q = 1 steps go by weight alone.
    walk_length : int
        Nodes in a walk; fewer where it comes to a node without an edge out.
    num_walks : int
        Walks from each start in an epoch, in rounds: every start once, in random order, then all again.
    starts : array (n_starts,), int, optional
        Where walks begin; every node if not given. Nodes without an edge out are left out: a walk of one node teaches
        nothing.
    workers : int
        Threads; walks and their order are the same for any number. One makes several times what training takes, so
        more are for walks without training.
    seed : int

    Attributes
    ----------
    n_nodes : int
    starts : array (n_starts,), int32

    Raises
    ------
    Problem
        ``bad_adjacency``, ``bad_weight``: see `adjacency`; ``bad_setting``; ``bad_starts``: ids that are none, or are
        there twice; ``no_edges``: there is nowhere to walk to.

    Example
    -------
    >>> from scipy.sparse import csr_matrix
    >>> ring = csr_matrix(([1, 1, 1, 1], ([0, 1, 2, 3], [1, 2, 3, 0])))
    >>> walks = Walks(ring, walk_length=5, num_walks=1, starts=[2])
    >>> [chunk[0].tolist() for chunk in walks(epoch=0)]
    [[2, 3, 0, 1, 2]]
    >>> from hanok.parts.embedding import SGNS
    >>> SGNS(8, sample=0).fit(walks, walks.n_nodes).vectors.shape
    (4, 8)

    Source
    ------
    Grover and Leskovec 2016, "node2vec", section 3.2. Steps are drawn by weight with Walker's alias method and then
    accepted or not (rejection sampling, as in Yang et al. 2019, "KnightKing"), so that memory grows with the edges; the
    tables of the paper grow with the sum of squared degrees. The distribution is the same. Where edges have a
    direction, "has an edge to" is asked of the node before, as in PecanPy; the authors' code asks the other node.
    """

    def __init__(
        self,
        adjacency: Any,
        *,
        p: float = 1.0,
        q: float = 1.0,
        walk_length: int = 80,
        num_walks: int = 10,
        starts: npt.ArrayLike | None = None,
        workers: int = 1,
        seed: int = 0,
    ) -> None:
        self.p, self.q, self.walk_length, self.num_walks = p, q, walk_length, num_walks
        self.workers, self.seed = workers, seed
        self._check()
        matrix = clean(adjacency)
        self.n_nodes = int(matrix.shape[0])
        indptr = matrix.indptr.astype(np.int64)
        indices = matrix.indices.astype(np.int32, copy=False)
        self.starts = _starts(starts, np.diff(indptr))
        equal = bool((matrix.data == matrix.data[0]).all())
        entries = 0 if equal else len(indices)
        stay, alias = np.zeros(entries, np.float32), np.zeros(entries, np.int32)
        if not equal:
            fill(indptr, indices, matrix.data, stay, alias)
        self._graph = indptr, indices, stay, alias

    def __call__(self, epoch: int) -> Iterator[Corpus]:
        """The walks of one epoch, in chunks."""
        key = np.random.SeedSequence([self.seed, epoch]).generate_state(1, np.uint64)[0]
        return in_order(lambda part: self._walk(key, *part), self._parts(epoch), self.workers)

    def counts(self) -> Ints:
        """How often each node is in the walks of epoch 0, (n_nodes,): for `SGNS.fit`, which counts the same otherwise.

        It makes these walks once. Where every node has an edge back, other epochs have as many tokens.
        """
        found = np.zeros(self.n_nodes, np.int64)
        for chunk in self(0):
            found += chunk.counts(self.n_nodes)
        return found

    def _parts(self, epoch: int) -> Iterator[tuple[int, Int32s]]:
        """Number and starts of the walks of each chunk."""
        size = max(1, CHUNK // self.walk_length)
        for number in range(self.num_walks):
            order = np.random.default_rng([self.seed, epoch, number]).permutation(self.starts)
            for first in range(0, len(order), size):
                yield number, order[first : first + size]

    def _walk(self, key: np.uint64, number: int, starts: Int32s) -> Corpus:
        tokens = np.empty(len(starts) * self.walk_length, np.int32)
        offsets = np.empty(len(starts) + 1, np.int64)
        walk(self._graph, starts, np.uint64(number), key, 1 / self.p, 1 / self.q, tokens, offsets)
        return Corpus(tokens[: offsets[-1]], offsets)

    def _check(self) -> None:
        """Refuse settings under which there are no walks."""
        for name, least in (("walk_length", 2), ("num_walks", 1), ("workers", 1), ("seed", 0)):
            value = getattr(self, name)
            if value < least:
                raise Problem("bad_setting", f"found {value}; expected {least} or more", name)
        for name in ("p", "q"):
            value = getattr(self, name)
            if not 1e-100 < value < 1e100:  # NaN fails too
                raise Problem("bad_setting", f"found {value}; expected a finite number above 0", name)


def _starts(given: npt.ArrayLike | None, degrees: Ints) -> Int32s:
    """Those of the starts, or of all nodes, that have an edge out."""
    n = len(degrees)
    if given is None:
        ids = np.arange(n)
    else:
        ids = np.asarray(given)
        if ids.ndim != 1 or (len(ids) and ids.dtype.kind not in "iu"):
            raise Problem("bad_starts", f"found {ids.dtype} of shape {ids.shape}; expected ids (n_starts,)", "starts")
        ids = ids.astype(np.int64)
        wrong = ids[(ids < 0) | (ids >= n)]
        if len(wrong):
            raise Problem("bad_starts", f"found {wrong[0]}; expected 0 to {n - 1}", "starts")
        once, times = np.unique(ids, return_counts=True)
        if (times > 1).any():
            hint = "num_walks says how many walks begin at each"
            raise Problem("bad_starts", f"found {once[times > 1][0]} twice; expected each node once", "starts", hint)
    found = ids[degrees[ids] > 0]
    if not len(found):
        where = "starts" if degrees.any() else "adjacency"
        raise Problem("no_edges", "there is no node to start from that has an edge out", where)
    return found.astype(np.int32)
