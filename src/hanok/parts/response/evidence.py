"""What is known of left nodes without looking at their responses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.problem import Problem

Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Features and edges of left nodes: of cell lines, say.

    Parameters
    ----------
    numbers : array (n, n_numbers), float32
        NaN where a number is missing.
    words : array (n, n_words), float32
        1 where a word is said of the node: its tissue, say.
    links : csr_matrix (n, n_others), float32
        Weights of the edges to other nodes, to genes, say; never to what they respond to.

    Raises
    ------
    Problem
        ``bad_evidence``: the three are not of the same nodes, or something is infinite.

    Example
    -------
    >>> evidence = Evidence.of(numbers=[[1.5, 2.0], [0.5, float("nan")]])
    >>> len(evidence), evidence.words.shape, evidence.links.shape
    (2, (2, 0), (2, 0))
    """

    numbers: Floats32
    words: Floats32
    links: csr_matrix

    def __post_init__(self) -> None:
        shapes = [part.shape for part in (self.numbers, self.words, self.links)]
        if any(len(shape) != 2 for shape in shapes) or len({shape[0] for shape in shapes}) != 1:
            raise Problem("bad_evidence", f"found numbers, words and links of shapes {shapes}; expected as many rows")
        if np.isinf(self.numbers).any() or not (np.isfinite(self.words).all() and np.isfinite(self.links.data).all()):
            raise Problem("bad_evidence", "found an infinite value; expected finite ones, NaN for a missing number")

    @classmethod
    def of(
        cls, numbers: npt.ArrayLike | None = None, words: npt.ArrayLike | None = None, links: csr_matrix | None = None
    ) -> Self:
        """From what there is; the rest has no columns."""
        given = [np.asarray(part, np.float32) for part in (numbers, words) if part is not None]
        n = len(given[0]) if given else 0 if links is None else links.shape[0]
        none = np.zeros((n, 0), np.float32)
        return cls(
            none if numbers is None else np.asarray(numbers, np.float32),
            none if words is None else np.asarray(words, np.float32),
            csr_matrix((n, 0), dtype=np.float32) if links is None else links.tocsr().astype(np.float32),
        )

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, rows: npt.ArrayLike) -> Evidence:
        """Some of the nodes, by places or by a mask."""
        kept = np.asarray(rows)
        return Evidence(self.numbers[kept], self.words[kept], self.links[kept])
