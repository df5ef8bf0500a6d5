"""How well each answer fits a question: by a classifier over answers, or by the nearest question that is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt

from hanok.core.run import Run
from hanok.parts.text import Index, Query, TextClassifier, char_ngrams, normalise
from hanok.systems.faq.config import Config
from hanok.systems.faq.known import Known

Floats = npt.NDArray[np.float64]

SEVERAL = 3
"""Questions per answer from which on the classifier beats the nearest question."""

MANY = 1000
"""Answers from which on a classifier grows too slow to train and too large."""


class Matcher:
    """Scores answers, and finds the known question that speaks for one.

    Parameters
    ----------
    config : Config
    known : Known
    index : Index
        Over the known questions' character n-grams.
    classifier : TextClassifier, optional
        Over the answers; without it the nearest question decides.
    """

    def __init__(self, config: Config, known: Known, index: Index, classifier: TextClassifier | None) -> None:
        self.config, self.known, self.index, self.classifier = config, known, index, classifier

    @classmethod
    def fit(cls, config: Config, known: Known, run: Run) -> Self:
        """Learn from what is known."""
        questions = known.data.questions
        if not wants_classifier(config, known):
            pieces = [_pieces(config, question) for question in questions]
            run.stage("index").report(len(pieces), len(pieces))
            return cls(config, known, ranking(config).fit(pieces), None)
        classifier = blank(config).fit(questions, known.labels, seed=run.seed, report=run.stage("classifier").report)
        vocabulary = classifier.blocks[-1].vocabulary
        counts = vocabulary.table(_pieces(config, question) for question in questions)
        return cls(config, known, ranking(config).over(vocabulary, counts), classifier)

    def reranked(self, config: Config) -> Self:
        """The same with another ranker, k1 or b: nothing is learnt again."""
        return type(self)(
            config, self.known, ranking(config).over(self.index.vocabulary, self.index.counts), self.classifier
        )

    def scores(self, text: str) -> Floats:
        """How well each answer fits, (n_answers,): -inf for those that have nothing in common with the text."""
        query = self._query(text)
        if self.classifier and len(query.columns):
            return self.classifier.scores(text).astype(np.float64)
        nearest = np.maximum.reduceat(self.index.scores(query), self.known.starts[:-1])
        return np.where(nearest > 0, nearest, -np.inf)

    def why(self, text: str, answers: Sequence[int]) -> list[int]:
        """For each of the answers the row of its known question that is nearest to the text."""
        spans = [(int(self.known.starts[answer]), int(self.known.starts[answer + 1])) for answer in answers]
        if all(stop == start + 1 for start, stop in spans):
            return [start for start, _ in spans]
        near = self.index.scores_within(self._query(text), spans)
        return [start + int(scores.argmax()) for (start, _), scores in zip(spans, near, strict=True)]

    def _query(self, text: str) -> Query:
        return self.index.query(_pieces(self.config, text))


def wants_classifier(config: Config, known: Known) -> bool:
    """Whether the data and the configuration ask for a classifier."""
    if config.method != "auto":
        return config.method == "classifier"
    return len(known) <= MANY and len(known.data) >= SEVERAL * len(known)


def ranking(config: Config) -> Index:
    """An index that is still empty."""
    return Index(ranker=config.ranker, k1=config.k1, b=config.b)


def blank(config: Config) -> TextClassifier:
    """A classifier that has learnt nothing."""
    chars = (config.shortest, config.longest)
    return TextClassifier(words=config.words, chars=chars, sublinear=config.sublinear, C=config.C)


def _pieces(config: Config, text: str) -> list[str]:
    return char_ngrams(normalise(text), config.shortest, config.longest)
