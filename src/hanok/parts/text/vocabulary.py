"""Terms and how often each document has them: the sparse table under every model that counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]


def sums(places: Ints, values: npt.NDArray[Any], size: int) -> Floats:
    """The values added up by place, in double precision: (size,)."""
    return np.bincount(places, values, minlength=size).astype(np.float64, copy=False)


@dataclass(frozen=True)
class Sparse:
    """Rows of a sparse matrix, in the layout called CSR.

    Parameters
    ----------
    starts : array (n_rows + 1,), int64
        Row i is ``starts[i]:starts[i + 1]`` of the other two.
    columns : array (n_stored,), int64
        Ascending within a row.
    values : array (n_stored,), float32
    width : int
        Number of columns.

    Example
    -------
    >>> table = Sparse(np.array([0, 2, 3]), np.array([0, 2, 2]), np.array([1, 5, 7], np.float32), 3)
    >>> table.transposed().dense().tolist()
    [[1.0, 0.0], [0.0, 0.0], [5.0, 7.0]]
    """

    starts: Ints
    columns: Ints
    values: Floats32
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    def rows(self) -> Ints:
        """The row of every stored value, (n_stored,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def per_column(self) -> Ints:
        """How many rows have each column, (width,)."""
        return np.bincount(self.columns, minlength=self.width)

    def row_sums(self) -> Floats:
        """Sum of each row, (n_rows,)."""
        return sums(self.rows(), self.values, len(self))

    def transposed(self) -> Sparse:
        """Columns as rows: the posting list of every term."""
        order = np.argsort(self.columns, kind="stable")
        starts = np.concatenate(([0], np.cumsum(self.per_column())))
        return Sparse(starts, self.rows()[order], self.values[order], len(self))

    def dense(self) -> Floats32:
        """All of it, (n_rows, width)."""
        full = np.zeros((len(self), self.width), np.float32)
        full[self.rows(), self.columns] = self.values
        return full


class Vocabulary:
    """The terms a model knows, each with its column.

    Parameters
    ----------
    terms : sequence of str
        Distinct; the position is the column.

    Example
    -------
    >>> vocabulary = Vocabulary.of([["a", "b"], ["b", "c", "b"]])
    >>> vocabulary.terms
    ['a', 'b', 'c']
    >>> vocabulary.table([["b", "b", "z"]]).dense().tolist()
    [[0.0, 2.0, 0.0]]
    """

    def __init__(self, terms: Sequence[str]) -> None:
        self.terms = terms
        self._column = {term: column for column, term in enumerate(terms)}

    @classmethod
    def of(cls, documents: Iterable[Iterable[str]]) -> Self:
        """Every term of the documents, sorted."""
        return cls(sorted({term for document in documents for term in document}))

    def __len__(self) -> int:
        return len(self.terms)

    def count(self, document: Iterable[str]) -> tuple[list[int], list[int], int]:
        """Columns (ascending) and counts of the known terms of a document, and how many of its terms are unknown."""
        known: list[tuple[int, int]] = []
        unknown = 0
        for term, count in Counter(document).items():
            column = self._column.get(term)
            if column is None:
                unknown += count
            else:
                known.append((column, count))
        known.sort()
        return [column for column, _ in known], [count for _, count in known], unknown

    def table(self, documents: Iterable[Iterable[str]]) -> Sparse:
        """Counts of the known terms, one row for each document."""
        starts, columns, values = [0], [], []
        for document in documents:
            found, counts, _ = self.count(document)
            columns += found
            values += counts
            starts.append(len(columns))
        return Sparse(
            np.array(starts, np.int64), np.array(columns, np.int64), np.array(values, np.float32), len(self.terms)
        )
