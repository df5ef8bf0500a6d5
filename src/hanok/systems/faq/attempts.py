"""The answers a matcher ranks first, for many questions whose right answer is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hanok.core.run import Run
from hanok.systems.faq.data import Data, Ints
from hanok.systems.faq.matcher import Matcher

Floats = npt.NDArray[np.float64]

CANDIDATES = 20
"""Answers that are ranked: the most that can be asked for."""


@dataclass(frozen=True)
class Attempts:
    """Candidates for each question.

    Parameters
    ----------
    candidates : array (n_items, CANDIDATES), int64
        Numbers of answers, best first; -1 where there are fewer.
    scores : array (n_items, CANDIDATES)
        -inf where there are fewer.
    right : array (n_items,), int64
        Which of the candidates is right; -1 if none is.
    """

    candidates: Ints
    scores: Floats
    right: Ints

    @classmethod
    def blank(cls, n_items: int) -> Attempts:
        """Nothing tried yet."""
        shape = (n_items, CANDIDATES)
        return cls(np.full(shape, -1), np.full(shape, -np.inf), np.full(n_items, -1))

    def __len__(self) -> int:
        return len(self.right)

    def note(self, item: int, scores: Floats, answer: int) -> None:
        """Keep the best of `scores` (n_answers,) for one item."""
        chosen = best(scores)
        self.candidates[item, : len(chosen)] = chosen
        self.scores[item, : len(chosen)] = scores[chosen]
        found = np.flatnonzero(chosen == answer)
        self.right[item] = found[0] if len(found) else -1


def best(scores: Floats) -> Ints:
    """The `CANDIDATES` best answers of (n_answers,), best first; of equals the first; none that score -inf.

    Example
    -------
    >>> best(np.array([0.2, -np.inf, 0.9, 0.2])).tolist()
    [2, 0, 3]
    """
    if len(scores) > CANDIDATES:
        worst = np.partition(scores, -CANDIDATES)[-CANDIDATES]
        pool = np.flatnonzero(scores >= worst)
    else:
        pool = np.arange(len(scores))
    pool = pool[scores[pool] > -np.inf]
    return pool[np.argsort(-scores[pool], kind="stable")][:CANDIDATES]


def attempt(matcher: Matcher, data: Data, run: Run) -> tuple[Attempts, Attempts]:
    """Try every question twice: as it is, and robbed of its answer.

    A question whose right answer has been taken away is one that nobody can answer, and a hard one: it is about the
    same matters as the others. This is how "I don't know" is tested without examples of foreign questions.

    Parameters
    ----------
    matcher : Matcher
        Fitted.
    data : Data
        Questions with an answer that is not known count as unanswerable as they are.
    run : Run
        Is told how far it is.

    Returns
    -------
    Attempts, Attempts
        As it is, and robbed.
    """
    asked, robbed = Attempts.blank(len(data)), Attempts.blank(len(data))
    for item, (question, answer) in enumerate(zip(data.questions, data.answers, strict=True)):
        scores, right = matcher.scores(question), matcher.known.position.get(answer, -1)
        asked.note(item, scores, right)
        if right >= 0:
            scores[right] = -np.inf
        robbed.note(item, scores, -1)
        if item % 100 == 99 or item + 1 == len(data):
            run.report(item + 1, len(data))
    return asked, robbed
