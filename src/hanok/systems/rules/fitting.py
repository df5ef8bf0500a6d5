"""Learning from past competitions; what serving needs is in `room` and imports none of this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.calibration import Calibrator
from hanok.parts.factorization import ALS
from hanok.systems.rules.config import Config
from hanok.systems.rules.data import Data
from hanok.systems.rules.encoder import Encoder
from hanok.systems.rules.legal import Legality
from hanok.systems.rules.model import Flags, Floats32, Model, Past, kernel_of, unit
from hanok.systems.rules.room import Room
from hanok.systems.rules.selection import Selection, select

Floats = npt.NDArray[np.float64]

HISTORY = 0.3
"""α of ½ (α VᵀV + I)⁻¹, with which chosen rules V are folded in; all of it found on validation parts of real data."""

APART = 1e-5
"""Rules that always came together score the same; so far apart they keep one order however sums are rounded."""


def furnish(train: Data, valid: Data, config: Config, run: Run) -> Room:
    """Learn everything.

    Raises
    ------
    Problem
        ``one_rule``, ``no_features`` or ``degenerate_fit``.
    """
    rules = sorted({rule for taken in train.rules for rule in taken})
    if len(rules) < 2:
        raise Problem("one_rule", f"found {len(rules)} rule, expected at least two to choose from", "rules")
    encoder = Encoder.fit(train.features)
    rows, _ = encoder.encode(train.features)
    taken = matrix(train, rules)
    # of unit length, else a competition with a thousand bans would decide alone on what is worth keeping
    profiles = unit(taken.astype(np.float32)).astype(np.float64)
    selection = select(rows, profiles, encoder.names, config.relevance, config.redundancy)
    model = fit(rows, _scale(encoder, rows, config), taken, selection, config, run)
    legality = Legality.of(train, rules)
    room = Room(
        rules, encoder, selection, model.past, train.names, model, legality, Calibrator(), config.strict, train.kinds
    )
    return replace(room, calibrator=_calibrator(room, train, valid))


def matrix(data: Data, rules: Sequence[str]) -> Flags:
    """1 where a competition has a rule, (n_competitions, n_rules + further rules that only `data` has)."""
    place = {rule: j for j, rule in enumerate(rules)}
    for taken in data.rules:
        for rule in taken:
            place.setdefault(rule, len(place))
    found = np.zeros((len(data), len(place)), np.uint8)
    for row, taken in enumerate(data.rules):
        found[row, [place[rule] for rule in taken]] = 1
    return found


def _scale(encoder: Encoder, rows: npt.NDArray[np.float64], config: Config) -> npt.NDArray[np.float64]:
    """Numbers by their spread, words by the weight they are given; values as they are."""
    scale = np.ones(rows.shape[1])
    for column in encoder.columns:
        span = encoder.spans[column.name]
        if column.kind == "number":
            spread = float(rows[:, span].std())
            scale[span] = 1 / spread if spread else 1.0
        elif column.kind == "text":
            scale[span] = config.text
    return scale


def _calibrator(room: Room, train: Data, valid: Data) -> Calibrator:
    """From every candidate of every validation competition; from what was learnt where these have no known rule."""
    known = set(room.rules)
    data = valid if any(rule in known for taken in valid.rules for rule in taken) else train
    rows, _ = room.encoder.encode(data.features)
    blank = np.zeros((len(data), len(room.rules)), np.float32)
    scores = room.scorer.scores(rows.astype(np.float32), blank)
    legal = np.array([room.legal(game) for game in data.games])
    right = matrix(data, room.rules)[:, : len(room.rules)] > 0
    calibrator = Calibrator().fit(scores[legal][:, None].astype(np.float64), right[legal].astype(np.int64) - 1)
    if calibrator.slope <= 0:
        raise Problem("degenerate_fit", "better scores are not likelier to be right on the validation competitions")
    return calibrator


def fit(features: Floats, scale: Floats, taken: Flags, selection: Selection, config: Config, run: Run) -> Model:
    """Factorise the competition × rule matrix and learn both regressions.

    Parameters
    ----------
    features : array (n_competitions, n_features)
        Encoded.
    scale : array (n_features,)
        What they are multiplied with.
    taken : array (n_competitions, n_rules), uint8
        1 where a competition has a rule; every rule occurs.
    selection : Selection
        Of the features.
    config : Config
        Hyper-parameters.
    run : Run
        Is told of the iterations.

    Source
    ------
    Gantner et al. 2010, "Learning attribute-to-feature mappings for cold-start recommendations": ALS vectors of new
    competitions are predicted from their features, here by kernel ridge regression (Saunders, Gammerman and Vovk 1998).
    The kernel is divided by its mean diagonal, so that one penalty means the same for both kernels.
    """
    als = ALS(
        factors=config.factors,
        alpha0=config.alpha0,
        regularization=config.shrinkage,
        workers=run.threads,
        seed=run.seed,
    ).fit(csr_matrix(taken, dtype=np.float32), run.stage("factors").report)
    small = np.float32
    items = als.item_factors.astype(np.float64)
    mean = features.mean(axis=0)
    known = ((features - mean) * scale)[:, selection.kept]
    d = items.shape[1]
    history = np.linalg.inv(HISTORY * (items.T @ items) + np.eye(d)) / 2
    rules = taken.astype(np.float64)
    alike = unit(known.astype(small))
    curved = config.kernel == "rbf"
    kernel = kernel_of(alike @ alike.T, config.width).astype(np.float64) if curved else known @ known.T
    penalty = config.regularization * float(np.diag(kernel).mean() or 1.0)
    (dual_factors, factors_at), (dual_rules, base) = (
        ridge(kernel, targets, penalty) for targets in (als.user_factors.astype(np.float64), rules)
    )
    through = np.eye(len(known)) if curved else known.T
    past = Past(mean.astype(small), scale.astype(small), selection.kept, alike, taken.astype(small))
    return Model(
        past=past,
        method=config.method,
        kernel=config.kernel,
        width=config.width,
        to_factors=(through @ dual_factors).astype(small),
        factors_at=factors_at.astype(small),
        items=als.item_factors,
        history=history.astype(small),
        to_rules=(through @ dual_rules).astype(small),
        base=base.astype(small),
        apart=_apart(taken),
        neighbours=config.neighbours,
        sharpness=config.sharpness,
    )


def ridge(kernel: Floats, targets: Floats, penalty: float) -> tuple[Floats, Floats]:
    """Dual weights (n_competitions, n_targets) of ridge regression, and the targets' mean (n_targets,).

    Parameters
    ----------
    kernel : array (n_competitions, n_competitions)
        Likeness of every two.
    targets : array (n_competitions, n_targets)
        What is to be predicted, as kernel @ weights + mean.
    penalty : float
        Added to the diagonal.

    Example
    -------
    >>> weights, mean = ridge(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([[0.0], [4.0]]), 2.0)
    >>> weights.round(3).tolist(), mean.tolist()
    ([[-0.5], [0.5]], [2.0])
    """
    mean = targets.mean(axis=0)
    return np.linalg.solve(kernel + penalty * np.eye(len(kernel)), targets - mean), mean


def _apart(taken: Flags) -> Floats32:
    """Steps of `APART` down among rules that the same competitions have."""
    seen: dict[bytes, int] = {}
    steps = np.zeros(taken.shape[1], np.float32)
    for rule in range(taken.shape[1]):
        who = taken[:, rule].tobytes()
        steps[rule] = seen[who] = seen.get(who, -1) + 1
    return steps * np.float32(-APART)
