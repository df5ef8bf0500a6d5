"""The user's questions and answers: what a row looks like, and all rows together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Self

import numpy as np
import numpy.typing as npt
from pydantic import AliasChoices, BaseModel, Field

from hanok.core.sources import Table
from hanok.parts.text import Language, language, normalise, words

Ints = npt.NDArray[np.int64]


class Row(BaseModel):
    """One way of asking and its answer; several rows may share an answer."""

    question: Annotated[
        str,
        Field(
            min_length=1,
            max_length=2000,
            pattern=r"\w",
            validation_alias=AliasChoices("question", "text", "utterance", "query", "q", "질문", "質問"),
        ),
    ]
    answer: Annotated[
        str,
        Field(
            min_length=1,
            max_length=10000,
            validation_alias=AliasChoices("answer", "a", "response", "답변", "답", "回答", "intent", "label"),
        ),
    ]
    category: str = ""
    language: Language | None = None


class Sources(BaseModel):
    """What training needs."""

    questions: Annotated[Table[Row], Field(description="Questions and their answers, one pair a row")]


@dataclass(frozen=True)
class Data:
    """Questions and their answers, row by row.

    Parameters
    ----------
    questions, answers, categories, languages : sequence of str, each (n_rows,)
        An answer is known by its text.
    note : str
        How these rows came to be, if they are not as the user gave them.

    Example
    -------
    >>> data = Data.of(["Where is it?", "Where's my card?", "where is it"], ["A", "A", "A"])
    >>> len(data), data.languages
    (2, ['en', 'en'])
    """

    questions: Sequence[str]
    answers: Sequence[str]
    categories: Sequence[str]
    languages: Sequence[str]
    note: str = ""

    @classmethod
    def of(
        cls,
        questions: Iterable[str],
        answers: Iterable[str],
        categories: Iterable[str] | None = None,
        languages: Iterable[str | None] | None = None,
    ) -> Self:
        """Take rows in: languages that are not given are told by script, rows that say the same are kept once."""
        questions, answers = list(questions), [answer.strip() for answer in answers]
        categories = [""] * len(questions) if categories is None else categories
        languages = [None] * len(questions) if languages is None else languages
        rows = {
            (" ".join(words(normalise(question))), answer): (question, answer, category, spoken or language(question))
            for question, answer, category, spoken in zip(questions, answers, categories, languages, strict=True)
        }
        kept = rows.values()
        return cls(
            [row[0] for row in kept], [row[1] for row in kept], [row[2] for row in kept], [row[3] for row in kept]
        )

    def __len__(self) -> int:
        return len(self.questions)

    def take(self, rows: Sequence[int] | Ints) -> Self:
        """Some of the rows, in the order given."""
        columns = (self.questions, self.answers, self.categories, self.languages)
        questions, answers, categories, languages = ([column[row] for row in rows] for column in columns)
        return type(self)(questions, answers, categories, languages, self.note)

    def groups(self) -> list[list[int]]:
        """The rows of each answer, in the order in which the answers first appear."""
        found: dict[str, list[int]] = {}
        for row, answer in enumerate(self.answers):
            found.setdefault(answer, []).append(row)
        return list(found.values())
