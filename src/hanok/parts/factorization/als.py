"""Implicit alternating least squares."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.problem import Problem
from hanok.parts.factorization.files import read, write
from hanok.parts.factorization.interactions import interactions, transposed
from hanok.parts.factorization.kernel import LANES
from hanok.parts.factorization.sweep import Side, Threads
from hanok.parts.ranking import top_k

Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

BLOCK = 1024
"""Vectors that are drawn or turned at once: what needs no second copy of all of them."""


class ALS:
    """Vectors of users and items whose products say how likely a user wants an item, from what was seen only.

    It minimises, over all users u and items i,
    Σ_seen w_ui (u·v - 1)² + α0 Σ_all (u·v)² + λ [Σ_u (w_u + α0 n_items)^ν |u|² + Σ_i (w_i + α0 n_users)^ν |v|²]
    where w_u and w_i are the weights of a user and of an item, summed.

    Parameters
    ----------
    factors : int
        d, the length of the vectors.
    alpha0 : float
        How much a pair that was not seen counts as not wanted, beside 1 of a pair that was.
    regularization : float
        λ, how much long vectors cost.
    nu : float, 0 to 1
        At 1, vectors with many interactions are held as short as those with few; at 0, λ is the same for all.
    iterations : int
        How often users and items are solved in turn.
    cg_steps : int
        Steps of conjugate gradient for each row, beginning at the vector of the iteration before.
    workers : int
        Threads. Their number changes no vector.
    seed : int
        Of the first vectors, drawn from N(0, .1 / √d).

    Attributes
    ----------
    user_factors : array (n_users, d), float32
        Zeros for a user without interactions.
    item_factors : array (n_items, d), float32
        Zeros for an item without interactions.

    Example
    -------
    >>> seen = csr_matrix([[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 0, 0, 1, 1], [0, 1, 1, 0, 0]])
    >>> als = ALS(factors=2, iterations=10).fit(seen)
    >>> ids, scores = als.recommend(0, seen[0], N=1)
    >>> ids.tolist()
    [2]

    Source
    ------
    Hu, Koren and Volinsky 2008, "Collaborative filtering for implicit feedback datasets"; the loss and the drawing of
    Rendle et al. 2021, "Revisiting the performance of iALS on item recommendation benchmarks" (arXiv 2110.14037),
    section 3; conjugate gradient of Takács, Pilászy and Tikk 2011, "Applications of the conjugate gradient method for
    implicit feedback collaborative filtering". Ours are the weights w, which make a pair of weight 2 the same as a pair
    seen twice, and turning both sides before each half iteration so that VᵀV is diagonal: products stay as they are,
    and no row has to be multiplied by a (d, d) matrix.
    """

    user_factors: Floats32
    item_factors: Floats32

    def __init__(
        self,
        factors: int = 64,
        *,
        alpha0: float = 0.1,
        regularization: float = 0.01,
        nu: float = 1.0,
        iterations: int = 15,
        cg_steps: int = 3,
        workers: int = 1,
        seed: int = 0,
    ) -> None:
        self.factors, self.alpha0, self.regularization, self.nu = factors, alpha0, regularization, nu
        self.iterations, self.cg_steps, self.workers, self.seed = iterations, cg_steps, workers, seed

    # -- learning ------------------------------------------------------------------------------------------------------

    def fit(self, user_items: Any, report: Callable[..., None] | None = None) -> Self:
        """Learn the vectors.

        Parameters
        ----------
        user_items : csr_matrix (n_users, n_items)
            What each user has seen; values are weights, 1 for "seen once".
        report : callable, optional
            ``report(step, total, loss=...)`` after every iteration, such as `Run.report`; what it raises ends the fit.
            The loss is the weighted mean of (u·v - 1)² over what was seen, halfway through the iteration.

        Raises
        ------
        Problem
            A setting is out of bounds, there are no interactions, a value is negative, infinite or not a number, or
            the vectors grow beyond all bounds.
        """
        self._check()
        by_user, by_item, total = self._sides(user_items)
        rng, width = np.random.default_rng(self.seed), -(-self.factors // LANES) * LANES
        users, items = (self._draw(rng, len(side.ridge), width) for side in (by_user, by_item))
        with Threads(self.workers, width) as threads:
            for step in range(self.iterations):
                threads.sweep(by_user, users, items, self._turn(users, items), self.cg_steps)
                loss = threads.sweep(by_item, items, users, self._turn(items, users), self.cg_steps)
                if report:
                    report(step + 1, self.iterations, loss=loss / total)
        return self._hold(users[:, : self.factors], items[:, : self.factors])

    def fold_in(self, user_items: Any) -> Floats32:
        """Vectors of users that `fit` has not seen, from what they have seen; items stay as they are.

        Parameters
        ----------
        user_items : csr_matrix (n, n_items)
            What each of them has seen, with weights as in `fit`.

        Returns
        -------
        array (n, d), float32
            Where the loss is least for each of them; zeros for who has seen nothing.

        Raises
        ------
        Problem
            The shape is wrong, or a value is negative, infinite or not a number.
        """
        seen = self._seen(user_items, None)
        found = np.zeros((seen.shape[0], self.item_factors.shape[1]), np.float32)
        for row, ridge in enumerate(self._ridge(seen)):
            part = slice(seen.indptr[row], seen.indptr[row + 1])
            if part.start == part.stop:
                continue
            vectors = self.item_factors[seen.indices[part]]
            weighted = vectors * seen.data[part, None]
            normal = self._gram + weighted.T @ vectors
            normal.flat[:: len(normal) + 1] += ridge
            found[row] = np.linalg.solve(normal, weighted.sum(axis=0))
        return found

    # -- answering -----------------------------------------------------------------------------------------------------

    def recommend(
        self,
        userid: int | npt.ArrayLike,
        user_items: Any = None,
        N: int = 10,  # noqa: N803  as implicit calls it
        filter_already_liked_items: bool = True,
        items: npt.ArrayLike | None = None,
        filter_items: npt.ArrayLike | None = None,
        recalculate_user: bool = False,
    ) -> tuple[Ints, Floats32]:
        """The items that users are likely to want most.

        Parameters
        ----------
        userid : int, or array (n,)
            Row or rows of the matrix `fit` saw.
        user_items : csr_matrix (n, n_items), optional
            What these users have seen by now, a row for each; needed to filter and to recalculate.
        N : int
            How many.
        filter_already_liked_items : bool
            Leave out what `user_items` says was seen.
        items : array (m,), optional
            The only items to choose from.
        filter_items : array (m,), optional
            Items not to choose.
        recalculate_user : bool
            Take the vectors that `fold_in` makes of `user_items`, not those learnt; `userid` may then be anyone.

        Returns
        -------
        ids : array (N,) or (n, N), int64
        scores : array of the same shape, float32
            Best first. For one user they are shorter where there is less to choose from; for an array of users such
            places hold id -1 and score -inf. A user without interactions gets nothing: there is no vector to go by.

        Raises
        ------
        Problem
            An id is unknown, or `user_items` is missing or of the wrong shape.
        """
        alone = np.ndim(userid) == 0
        rows = np.atleast_1d(np.asarray(userid, np.int64))
        hidden = None
        if filter_already_liked_items or recalculate_user:
            hidden = self._seen(user_items, len(rows))
        if recalculate_user:
            vectors = self.fold_in(hidden)
        else:
            vectors = self.user_factors[_known(rows, len(self.user_factors), "userid")]
        choice = self._choice(items, filter_items)
        return _best(vectors, self.item_factors, N, alone, choice, hidden if filter_already_liked_items else None)

    def similar_items(
        self,
        itemid: int | npt.ArrayLike,
        N: int = 10,  # noqa: N803  as implicit calls it
        items: npt.ArrayLike | None = None,
    ) -> tuple[Ints, Floats32]:
        """Items that are wanted by the same users, by the cosine of their vectors; an item is most similar to itself.

        Parameters
        ----------
        itemid : int, or array (n,)
            Column or columns of the matrix `fit` saw.
        N : int
            How many.
        items : array (m,), optional
            The only items to choose from.

        Returns
        -------
        ids, scores
            As of `recommend`. An item without interactions gets nothing: there is no vector to go by.

        Raises
        ------
        Problem
            An id is unknown.
        """
        rows = _known(np.atleast_1d(np.asarray(itemid, np.int64)), len(self.item_factors), "itemid")
        return _best(self._unit[rows], self._unit, N, np.ndim(itemid) == 0, self._choice(items, None), None)

    # -- keeping -------------------------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write settings and vectors to one safetensors file."""
        write(path, self._settings(), {"user_factors": self.user_factors, "item_factors": self.item_factors})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        Problem
            The file holds something else.
        """
        settings, tensors = read(path, list(cls()._settings()), ["user_factors", "item_factors"])
        return cls(**settings)._hold(tensors["user_factors"], tensors["item_factors"])

    # -- inside --------------------------------------------------------------------------------------------------------

    def _settings(self) -> dict[str, Any]:
        names = ("factors", "alpha0", "regularization", "nu", "iterations", "cg_steps", "workers", "seed")
        return {name: getattr(self, name) for name in names}

    def _check(self) -> None:
        for name in ("factors", "iterations", "cg_steps", "workers"):
            if getattr(self, name) < 1:
                raise Problem("bad_setting", f"found {getattr(self, name)}; expected 1 or more", name)
        for name in ("alpha0", "regularization"):
            if not 0 < getattr(self, name) < np.inf:
                raise Problem("bad_setting", f"found {getattr(self, name)}; expected more than 0", name)
        if not 0 <= self.nu <= 1:
            raise Problem("bad_setting", f"found {self.nu}; expected 0 to 1", "nu")

    def _sides(self, user_items: Any) -> tuple[Side, Side, float]:
        """The interactions by user and by item, and Σ w; of a matrix of ones, only its places are held from here on."""
        seen = interactions(user_items)
        if not seen.nnz:
            raise Problem("no_interactions", f"found none in a matrix of shape {seen.shape}", "user_items")
        weighted = bool(seen.data.min() != 1 or seen.data.max() != 1)
        by_user, by_item = self._side(seen, weighted), self._side(transposed(seen, weighted), weighted)
        return by_user, by_item, float(seen.data.sum(dtype=np.float64))

    def _side(self, rows: csr_matrix, weighted: bool) -> Side:
        indices = rows.indices.astype(np.int32, copy=False)
        return Side(rows.indptr.astype(np.int64), indices, rows.data if weighted else None, self._ridge(rows, weighted))

    def _ridge(self, rows: csr_matrix, weighted: bool = True) -> Floats32:
        """λ (w_row + α0 n_columns)^ν, (n_rows,)."""
        weight = np.diff(rows.indptr).astype(np.float64)
        if weighted:
            some = np.flatnonzero(weight)
            weight[some] = np.add.reduceat(rows.data, rows.indptr[some], dtype=np.float64)
        ridge: Floats32 = (self.regularization * (weight + self.alpha0 * rows.shape[1]) ** self.nu).astype(np.float32)
        return ridge

    def _draw(self, rng: np.random.Generator, n: int, width: int) -> Floats32:
        vectors = np.zeros((n, width), np.float32)
        for first in range(0, n, BLOCK):
            block = vectors[first : first + BLOCK, : self.factors]
            block[:] = rng.standard_normal(block.shape, np.float32)
            block *= np.float32(0.1 / self.factors**0.5)
        return vectors

    def _turn(self, own: Floats32, other: Floats32) -> Floats32:
        """Turn both sides, in place, so that α0 VᵀV of the other is diagonal; that diagonal, (width,)."""
        d = self.factors
        values, turn = np.linalg.eigh(_gram(other[:, :d]))
        for side in (own, other):
            for first in range(0, len(side), BLOCK):
                block = side[first : first + BLOCK, :d]
                block[:] = block @ turn
        diagonal = np.zeros(own.shape[1], np.float32)
        diagonal[:d] = self.alpha0 * np.maximum(values, 0)
        return diagonal

    def _hold(self, users: Floats32, items: Floats32) -> Self:
        """Keep the vectors, and what answers need of them."""
        self.user_factors, self.item_factors = np.ascontiguousarray(users), np.ascontiguousarray(items)
        self._gram = np.float32(self.alpha0) * _gram(self.item_factors)
        self.__dict__.pop("_unit", None)
        return self

    @cached_property
    def _unit(self) -> Floats32:
        """Item vectors of length 1, made when somebody asks for similar items."""
        lengths = np.linalg.norm(self.item_factors, axis=1, keepdims=True)
        unit = self.item_factors / np.where(lengths > 0, lengths, np.float32(1))
        return unit.astype(np.float32, copy=False)

    def _seen(self, user_items: Any, n: int | None) -> csr_matrix:
        if user_items is None:
            raise Problem("missing", "found nothing; expected what the users have seen", "user_items")
        seen = interactions(user_items)
        wanted = (seen.shape[0] if n is None else n, len(self.item_factors))
        if seen.shape != wanted:
            raise Problem("bad_shape", f"found shape {seen.shape}; expected {wanted}", "user_items")
        return seen

    def _choice(self, items: npt.ArrayLike | None, filter_items: npt.ArrayLike | None) -> Ints | None:
        """The items that may be chosen; None: all."""
        n = len(self.item_factors)
        if items is None and filter_items is None:
            return None
        choice: Ints = np.arange(n) if items is None else _known(np.asarray(items, np.int64), n, "items")
        if filter_items is not None:
            choice = np.setdiff1d(choice, _known(np.asarray(filter_items, np.int64), n, "filter_items"))
        return choice


def _gram(vectors: Floats32) -> Floats32:
    """VᵀV, (d, d), if it is finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        gram: Floats32 = vectors.T @ vectors
    if not np.isfinite(gram).all():
        raise Problem("diverged", "the vectors grew beyond all bounds; expected smaller weights", "user_items")
    return gram


def _known(ids: Ints, n: int, where: str) -> Ints:
    """The ids, if all of them are."""
    bad = ids[(ids < 0) | (ids >= n)]
    if len(bad):
        raise Problem("unknown_id", f"found {bad[0]}; expected 0 to {n - 1}", where)
    return ids


def _best(
    vectors: Floats32, items: Floats32, k: int, alone: bool, choice: Ints | None, hidden: csr_matrix | None
) -> tuple[Ints, Floats32]:
    ids, scores = top_k(vectors, items, k, candidates=choice, exclude=hidden)
    cold = ~vectors.any(axis=1)
    ids[cold], scores[cold] = -1, -np.inf
    if alone:
        there = ids[0] >= 0
        return ids[0][there], scores[0][there]
    return ids, scores
