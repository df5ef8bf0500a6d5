"""What the bot knows: its answers, and the questions that are known to have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from hanok.systems.faq.data import Data, Ints


@dataclass(frozen=True)
class Known:
    """Questions sorted so that those of one answer follow on each other.

    Parameters
    ----------
    data : Data
        Sorted by answer.
    answers : list of str, (n_answers,)
        Distinct.
    starts : array (n_answers + 1,), int64
        The questions of answer i are rows ``starts[i]:starts[i + 1]``.
    """

    data: Data
    answers: list[str]
    starts: Ints

    @classmethod
    def of(cls, data: Data) -> Self:
        """Sort the data."""
        groups = data.groups()
        starts = np.concatenate(([0], np.cumsum([len(rows) for rows in groups]))).astype(np.int64)
        return cls(data.take([row for rows in groups for row in rows]), [data.answers[r[0]] for r in groups], starts)

    def __len__(self) -> int:
        return len(self.answers)

    @cached_property
    def labels(self) -> Ints:
        """The answer of each question, (n_questions,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Number of each answer by its text."""
        return {answer: i for i, answer in enumerate(self.answers)}

    @cached_property
    def spoken(self) -> Mapping[str, npt.NDArray[np.bool_]]:
        """For each language which answers have a question in it, (n_answers,)."""
        found = {spoken: np.zeros(len(self), bool) for spoken in ("ko", "ja", "en")}
        for label, spoken in zip(self.labels, self.data.languages, strict=True):
            found[spoken][label] = True
        return found
