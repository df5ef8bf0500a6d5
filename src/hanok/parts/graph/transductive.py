"""Whether vectors that somebody else has made know what they should not: the responses of held-out nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.core.summary import Interval
from hanok.parts.graph.responses import Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

RESAMPLES = 200
HALF = 0.5
"""Held-out nodes that show more than this share of what training brings are read as trained on."""


@dataclass(frozen=True)
class TransductiveGap:
    """What a linear probe reads off vectors of held-out nodes, beside what it reads off vectors trained on.

    Intervals are 95 %, by bootstrap over left nodes. All are macro AUROC or made of it.

    Parameters
    ----------
    held_out : Interval
        Of nodes whose responses the vectors should not know.
    in_training : Interval
        Of nodes whose responses the vectors were made with, but not the probe.
    honest : Interval
        Of what may be known of a held-out node.
    gap : Interval
        in_training - held_out. Where it is about 0, held-out nodes look like trained ones.
    excess : Interval
        held_out - honest.
    retained : Interval or None
        excess / (in_training - honest): which share of what training brings held-out nodes show as well; 0 where they
        know nothing but what they may, 1 where nothing tells them from trained ones. None where training brings nothing
        for sure, so that there is nothing that could leak.
    verdict : str
        ``"leaking"``: `retained` is above one half, for sure. ``"no sign of a leak"`` otherwise, which is no proof.
    """

    held_out: Interval
    in_training: Interval
    honest: Interval
    gap: Interval
    excess: Interval
    retained: Interval | None
    verdict: Literal["leaking", "no sign of a leak"]


def transductive_gap(
    vectors: Mapping[int, npt.ArrayLike],
    responses: Responses,
    fold_of_left: npt.ArrayLike,
    honest: npt.ArrayLike | None = None,
    *,
    regularization: float = 10.0,
    seed: int = 0,
) -> TransductiveGap:
    """Judge vectors that are said to have been made without the responses of some nodes.

    Vectors learnt from a network with its responses know the responses of the nodes in it: a linear probe reads them
    off also where the probe itself has not seen them. Of held-out nodes an honest network knows less. If the probe does
    as well on held-out nodes, and better than what may be known of them explains, their responses were in training.

    Parameters
    ----------
    vectors : mapping of fold to array (n, d)
        For each fold, vectors of all left nodes, said to be made without the responses of that fold's nodes.
    responses : Responses
        All of them. Left ids are rows of the vectors; right ids may be any.
    fold_of_left : array (n,), int
        Fold of each node. There must be at least three, as a probe learns from neither the fold it is judged on nor the
        one held out; with the vectors of one fold only, put the other nodes into folds as you like.
    honest : array (n, d'), optional
        What may be known of a held-out node, such as its features; nodes with NaN are left out throughout. Without it
        the reference is chance, .5, and vectors made of good features, which are alike on all nodes, look leaking.
    regularization : float
        Of the probe.
    seed : int
        Of the bootstrap.

    Returns
    -------
    TransductiveGap

    Raises
    ------
    Problem
        ``bad_shape``, ``not_finite``, ``too_few_folds``, or ``undefined_figure``: no fold has a right node with both
        labels.

    Notes
    -----
    It cannot tell a leak of few responses from vectors that are better than `honest` by right: both retain some of what
    training brings. Nor does it see what is wrong with both kinds of nodes alike, as a leak into `honest` would be.

    Example
    -------
    Vectors that hold the responses of all nodes, and the same with those of the held-out fold taken out:

    >>> rng = np.random.default_rng(0)
    >>> labels = rng.random((90, 12)) < 0.5
    >>> responses = Responses(np.repeat(np.arange(90), 12), np.tile(np.arange(90, 102), 90), labels.ravel())
    >>> fold, known, noise = np.arange(90) % 3, rng.normal(size=(90, 2)), 0.3 * rng.normal(size=(90, 12))
    >>> transductive_gap({0: labels + noise}, responses, fold, known).verdict
    'leaking'
    >>> hidden = np.where(fold[:, None] == 0, 0.5, labels)
    >>> transductive_gap({0: hidden + noise}, responses, fold, known).verdict
    'no sign of a leak'

    Source
    ------
    Ours. The published vectors of RAMP (bbac504), which prompted it, are on this part's page.
    """
    folds = np.asarray(fold_of_left, np.int64)
    known = None if honest is None else _rows(honest, len(folds), "honest")
    given = {int(fold): _rows(rows, len(folds), f"vectors {fold}") for fold, rows in vectors.items()}
    there = np.ones(len(folds), bool) if known is None else np.isfinite(known).all(axis=1)
    names = [int(fold) for fold in np.unique(folds[there])]
    if len(names) < 3 or not given or not set(given) <= set(names):
        found = f"found vectors for folds {sorted(given)} and nodes of folds {names}"
        raise Problem("too_few_folds", f"{found}; expected three folds or more", "fold_of_left")
    for fold, rows in given.items():
        if not np.isfinite(rows[there]).all():
            raise Problem("not_finite", "some vectors are not finite", f"vectors {fold}")
    labels = responses.table(np.arange(len(folds)), np.unique(responses.right)).astype(np.float64)
    groups = _groups(given, known, labels, np.where(there, folds, -1), names, regularization)
    return _judged(groups, np.flatnonzero(there), len(folds), seed)


def linear_probe(
    vectors: npt.ArrayLike, labels: npt.ArrayLike, train: npt.ArrayLike, *, regularization: float = 10.0
) -> Floats:
    """Scores of every left node for every right node, linear in the vectors, learnt from some of the rows.

    Parameters
    ----------
    vectors : array (n, d)
        Features or embeddings; brought to mean 0 and variance 1 of the training rows.
    labels : array (n, n_right)
        1 responsive, 0 resistant, NaN not measured.
    train : array (n,), bool
        The rows that are learnt from.
    regularization : float
        Ridge, more than 0; the intercept is free.

    Returns
    -------
    array (n, n_right), float64
        A column without a training label is 0 throughout.

    Example
    -------
    >>> labels = [[0], [1], [np.nan], [np.nan]]
    >>> linear_probe([[0], [1], [0], [3]], labels, [True] * 2 + [False] * 2, regularization=1e-9).round(2).tolist()
    [[0.0], [1.0], [0.0], [3.0]]

    Source
    ------
    Ridge regression on 0 and 1, each right node for itself (Hoerl and Kennard 1970).
    """
    rows, truth, seen = np.asarray(vectors, np.float64), np.asarray(labels, np.float64), np.asarray(train, bool)
    mean, spread = rows[seen].mean(axis=0), rows[seen].std(axis=0)
    rows = (rows - mean) / np.where(spread > 0, spread, 1)
    scores = np.zeros(truth.shape)
    for column in range(truth.shape[1]):
        used = seen & np.isfinite(truth[:, column])
        if not used.any():
            continue
        x, y = rows[used], truth[used, column]
        centre, level = x.mean(axis=0), y.mean()
        x = x - centre
        gram = x.T @ x
        gram.flat[:: len(gram) + 1] += regularization
        scores[:, column] = (rows - centre) @ np.linalg.solve(gram, x.T @ (y - level)) + level
    return scores


class _Group:
    """Scores of some nodes, of which AUROC is asked again and again with nodes weighing differently."""

    def __init__(self, nodes: Ints, scores: Floats, labels: Floats) -> None:
        order = np.argsort(scores, axis=0, kind="stable")
        ranked, truth = np.take_along_axis(scores, order, 0), np.take_along_axis(labels, order, 0)
        self.who, self.yes, self.no = nodes[order], truth == 1, truth == 0
        n, places = len(scores), np.arange(len(scores))[:, None]
        new, edge = ranked[1:] != ranked[:-1], np.ones((1, scores.shape[1]), bool)
        self.first = np.maximum.accumulate(np.where(np.vstack([edge, new]), places, 0), axis=0)
        self.last = np.minimum.accumulate(np.where(np.vstack([new, edge]), places, n)[::-1], axis=0)[::-1] + 1

    def auroc(self, weights: Floats) -> Floats:
        """Of each column, NaN where it has not both labels."""
        weight = weights[self.who]
        yes, no = weight * self.yes, weight * self.no
        below = np.vstack([np.zeros((1, weight.shape[1])), np.cumsum(no, axis=0)])
        less, level = (np.take_along_axis(below, ends, 0) for ends in (self.first, self.last))
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = (yes * (less + level)).sum(axis=0) / 2 / (yes.sum(axis=0) * below[-1])
        return found


Groups = dict[str, list[_Group]]


def _groups(
    given: Mapping[int, Floats], known: Floats | None, labels: Floats, folds: Ints, names: list[int], ridge: float
) -> Groups:
    """Held-out nodes, trained nodes and what may be known, each in the folds that are scored together."""
    found: Groups = {"held_out": [], "in_training": [], "honest": []}

    def judge(kind: str, rows: Floats, fold: int, train: Bools) -> None:
        here = folds == fold
        scores = linear_probe(np.where(folds[:, None] >= 0, rows, 0.0), labels, train, regularization=ridge)
        found[kind].append(_Group(np.flatnonzero(here), scores[here], labels[here]))

    for held, rows in given.items():
        open_ = (folds >= 0) & (folds != held)
        judge("held_out", rows, held, open_)
        if known is not None:
            judge("honest", known, held, open_)
        others = [fold for fold in names if fold != held]
        if len(given) == len(names):  # each node once held out and once trained on: the next fold in a circle
            others = [names[(names.index(held) + 1) % len(names)]]
        for fold in others:
            judge("in_training", rows, fold, open_ & (folds != fold))
    return found


def _judged(groups: Groups, nodes: Ints, n: int, seed: int) -> TransductiveGap:
    rng = np.random.default_rng(seed)
    chance = np.ones(n)
    drawn = [np.bincount(rng.choice(nodes, len(nodes)), minlength=n).astype(np.float64) for _ in range(RESAMPLES)]
    values = {kind: np.array([_macro(parts, w) for w in [chance, *drawn]]) for kind, parts in groups.items()}
    held, trained, honest = values["held_out"], values["in_training"], values["honest"]
    gain = trained - honest
    retained = None
    if _interval(gain, len(nodes)).low > 0:
        retained = _interval((held - honest) / np.where(gain > 0, gain, np.nan), len(nodes))
    return TransductiveGap(
        held_out=_interval(held, len(nodes)),
        in_training=_interval(trained, len(nodes)),
        honest=_interval(honest, len(nodes)),
        gap=_interval(trained - held, len(nodes)),
        excess=_interval(held - honest, len(nodes)),
        retained=retained,
        verdict="leaking" if retained is not None and retained.low > HALF else "no sign of a leak",
    )


def _macro(groups: Iterable[_Group], weights: Floats) -> float:
    """Mean over all columns of all groups that have both labels; .5 of no group: chance."""
    parts = [group.auroc(weights) for group in groups]
    if not parts:
        return 0.5
    columns = np.concatenate(parts)
    defined = columns[np.isfinite(columns)]
    return float(defined.mean()) if len(defined) else float("nan")


def _interval(values: Floats, n: int) -> Interval:
    """The first value, with the middle 95 % of the others."""
    if not np.isfinite(values[0]):
        raise Problem("undefined_figure", "no fold has a right node with both labels", "responses")
    low, high = np.nanquantile(values[1:], (0.025, 0.975))
    return Interval(value=float(values[0]), low=float(low), high=float(high), n=n)


def _rows(given: npt.ArrayLike, n: int, where: str) -> Floats:
    rows = np.asarray(given, np.float64)
    if rows.ndim != 2 or len(rows) != n:
        raise Problem("bad_shape", f"found shape {rows.shape}; expected ({n}, d)", where)
    return rows
