"""What an evaluation of the FAQ chatbot shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hanok.core.report import Chart, Grid, Measure, Report, Series
from hanok.core.run import Run
from hanok.parts.calibration import auroc, reliability, risk_coverage
from hanok.systems.faq.attempts import CANDIDATES, Attempts, attempt
from hanok.systems.faq.data import Data
from hanok.systems.faq.items import Question

if TYPE_CHECKING:
    from hanok.systems.faq.system import FAQ

Floats = npt.NDArray[np.float64]

ROBBED = (
    "Questions without an answer are made by taking the right answer away from the test questions; in precision, "
    "reliability and risk they count as {share:.0%} of all questions."
)
CONFUSED = 15
POINTS = 200


def report(faq: FAQ, data: Data) -> Report:
    """Judge a fitted system on questions whose answers are known.

    Parameters
    ----------
    faq : FAQ
        Fitted or loaded.
    data : Data
        Not used for fitting.

    Returns
    -------
    Report
        Measures per question, charts of calibration, the answers confused most.
    """
    asked, robbed = attempt(faq.matcher, data, Run())
    sure = faq.calibrator.probabilities(asked.scores)[:, 0]
    unsure = faq.calibrator.probabilities(robbed.scores)[:, 0]
    names = [*faq.known.answers, ""]  # -1: no answer at all
    predicted = [names[first] for first in asked.candidates[:, 0]]
    slices = {"language": data.languages}
    if any(data.categories):
        slices["category"] = [category or "none" for category in data.categories]
    return Report(
        measures=_measures(faq, data, asked, sure, unsure),
        items=[Question(text=question) for question in data.questions],
        expected=data.answers,
        predicted=predicted,
        slices=slices,
        charts=_charts(faq, asked, np.concatenate([sure, unsure])),
        tables=_confused(data, predicted, sure),
        notes=_notes(faq, data),
    )


def _measures(faq: FAQ, data: Data, asked: Attempts, sure: Floats, unsure: Floats) -> list[Measure]:
    rank, trivial = asked.right + 1, _majority(faq, data)
    answered, refused = (sure >= faq.threshold).astype(float), (unsure < faq.threshold).astype(float)
    measures = [
        Measure("hit@1", _hit(rank, 1), _hit(trivial, 1), about="the right answer comes first"),
        Measure("hit@3", _hit(rank, 3), _hit(trivial, 3), about="it is among the first three"),
        Measure("mrr", _reciprocal(rank), _reciprocal(trivial), about=f"1/rank, 0 beyond rank {CANDIDATES}"),
        Measure("coverage", answered, about="questions that are given an answer, not an I don't know"),
    ]
    if answered.any():
        given = np.column_stack([answered, answered * (rank == 1)])
        about = "answers given that are right; every question has one here"
        measures.append(Measure("precision", given, statistic=_precision, about=about))
    both = np.column_stack([sure, unsure])
    return [
        *measures,
        Measure("refused", refused, about="questions robbed of their answer that get an I don't know"),
        Measure(
            "oos_auroc", both, statistic=_separation, about="how well questions with and without answer are told apart"
        ),
    ]


def _hit(rank: npt.NDArray[np.int64], k: int) -> Floats:
    return ((rank > 0) & (rank <= k)).astype(float)


def _reciprocal(rank: npt.NDArray[np.int64]) -> Floats:
    """1/rank; 0 for rank 0, which is none."""
    return np.where(rank > 0, 1 / np.maximum(rank, 1), 0.0)


def _precision(given: Floats) -> float:
    answered, right = given.sum(axis=0)
    return float(right / answered) if answered else float("nan")


def _separation(both: Floats) -> float:
    return auroc(both[:, 0], both[:, 1])


def _majority(faq: FAQ, data: Data) -> npt.NDArray[np.int64]:
    """Rank of the right answer if always the answers with the most questions were given, 0 beyond the candidates."""
    order = np.argsort(-np.diff(faq.known.starts), kind="stable")[:CANDIDATES]
    rank = {faq.known.answers[answer]: place for place, answer in enumerate(order.tolist(), 1)}
    return np.array([rank.get(answer, 0) for answer in data.answers], np.int64)


def _charts(faq: FAQ, asked: Attempts, sure: Floats) -> list[Chart]:
    """`sure` is that of the questions as they are and, after them, robbed of their answer."""
    right = np.concatenate([asked.right == 0, np.zeros(len(asked), bool)])
    weights = faq.weights(len(asked))
    curve = risk_coverage(sure, right, weights)
    thinned = np.unique(np.linspace(0, len(curve.risk) - 1, POINTS).astype(int))
    coverage, risk = curve.coverage[thinned].tolist(), curve.risk[thinned].tolist()
    said = reliability(sure, right, weights)
    ks = list(range(1, CANDIDATES + 1))
    hits = [float(_hit(asked.right + 1, k).mean()) for k in ks]
    limit = 1 - faq.config.target_precision
    return [
        Chart(
            title="Risk and coverage",
            x_label="share of questions answered",
            y_label="share of the answers that is wrong",
            series=[
                Series(name="this model", x=coverage, y=risk),
                Series(name="wanted at most", x=[0.0, 1.0], y=[limit, limit]),
            ],
            note=f"The threshold of {faq.threshold:.2f} was chosen on the validation questions.",
        ),
        Chart(
            title="Reliability",
            x_label="probability given",
            y_label="share that is right",
            series=[
                Series(name="this model", x=said.said.tolist(), y=said.right.tolist()),
                Series(name="perfect", x=[0.0, 1.0], y=[0.0, 1.0]),
            ],
            note=f"Expected calibration error {said.error:.3f}.",
        ),
        Chart(
            title="Hits",
            x_label="k",
            y_label="right answer among the first k",
            series=[Series(name="hit@k", x=[float(k) for k in ks], y=hits)],
        ),
    ]


def _confused(data: Data, predicted: list[str], sure: Floats) -> list[Grid]:
    pairs = Counter(pair for pair in zip(data.answers, predicted, strict=True) if pair[0] != pair[1])
    if not pairs:
        return []
    example: dict[tuple[str, str], str] = {}
    total: defaultdict[tuple[str, str], float] = defaultdict(float)
    for question, pair, probability in zip(
        data.questions, zip(data.answers, predicted, strict=True), sure.tolist(), strict=True
    ):
        example.setdefault(pair, question)
        total[pair] += probability
    rows: list[list[str | int | float | None]] = [
        [expected, given or "no answer", count, round(total[expected, given] / count, 2), example[expected, given]]
        for (expected, given), count in pairs.most_common(CONFUSED)
    ]
    columns = ["right answer", "answer ranked first", "questions", "mean score", "such as"]
    return [Grid(title="Answers confused most", columns=columns, rows=rows)]


def _notes(faq: FAQ, data: Data) -> list[str]:
    method = "a linear classifier" if faq.matcher.classifier else f"the nearest known question ({faq.config.ranker})"
    known = f"{len(faq.known)} answers from {len(faq.known.data)} questions, ranked by {method}."
    notes = [known, ROBBED.format(share=faq.config.unanswerable)]
    if np.isinf(faq.threshold):
        notes.append(
            f"No threshold gave a precision of {faq.config.target_precision}: every answer is an I don't know."
        )
    return [data.note, *notes] if data.note else notes
