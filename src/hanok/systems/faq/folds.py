"""Cutting the data for an honest test: unseen questions where answers have several, else perturbed ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from hanok.core.contract import Fold
from hanok.parts.text import Perturber
from hanok.systems.faq.data import Data, Ints

UNSEEN, PERTURBED = "unseen questions", "perturbed questions"

STEP, MOST = 10, 1000
"""Every tenth question is for validation, every tenth for the test; of many, no more than a thousand each."""

FEWEST = 50
"""Questions with siblings that are needed to hold some out."""

SAMPLE = (200, 2000)
"""Perturbed questions: at least so many for validation and test each, at most so many."""

LONGEST = 2000
"""Characters of a question, see `Row`."""

NOTE = (
    "Perturbed questions: every question of the data has an answer of its own, so none can be held out. Tested with "
    "questions changed by rule: words left out or replaced, particles dropped, typos. The rules were set so that they "
    "are about as hard as rephrasings by people; trust a test with real ones more."
)


def cut(data: Data, seed: int) -> Iterator[Fold[Data]]:
    """The one protocol that fits the data.

    Parameters
    ----------
    data : Data
        As read.
    seed : int
        The same seed cuts the same way.

    Yields
    ------
    Fold
        "unseen questions" where answers have two or more questions on average: a tenth of the questions with siblings
        each for validation and test, at most 1,000, stratified, every answer staying in train. Else "perturbed
        questions": all of the data in train, half of it perturbed for validation, the other half for the test.
    """
    rng = np.random.default_rng(seed)
    groups = data.groups()
    siblings = [rows for rows in groups if len(rows) > 1]
    if len(data) >= 2 * len(groups) and sum(map(len, siblings)) >= FEWEST:
        yield _unseen(data, siblings, rng)
    elif len(data) > 1:
        yield _perturbed(data, rng)


def _unseen(data: Data, siblings: Sequence[Sequence[int]], rng: np.random.Generator) -> Fold[Data]:
    """Go through the questions answer by answer and take every `step`-th: as stratified as whole questions can be.

    Of two questions that follow on each other at most one is taken, so an answer keeps at least half of its own.
    """
    ordered = np.concatenate([rng.permutation(rows) for rows in siblings])
    step = max(STEP, -(-len(ordered) // MOST))
    place = (np.arange(len(ordered)) + int(rng.integers(step))) % step
    valid, test = ordered[place == step // 2], ordered[place == 0]
    train = np.setdiff1d(np.arange(len(data)), np.concatenate([valid, test]))
    return Fold(UNSEEN, data.take(train), data.take(valid), data.take(test))


def _perturbed(data: Data, rng: np.random.Generator) -> Fold[Data]:
    """Everything in train; each half of the questions perturbed, small ones several times over."""
    perturb = Perturber(data.questions)
    halves = np.array_split(rng.permutation(len(data)), 2)
    valid, test = (_asked_differently(data, rows, perturb, rng) for rows in halves)
    return Fold(PERTURBED, data, valid, test)


def _asked_differently(data: Data, rows: Ints, perturb: Perturber, rng: np.random.Generator) -> Data:
    low, high = SAMPLE
    copies = -(-low // len(rows))
    sample = data.take(np.tile(rows, copies)[:high])
    return replace(sample, questions=[perturb(question, rng)[:LONGEST] for question in sample.questions], note=NOTE)
