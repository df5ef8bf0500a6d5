"""Which right nodes a left node responds to, from what is known of it and of the responses of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.response.choice import Trial, Turn, choose
from hanok.parts.response.evidence import Evidence
from hanok.parts.response.files import read, write
from hanok.parts.response.kronecker import Kronecker, Spectrum
from hanok.parts.response.likeness import Likeness
from hanok.parts.response.links import Links
from hanok.parts.response.settings import Settings
from hanok.parts.response.similarity import similar
from hanok.parts.response.targets import Targets

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SURE = 1.96


class Prediction(NamedTuple):
    """Scores of pairs, in standard deviations of each right node's responses, and how sure they are.

    Parameters
    ----------
    score, sd : arrays (n, n_right), float64
    """

    score: Floats
    sd: Floats


class Responder:
    """Kernel ridge regression of all responses at once.

    Left nodes are alike by features, right nodes by who responds to them or by vectors that the caller brings; the
    kernel of two pairs is the product of both. Edges of left nodes that explain what is left over are added. A new left
    node needs features or edges only; responses that are known of a node speak for its others if `own` is above 0.

    Parameters
    ----------
    settings : Settings
        `Responder.choose` finds them.

    Attributes
    ----------
    tried : list of (Settings, score)
        By `choose`: every setting with the sum of its macro AUROC and macro AUPR.

    Example
    -------
    >>> rng = np.random.default_rng(0)
    >>> numbers = rng.standard_normal((60, 4))
    >>> labels = (numbers @ rng.standard_normal((4, 5)) > 0).astype(float)
    >>> responder = Responder().fit(Evidence.of(numbers[:50]), labels[:50])
    >>> found = responder.predict(Evidence.of(numbers[50:]))
    >>> bool(((found.score > 0) == (labels[50:] > 0)).mean() > 0.8)
    True

    Source
    ------
    Pairwise kernel ridge regression: Pahikkala et al. 2015, "Toward more realistic drug-target interaction
    predictions" (two-step and Kronecker RLS); the closed form and the leave-one-out errors are those of ridge
    regression. Ours are filling what was not measured by fixed-point rounds, which keeps the closed form, and single
    edges on what is left over.
    """

    likeness: Likeness
    kernel: Kronecker
    similarity: Floats
    targets: Targets
    dual: Floats
    links: Links
    variance: float
    tried: list[Trial]

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.calibration = (1.0, 1.0, 0.0)
        self.tried = []

    # -- learning ------------------------------------------------------------------------------------------------------

    def fit(
        self,
        evidence: Evidence,
        labels: npt.ArrayLike,
        *,
        similarities: Mapping[str, Floats] | None = None,
        strengths: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn from responses.

        Parameters
        ----------
        evidence : Evidence
            Of n left nodes.
        labels : array (n, n_right)
            1 responsive, 0 resistant, NaN not measured.
        similarities : mapping of str to array (n_right, n_right), optional
            Of right nodes, 1 on the diagonal; `settings.similarity` names the one that counts beside that of responses.
        strengths : array (n, n_right), optional
            How strong each response was, more is more responsive; NaN where only the label is known. Any unit.

        Raises
        ------
        Problem
            ``bad_labels``, ``bad_similarity``, or ``no_responses``.
        """
        targets = Targets.of(labels, strengths, self.settings.mix)
        if len(targets.known) != len(evidence):
            raise Problem("bad_labels", f"found labels of {len(targets.known)} nodes, evidence of {len(evidence)}")
        self.likeness = Likeness.of(evidence, self.settings.scale)
        right = similar(self.settings.similarity, targets, similarities or {})
        self._solve(evidence, targets, Spectrum.of(self.likeness.square()), right, Spectrum.of(right))
        return self

    @classmethod
    def choose(
        cls,
        evidence: Evidence,
        labels: npt.ArrayLike,
        splits: Sequence[Bools],
        *,
        similarities: Mapping[str, Sequence[Floats]] | None = None,
        strengths: npt.ArrayLike | None = None,
        report: Callable[..., None] | None = None,
    ) -> Self:
        """Choose settings by responses that are hidden in turn, and learn from all with the best.

        Parameters
        ----------
        evidence, labels, strengths
            As of `fit`.
        splits : sequence of array (n, n_right), bool
            The pairs hidden and judged in each turn: whole rows where new left nodes will be asked about, single pairs
            where known ones will.
        similarities : mapping of str to sequence of array (n_right, n_right), optional
            Of each name one for all responses, and then for each split one that was made without what it hides: with
            one that knows it, too much would be shared.
        report : callable, optional
            ``report(step, total, score=...)`` after every setting; what it raises ends the search.

        Raises
        ------
        Problem
            As of `fit`; ``bad_splits``: no split hides responses of both kinds.
        """
        given = similarities or {}
        tried = choose(cls._scores, evidence, np.asarray(labels, np.float64), splits, given, strengths, report)
        best = max(tried, key=lambda trial: trial.score)
        whole = {name: matrices[0] for name, matrices in given.items()}
        found = cls(best.settings).fit(evidence, labels, similarities=whole, strengths=strengths)
        found.tried = tried
        return found

    @classmethod
    def _scores(cls, settings: Settings, turn: Turn) -> Floats:
        """Of every pair of a turn, learnt from what is not hidden in it."""
        responder = cls(settings)
        targets, (responder.likeness, alike) = turn.targets(settings.mix), turn.likeness(settings.scale)
        responder._solve(turn.learnt, targets, alike, *turn.right(settings.similarity, settings.mix))
        return responder.predict(turn.evidence, turn.own).score

    def _solve(self, evidence: Evidence, targets: Targets, alike: Spectrum, right: Floats, spectrum: Spectrum) -> None:
        """The regression, from spectra of both sides without `own` and `sharing`."""
        settings, m = self.settings, len(right)
        self.targets = targets
        self.similarity = settings.sharing * right + (1 - settings.sharing) * np.eye(m)
        self.kernel = Kronecker.of(
            alike.mixed(1.0, settings.own), spectrum.mixed(settings.sharing, 1 - settings.sharing), settings.ridge
        )
        filled = self.kernel.filled(targets.values, targets.known, settings.ridge)
        self.dual = self.kernel.solve(filled)
        self.variance = float((filled * self.dual)[targets.known].mean())
        self.links = Links.none(evidence.links.shape[1], m)
        if settings.threshold is not None and evidence.links.nnz:
            errors = self.dual / self.kernel.diagonal()
            self.links = Links.of(evidence.links, errors, targets.known, settings.threshold)

    # -- answering -----------------------------------------------------------------------------------------------------

    def predict(self, evidence: Evidence, own: npt.ArrayLike | None = None) -> Prediction:
        """Scores of all right nodes for some left nodes.

        Parameters
        ----------
        evidence : Evidence
            Of n left nodes, with the columns of that of `fit`.
        own : array (n,), int, optional
            Row of each in what was learnt from, -1 for a new node; all are new if not given.

        Returns
        -------
        Prediction

        Raises
        ------
        Problem
            ``bad_evidence``: other columns than were learnt from.
        """
        wanted = self.likeness.numbers.shape[1], self.likeness.words.shape[1], self.links.effects.shape[0]
        found = evidence.numbers.shape[1], evidence.words.shape[1], evidence.links.shape[1]
        if found != wanted:
            raise Problem("bad_evidence", f"found {found} columns of numbers, words and links; expected {wanted}")
        rows = np.full(len(evidence), -1) if own is None else np.asarray(own, np.int64)
        beside = self.likeness.beside(evidence)
        known = np.flatnonzero(rows >= 0)
        beside[known, rows[known]] += self.settings.own
        score = beside @ self.dual @ self.similarity + self.links(evidence.links)
        prior = np.outer(self.likeness.itself(evidence) + self.settings.own, np.diag(self.similarity))
        left = np.maximum(prior - self.kernel.explained(beside, self.similarity), 0.0)
        return Prediction(score, np.sqrt(self.variance * left))

    def calibrate(self, prediction: Prediction, labels: npt.ArrayLike) -> Self:
        """Learn from held-out responses what probability a score stands for; without both labels nothing changes.

        Parameters
        ----------
        prediction : Prediction
            Of n left nodes that were not learnt from, or of pairs that were not.
        labels : array (n, n_right)
            NaN where a pair was learnt from, or not measured.
        """
        truth = np.asarray(labels, np.float64)
        there = np.isfinite(truth)
        if len(np.unique(truth[there])) == 2:
            from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # slow to import

            usual = np.broadcast_to(self.targets.usual, truth.shape)
            given = np.stack([prediction.score[there], usual[there]], axis=1)
            fitted = LogisticRegression(C=100.0).fit(given, truth[there])
            slope, prior = (max(0.0, float(weight)) for weight in fitted.coef_[0])
            self.calibration = (slope, prior, float(fitted.intercept_[0]))
        return self

    def probabilities(self, prediction: Prediction) -> tuple[Floats, Floats, Floats]:
        """That each pair responds, with the ends of a 95 % interval of its score: three arrays (n, n_right).

        Source
        ------
        Platt 1999, on the score and the log-odds of the right node's share of responses.
        """
        slope, prior, offset = self.calibration
        found = []
        for shift in (0.0, -SURE, SURE):
            odds = slope * (prediction.score + shift * prediction.sd) + prior * self.targets.usual + offset
            found.append(1 / (1 + np.exp(-np.clip(odds, -50, 50))))
        return found[0], found[1], found[2]

    def links_of(self, evidence: Evidence, right: int) -> list[tuple[int, float]]:
        """Edges of one left node that speak for a right node (above 0) or against it, strongest first.

        Returns
        -------
        list of (int, float)
            The other node, and what its edge adds to the score.
        """
        column = np.asarray(self.links.effects[:, [right]].todense()).ravel()
        row = evidence.links[[0]]
        found = [(int(j), float(w * column[j])) for j, w in zip(row.indices, row.data, strict=True) if column[j]]
        return sorted(found, key=lambda pair: -abs(pair[1]))

    def alike(self, evidence: Evidence, k: int) -> tuple[Ints, Floats]:
        """The k rows of what was learnt from that one left node is most like by features, and how much."""
        beside = self.likeness.beside(evidence)[0]
        order = np.argsort(-beside, kind="stable")[:k]
        return order, beside[order]

    # -- keeping -------------------------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write everything an answer needs to one safetensors file."""
        write(path, self)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; `tried` is not kept.

        Raises
        ------
        Problem
            The file is damaged, or holds something else.
        """
        responder = cls()
        read(path, responder)
        return responder
