"""How well scores tell responsive pairs from resistant ones; what was not measured does not count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Labels are 1 responsive, 0 resistant, NaN not measured: `Responses.table` makes them.


@dataclass(frozen=True, eq=False)
class Ranking:
    """How well each column of scores is ranked; NaN where a column has not both labels.

    Parameters
    ----------
    auroc, aupr : arrays (n_right,), float64
    positives, measured : arrays (n_right,), int64
        Responsive pairs of each column, and pairs with a label.
    """

    auroc: Floats
    aupr: Floats
    positives: Ints
    measured: Ints

    @property
    def macro_auroc(self) -> float:
        """Mean over the columns that have both labels; NaN if none has."""
        return _mean(self.auroc)

    @property
    def macro_aupr(self) -> float:
        """Mean over the columns that have both labels; NaN if none has."""
        return _mean(self.aupr)


def per_right(scores: npt.ArrayLike, labels: npt.ArrayLike) -> Ranking:
    """AUROC and AUPR of each column: does a drug's score tell which cells respond to it.

    Parameters
    ----------
    scores : array (n_left, n_right)
        Higher: more likely to respond. Finite where there is a label.
    labels : array (n_left, n_right)
        1 responsive, 0 resistant, NaN not measured.

    Returns
    -------
    Ranking

    Raises
    ------
    Problem
        ``bad_shape``, ``bad_labels``, or ``not_finite``: a score that is needed is missing.

    Example
    -------
    >>> ranking = per_right([[3, 0], [2, 1], [1, 2]], [[1, 0], [0, np.nan], [1, 0]])
    >>> ranking.auroc.tolist(), ranking.macro_auroc, ranking.positives.tolist()
    ([0.5, nan], 0.5, [2, 0])

    Source
    ------
    AUROC by the Mann-Whitney statistic, ties counting half; AUPR as average precision, Σ (R_k - R_k-1) P_k over the
    distinct scores, which interpolates nothing (Davis and Goadrich 2006, "The relationship between precision-recall and
    ROC curves", section 4, say why). Both agree with scikit-learn, all columns at once.
    """
    values, truth = _given(scores, labels)
    known = np.isfinite(truth)
    order = np.argsort(np.where(known, -values, np.inf), axis=0, kind="stable")
    ranked, kept = np.take_along_axis(values, order, 0), np.take_along_axis(known, order, 0)
    hit = np.take_along_axis(np.where(known, truth, 0.0), order, 0)
    n, places = len(values), np.arange(len(values))[:, None]
    same = (ranked[1:] == ranked[:-1]) & (kept[1:] == kept[:-1])
    edge = np.ones((1, values.shape[1]), bool)
    # first and last place of everything that has the same score
    first = np.maximum.accumulate(np.where(np.vstack([edge, ~same]), places, 0), axis=0)
    last = np.minimum.accumulate(np.where(np.vstack([~same, edge]), places, n)[::-1], axis=0)[::-1]
    positives, measured = hit.sum(axis=0), kept.sum(axis=0)
    both = (positives > 0) & (positives < measured)
    found = np.take_along_axis(np.cumsum(hit, axis=0), last, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        aupr = (hit * found / (last + 1)).sum(axis=0) / positives
        above = (hit * (measured - 1 - (first + last) / 2)).sum(axis=0) - positives * (positives - 1) / 2
        auroc = above / (positives * (measured - positives))
    whole = positives.astype(np.int64), measured.astype(np.int64)
    return Ranking(np.where(both, auroc, np.nan), np.where(both, aupr, np.nan), *whole)


def pooled(scores: npt.ArrayLike, labels: npt.ArrayLike) -> tuple[float, float]:
    """AUROC and AUPR of all pairs together, as if they were of one column.

    Scores that say nothing but which drug works on many cells do well here: read them beside `per_right`.

    Parameters
    ----------
    scores, labels : arrays of one shape
        As of `per_right`.

    Example
    -------
    The second drug works on every cell; the scores know no more than that.

    >>> labels = [[0, 1], [0, 1], [1, 1]]
    >>> pooled([[0, 1], [0, 1], [0, 1]], labels)[0], per_right([[0, 1], [0, 1], [0, 1]], labels).auroc.tolist()
    (0.875, [0.5, nan])
    """
    column = per_right(np.asarray(scores).reshape(-1, 1), np.asarray(labels).reshape(-1, 1))
    return float(column.auroc[0]), float(column.aupr[0])


@dataclass(frozen=True, eq=False)
class Separation:
    """How far responsive pairs lie from resistant ones, by cosine.

    Parameters
    ----------
    similarity : array (n_left, n_right), float32
        Cosine of every pair, measured or not.
    heat : array (n_left, n_right), float32
        The same less the mean of the column's resistant pairs: above 0, the pair is more alike than what resists. NaN
        in a column without resistant pairs.
    per_right : array (n_right,), float64
        Mean over the column's responsive pairs less mean over its resistant pairs; NaN where one kind is missing.
    per_left : array (n_left,), float64
        The same over rows.
    """

    similarity: npt.NDArray[np.float32]
    heat: npt.NDArray[np.float32]
    per_right: Floats
    per_left: Floats

    @property
    def mean(self) -> float:
        """Mean over the columns that have both kinds; NaN if none has."""
        return _mean(self.per_right)


def separation(left_vectors: npt.ArrayLike, right_vectors: npt.ArrayLike, labels: npt.ArrayLike) -> Separation:
    """The source's heat map and its mean: sim(drug, responsive cells) - sim(drug, resistant cells).

    Parameters
    ----------
    left_vectors : array (n_left, d)
        Of the cells.
    right_vectors : array (n_right, d)
        Those learnt for the drugs, or `centroids` of cells that respond to them, as the authors took. A vector of
        zeros is unlike everything: cosine 0.
    labels : array (n_left, n_right)
        1 responsive, 0 resistant, NaN not measured: those of training pairs, or of held-out pairs.

    Raises
    ------
    Problem
        ``bad_shape``, ``bad_labels``, or ``not_finite``.

    Example
    -------
    >>> found = separation([[1, 0], [0, 1]], [[1, 0]], [[1], [0]])
    >>> found.per_right.tolist(), found.mean
    ([1.0], 1.0)

    Source
    ------
    RAMP (Briefings in Bioinformatics 2022, bbac504), whose figure has a cell line in each row and a drug in each
    column; `heat` is so made that its mean over a drug's responsive cells is the
    drug's separation, and over its resistant cells 0.
    """
    left, right = (_unit(vectors, where) for vectors, where in ((left_vectors, "left"), (right_vectors, "right")))
    if left.shape[1] != right.shape[1]:
        raise Problem("bad_shape", f"found vectors of {left.shape[1]} and of {right.shape[1]} numbers", "vectors")
    similarity, truth = _given(left @ right.T, labels)
    near, far = _means(similarity, truth == 1), _means(similarity, truth == 0)
    rows = _means(similarity.T, truth.T == 1) - _means(similarity.T, truth.T == 0)
    return Separation(similarity.astype(np.float32), (similarity - far).astype(np.float32), near - far, rows)


def centroids(left_vectors: npt.ArrayLike, labels: npt.ArrayLike) -> Floats:
    """Of each drug, the mean vector of the cells that respond to it: a drug's vector made of cells.

    Parameters
    ----------
    left_vectors : array (n_left, d)
        Of the cells.
    labels : array (n_left, n_right)
        Of training pairs only. Separation on these same pairs comes out a little too high, as each cell is part of the
        centroid it is compared with.

    Returns
    -------
    array (n_right, d), float64
        Zeros for a drug to which no cell responds.

    Example
    -------
    >>> centroids([[1, 0], [0, 1], [5, 5]], [[1, np.nan], [1, 0], [0, 0]]).tolist()
    [[0.5, 0.5], [0.0, 0.0]]
    """
    vectors = np.asarray(left_vectors, np.float64)
    chosen = np.asarray(labels, np.float64) == 1
    if vectors.ndim != 2 or chosen.ndim != 2 or len(chosen) != len(vectors):
        raise Problem("bad_shape", f"found labels {chosen.shape} for vectors {vectors.shape}", "labels")
    found: Floats = chosen.T @ vectors / np.maximum(chosen.sum(axis=0), 1)[:, None]
    return found


def _given(scores: npt.ArrayLike, labels: npt.ArrayLike) -> tuple[Floats, Floats]:
    values, truth = np.asarray(scores, np.float64), np.asarray(labels, np.float64)
    if values.ndim != 2 or values.shape != truth.shape:
        raise Problem(
            "bad_shape", f"found scores {values.shape} and labels {truth.shape}; expected one shape", "labels"
        )
    known = ~np.isnan(truth)
    if not np.isin(truth[known], (0.0, 1.0)).all():
        raise Problem("bad_labels", "expected 1 responsive, 0 resistant, NaN not measured", "labels")
    if not np.isfinite(values[known]).all():
        raise Problem("not_finite", "some pairs with a label have no finite score", "scores")
    return values, truth


def _unit(vectors: npt.ArrayLike, where: str) -> Floats:
    rows: Any = np.asarray(vectors, np.float64)
    if rows.ndim != 2:
        raise Problem("bad_shape", f"found shape {rows.shape}; expected (n, d)", where)
    if not np.isfinite(rows).all():
        raise Problem("not_finite", "some vectors are not finite", where)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Floats = rows / np.where(lengths > 0, lengths, 1)
    return unit


def _means(values: Floats, chosen: npt.NDArray[np.bool_]) -> Floats:
    """Mean of what is chosen of each column, NaN where nothing is."""
    count = chosen.sum(axis=0)
    total = np.where(chosen, values, 0.0).sum(axis=0)
    found: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return found


def _mean(values: Floats) -> float:
    defined = values[np.isfinite(values)]
    return float(defined.mean()) if len(defined) else float("nan")
