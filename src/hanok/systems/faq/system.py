"""The FAQ chatbot: a question in, ranked answers out, and an honest "I don't know"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import numpy.typing as npt

from hanok.core.contract import Fold, Objective, System
from hanok.core.ledger import Event
from hanok.core.problem import Problem
from hanok.core.report import Report
from hanok.core.run import Run
from hanok.parts.calibration import Calibrator, threshold_for_precision
from hanok.parts.text import language, normalise
from hanok.systems.faq import files
from hanok.systems.faq.attempts import attempt, best
from hanok.systems.faq.config import Config
from hanok.systems.faq.data import Data, Sources
from hanok.systems.faq.folds import cut
from hanok.systems.faq.items import Answers, Question, Ranked, Verdict
from hanok.systems.faq.known import Known
from hanok.systems.faq.matcher import Matcher

Floats = npt.NDArray[np.float64]

PRIOR = 100.0
"""Questions that the probabilities' own word is worth when the threshold is chosen; see `threshold_for_precision`."""


class FAQ(System[Config, Sources, Data, Question, Answers, Verdict]):
    """Answers questions with the answers it was given, each with the probability of being right.

    A linear classifier where answers have several questions, the nearest known question where they have one. Whether
    the best answer is given or "I don't know" is said is decided by a threshold chosen on validation questions.

    Example
    -------
    >>> data = Data.of(["Where is my parcel?", "How do I pay?"], ["Look under Orders.", "By card."])
    >>> fold = next(iter(FAQ.folds(data, Config(), seed=0)))
    >>> faq = FAQ(Config()).fit(fold.train, fold.valid, Run())
    >>> faq(Question(text="where's the parcel")).answers[0].answer
    'Look under Orders.'
    """

    name: ClassVar[str] = "faq"
    title: ClassVar[str] = "FAQ chatbot"
    summary: ClassVar[str] = (
        "Answers questions in Korean, Japanese and English from your list of questions and answers."
    )
    objectives: ClassVar[tuple[Objective, ...]] = (Objective("hit@1"), Objective("mrr"), Objective("coverage"))

    matcher: Matcher
    calibrator: Calibrator
    threshold: float
    valid: Data

    @classmethod
    def read(cls, sources: Sources) -> Data:
        """Questions and answers, validated row by row."""
        frame = sources.questions.read()
        data = Data.of(*(frame[column].to_list() for column in ("question", "answer", "category", "language")))
        if len(set(data.answers)) < 2:
            where = sources.questions.path.name
            raise Problem("one_answer", "found one answer only; expected at least two different ones", where)
        return data

    @classmethod
    def folds(cls, data: Data, config: Config, *, seed: int) -> Iterable[Fold[Data]]:
        """Unseen questions of known answers, or perturbed questions where each answer has one question only."""
        return cut(data, seed)

    def fit(self, train: Data, valid: Data, run: Run) -> Self:
        """Learn from `train`; turn scores into probabilities and choose the threshold on `valid`.

        Questions of `valid` are never learnt: scores on them would be too good to calibrate with, or to tune by.
        """
        known = Known.of(train)
        if len(known) < 2:
            raise Problem("one_answer", f"found {len(known)} answers; expected at least two different ones")
        self.matcher, self.valid = Matcher.fit(self.config, known, run), valid
        self._calibrate(run)
        return self

    def reconfigure(self, config: Config) -> Self:
        """Another ranker, k1, b, target precision or share of unanswerable questions, without training again."""
        if not config.same_fit(self.config):
            raise Problem("cannot_reconfigure", "fields without a stage differ; train again")
        new = type(self)(config, ledger=self.ledger)
        new.matcher, new.valid = self.matcher.reranked(config), self.valid
        new._calibrate(Run())
        return new

    def learn(self, fold: Fold[Data], events: Sequence[Event[Question, Answers, Verdict]], run: Run) -> Self:
        """A new system that also knows what people confirmed and corrected.

        The latest word on a question stands, also against the answer it had in the data.
        """
        told = {normalise(question): (question, answer) for question, answer in filter(None, map(lesson, events))}
        if not told:
            raise Problem("nothing_to_learn", "no answer was confirmed or corrected", hint="say which answer is right")
        before = self.matcher.known.data
        kept = before.take([i for i, question in enumerate(before.questions) if normalise(question) not in told])
        category = dict(zip(before.answers, before.categories, strict=True))
        questions, answers = zip(*told.values(), strict=True)
        train = Data.of(
            [*kept.questions, *questions],
            [*kept.answers, *answers],
            [*kept.categories, *(category.get(answer, "") for answer in answers)],
            [*kept.languages, *map(language, questions)],
        )
        return type(self)(self.config, ledger=self.ledger).fit(train, fold.valid, run)

    @classmethod
    def reward(cls, event: Event[Question, Answers, Verdict]) -> float | None:
        """1 for an answer that helped, 0 for one that did not."""
        return None if event.feedback is None else float(event.feedback.helpful)

    def predict(self, batch: Sequence[Question]) -> Sequence[Answers | Problem]:
        """Answers, the likeliest first; each question is looked up on its own."""
        return [self._answer(item) for item in batch]

    def review(self, item: Question, output: Answers) -> str | None:
        """Questions that were not answered are worth a person's look."""
        return None if output.known else "no answer above the threshold"

    def evaluate(self, data: Data) -> Report:
        """Hits, rank, coverage and precision at the threshold; questions robbed of their answer test "I don't know"."""
        from hanok.systems.faq.report import report

        return report(self, data)

    def save(self, folder: Path) -> None:
        """Texts as JSON, arrays as safetensors."""
        calibration = dict(vars(self.calibrator))
        if np.isfinite(self.threshold):  # JSON has no infinity
            calibration["threshold"] = self.threshold
        files.write(folder, self.matcher, self.valid, calibration)

    def load(self, folder: Path) -> None:
        """The mirror of `save`; needs NumPy only."""
        self.matcher, self.valid, calibration = files.read(folder, self.config)
        self.threshold = calibration.pop("threshold", np.inf)
        self.calibrator = Calibrator(**calibration)

    # -- how ---------------------------------------------------------------------------------------------------------

    def _answer(self, item: Question) -> Answers:
        scores = self.matcher.scores(item.text)
        if item.language:
            scores = np.where(self.known.spoken[item.language], scores, -np.inf)
        chosen = best(scores)
        sure = self.calibrator.probabilities(scores[chosen])
        rows, data = self.matcher.why(item.text, chosen[: item.k].tolist()), self.known.data
        ranked = [
            Ranked(
                answer=data.answers[row],
                score=round(score, 4),
                question=data.questions[row],
                category=data.categories[row],
            )
            for row, score in zip(rows, sure.tolist(), strict=False)
        ]
        return Answers(answers=ranked, known=bool(len(sure) and sure[0] >= self.threshold))

    def _calibrate(self, run: Run) -> None:
        """Scores to probabilities, and the threshold, from the validation questions and the same robbed of answers."""
        asked, robbed = attempt(self.matcher, self.valid, run.stage("calibration"))
        if len(set(self.valid.answers)) > 1 and len(set(asked.candidates[:, 0].tolist())) == 1:
            raise Problem("degenerate_fit", f"all {len(asked)} validation questions got the same answer")
        scores, right = np.concatenate([asked.scores, robbed.scores]), np.concatenate([asked.right, robbed.right])
        weights = self.weights(len(asked))
        self.calibrator = Calibrator().fit(scores, right, weights)
        if min(self.calibrator.sharpness, self.calibrator.slope) <= 0:
            raise Problem("degenerate_fit", "better scores are not likelier to be right on the validation questions")
        sure = self.calibrator.probabilities(scores)[:, 0]
        target = self.config.target_precision
        self.threshold = threshold_for_precision(sure, right == 0, target, weights, prior=min(PRIOR, len(asked)))

    def weights(self, n_items: int) -> Floats:
        """How much questions as they are and, after them, robbed of their answer count: (2 n_items,)."""
        share = self.config.unanswerable
        return np.repeat([1.0, share / (1 - share)], n_items)

    @property
    def known(self) -> Known:
        """Answers and the questions known to have them."""
        return self.matcher.known


def lesson(event: Event[Question, Answers, Verdict]) -> tuple[str, str] | None:
    """The question and its answer, as somebody corrected or confirmed it; None if nobody did.

    Confirming says something only where an answer was given, not where the bot did not know.
    """
    verdict, shown = event.feedback, event.output
    if verdict is None:
        return None
    if verdict.answer:
        return event.item.text, verdict.answer.strip()
    if verdict.helpful and shown.known:
        return event.item.text, shown.answers[0].answer
    return None
