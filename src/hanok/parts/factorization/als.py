"""Implicit alternating least squares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from hanok.core.problem import Problem
from hanok.parts.factorization.interactions import interactions, weights
from hanok.parts.factorization.sweep import LANES, Side

Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Answer = tuple[Ints, Floats32]


class ALS:
    """Vectors of users and items whose products say how likely a user wants an item; from what was seen only.

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
        Threads. It changes no figure.
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
    implicit feedback collaborative filtering". Weights w other than 1 multiply the seen term, so that a pair of weight
    2 is a pair seen twice.
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

    def fit(self, user_items: Any, report: Callable[..., None] | None = None) -> Self:
        """Learn the vectors.

        Parameters
        ----------
        user_items : csr_matrix (n_users, n_items)
            What each user has seen; values are weights, 1 for "seen once".
        report : callable, optional
            ``report(step, total, loss=...)`` after every iteration, such as `Run.report`; what it raises ends the fit.
            The loss is the mean of (u·v - 1)² over what was seen, as it was halfway through the iteration.

        Raises
        ------
        Problem
            A setting is out of bounds, the matrix is empty, or a value is negative, infinite or not a number.
        """
        self._check()
        seen = interactions(user_items)
        if not seen.nnz:
            raise Problem(
                "no_interactions", f"found none in a matrix of shape {seen.shape}; expected one", "user_items"
            )
        by_item = seen.T.tocsr()
        total = seen.data.sum(dtype=np.float64)
        sides = (
            Side(seen.indptr, seen.indices, weights(seen)),
            Side(by_item.indptr, by_item.indices, weights(by_item)),
        )
        ridges = self._ridge(seen), self._ridge(by_item)
        rng = np.random.default_rng(self.seed)
        width = -(-self.factors // LANES) * LANES
        users, items = (self._draw(rng, n, width) for n in seen.shape)
        with ThreadPoolExecutor(self.workers) as pool:
            threads = pool if self.workers > 1 else None
            for step in range(self.iterations):
                users, items, gram = self._rotate(users, items)
                sides[0].sweep(users, items, gram, ridges[0], self.cg_steps, threads)
                items, users, gram = self._rotate(items, users)
                loss = sides[1].sweep(items, users, gram, ridges[1], self.cg_steps, threads)
                if report:
                    report(step + 1, self.iterations, loss=float(loss / total))
        self.user_factors = np.ascontiguousarray(users[:, : self.factors])
        self.item_factors = np.ascontiguousarray(items[:, : self.factors])
        return self

    def recommend(
        self,
        userid: int | Sequence[int] | Ints,
        user_items: Any = None,
        N: int = 10,
        filter_already_liked_items: bool = True,
        items: Sequence[int] | Ints | None = None,
        filter_items: Sequence[int] | Ints | None = None,
        recalculate_user: bool = False,
    ) -> Answer:
        """The items a user is likely to want most.

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
            Take the vector that `fold_in` makes of `user_items`, not the one learnt; `userid` may then be anyone.

        Returns
        -------
        ids : array (N,) or (n, N), int64
        scores : array of the same shape, float32
            Best first. For one user shorter where there is less to choose from; for an array of users such places have
            id -1 and score -inf. A user without interactions has no vector and gets nothing.

        Raises
        ------
        Problem
            An id is unknown, or `user_items` is missing or of the wrong shape.
        """
        alone = np.ndim(userid) == 0
        rows = np.atleast_1d(np.asarray(userid, np.int64))
        seen = None
        if filter_already_liked_items or recalculate_user:
            seen = self._seen(user_items, len(rows))
        if recalculate_user:
            vectors = self.fold_in(seen)
        else:
            vectors = self.user_factors[_known(rows, len(self.user_factors), "userid")]
        hidden = seen if filter_already_liked_items else None
        return self._answer(vectors, self.item_factors, N, alone, hidden, items, filter_items)

    def similar_items(
        self, itemid: int | Sequence[int] | Ints, N: int = 10, items: Sequence[int] | Ints | None = None
    ) -> Answer:
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
            As of `recommend`. An item without interactions has no vector and gets nothing.
        """
        rows = _known(np.atleast_1d(np.asarray(itemid, np.int64)), len(self.item_factors), "itemid")
        length = np.linalg.norm(self.item_factors, axis=1, keepdims=True)
        unit = self.item_factors / np.where(length > 0, length, 1)
        return self._answer(unit[rows], unit, N, np.ndim(itemid) == 0, None, items, None)

    def fold_in(self, user_items: Any) -> Floats32:
        """Vectors of users that `fit` has not seen, from what they have seen; items stay as they are.

        Parameters
        ----------
        user_items : csr_matrix (n, n_items)

        Returns
        -------
        array (n, d), float32
            The exact minimum of the loss for these rows; zeros for a row that has nothing.
        """
        seen = self._seen(user_items, None)
        d = self.item_factors.shape[1]
        gram = self.alpha0 * (self.item_factors.T @ self.item_factors)
        ridge = self._ridge(seen)
        found = np.zeros((seen.shape[0], d), np.float32)
        for row in np.flatnonzero(np.diff(seen.indptr)):
            part = slice(seen.indptr[row], seen.indptr[row + 1])
            vectors, weight = self.item_factors[seen.indices[part]], seen.data[part]
            weighted = vectors * weight[:, None]
            normal = gram + weighted.T @ vectors + ridge[row] * np.eye(d, dtype=np.float32)
            found[row] = np.linalg.solve(normal, weighted.sum(axis=0))
        return found

    def save(self, path: Path) -> None:
        """Write everything to one safetensors file."""
        from safetensors.numpy import save_file

        settings = {name: repr(value) for name, value in self._settings().items()}
        save_file({"user_factors": self.user_factors, "item_factors": self.item_factors}, path, settings)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        from safetensors import safe_open

        with safe_open(path, "np") as file:
            settings = file.metadata()
            als = cls(**{name: type(value)(settings[name]) for name, value in cls()._settings().items()})
            als.user_factors, als.item_factors = file.get_tensor("user_factors"), file.get_tensor("item_factors")
        return als

    # -- inside --------------------------------------------------------------------------------------------------------

    def _settings(self) -> dict[str, Any]:
        names = ("factors", "alpha0", "regularization", "nu", "iterations", "cg_steps", "workers", "seed")
        return {name: getattr(self, name) for name in names}

    def _check(self) -> None:
        bounds = {"factors": 1, "iterations": 1, "cg_steps": 1, "workers": 1, "nu": 0}
        for name, least in bounds.items():
            if getattr(self, name) < least:
                raise Problem("bad_setting", f"found {getattr(self, name)}; expected {least} or more", name)
        for name in ("alpha0", "regularization"):
            if not getattr(self, name) > 0:
                raise Problem("bad_setting", f"found {getattr(self, name)}; expected more than 0", name)

    def _draw(self, rng: np.random.Generator, n: int, width: int) -> Floats32:
        vectors = np.zeros((n, width), np.float32)
        vectors[:, : self.factors] = rng.standard_normal((n, self.factors), np.float32) * (0.1 / self.factors**0.5)
        return vectors

    def _ridge(self, side: csr_matrix) -> Floats32:
        """λ (w_row + α0 n_columns)^ν of each row, (n_rows,)."""
        weight = np.asarray(side.sum(axis=1), np.float64).ravel()
        ridge: Floats32 = (self.regularization * (weight + self.alpha0 * side.shape[1]) ** self.nu).astype(np.float32)
        return ridge

    def _rotate(self, own: Floats32, other: Floats32) -> tuple[Floats32, Floats32, Floats32]:
        """Turn both sides so that α0 VᵀV is diagonal: every product u·v stays, and no row multiplies by a matrix."""
        d = self.factors
        values, turn = np.zeros(other.shape[1], np.float32), np.eye(other.shape[1], dtype=np.float32)
        values[:d], turn[:d, :d] = np.linalg.eigh(other[:, :d].T @ other[:, :d])
        return own @ turn, other @ turn, np.maximum(self.alpha0 * values, 0).astype(np.float32)

    def _seen(self, user_items: Any, n: int | None) -> csr_matrix:
        if user_items is None:
            raise Problem("missing", "found nothing; expected what the users have seen", "user_items")
        seen = interactions(user_items)
        wanted = (seen.shape[0] if n is None else n, len(self.item_factors))
        if seen.shape != wanted:
            raise Problem("bad_shape", f"found shape {seen.shape}; expected {wanted}", "user_items")
        return seen

    def _answer(
        self,
        vectors: Floats32,
        items_: Floats32,
        N: int,
        alone: bool,
        hidden: csr_matrix | None,
        items: Sequence[int] | Ints | None,
        filter_items: Sequence[int] | Ints | None,
    ) -> Answer:
        n_items = len(items_)
        chosen = None if items is None else _known(np.unique(np.asarray(items, np.int64)), n_items, "items")
        scores = vectors @ (items_ if chosen is None else items_[chosen]).T
        if hidden is not None:
            for row in range(len(vectors)):
                gone = hidden.indices[hidden.indptr[row] : hidden.indptr[row + 1]]
                scores[row, gone if chosen is None else np.isin(chosen, gone)] = -np.inf
        if filter_items is not None:
            gone = _known(np.asarray(filter_items, np.int64), n_items, "filter_items")
            scores[:, gone if chosen is None else np.isin(chosen, gone)] = -np.inf
        scores[~vectors.any(axis=1)] = -np.inf
        k = min(N, scores.shape[1])
        best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        top = np.full((len(vectors), N), -np.inf, np.float32)
        top[:, :k] = np.take_along_axis(scores, best, axis=1)
        ids = np.full((len(vectors), N), -1, np.int64)
        ids[:, :k] = best if chosen is None else chosen[best]
        ids[np.isneginf(top)] = -1
        if alone:
            there = ids[0] >= 0
            return ids[0][there], top[0][there]
        return ids, top


def _known(ids: Ints, n: int, where: str) -> Ints:
    """The ids, if all of them are."""
    bad = ids[(ids < 0) | (ids >= n)]
    if len(bad):
        raise Problem("unknown_id", f"found {bad[0]}; expected 0 to {n - 1}", where)
    return ids
