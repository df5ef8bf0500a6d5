"""The rankers: each orders the comics for a reader by what it knows, from what the reader has read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.parts.factorization import ALS
from hanok.parts.ranking import Ranked, top_k
from hanok.systems.comics.config import RANKERS
from hanok.systems.comics.data import Ints

Floats32 = npt.NDArray[np.float32]

DEPTH = 100
"""Comics each ranker puts forward; those after it have no rank there."""


class Known(NamedTuple):
    """What is known of some readers, and what they may be given.

    Parameters
    ----------
    histories : csr_matrix (n, n_items)
        What each has read, as ones: this is what rankers go by.
    hidden : csr_matrix (n, n_items)
        What each must not be given.
    candidates : array (n_candidates,), int64, optional
        The only comics to choose from, the same for all.
    """

    histories: csr_matrix
    hidden: csr_matrix
    candidates: Ints | None = None


@dataclass(frozen=True)
class Rankers:
    """All of them over one catalogue.

    Parameters
    ----------
    als : ALS
        Fitted; its item factors are the vectors of ``"cf"``.
    vectors : dict of ranker to array (n_items, d), float32
        Rows of length one, or zeros where a ranker knows nothing of a comic; it does not rank that.
    readers : array (n_items,), int64
        How many have read each.
    """

    als: ALS
    vectors: dict[str, Floats32]
    readers: Ints

    @classmethod
    def of(cls, als: ALS, text: Floats32, image: Floats32, readers: Ints) -> Rankers:
        """Vectors of the collaborative ranker are the factors, scaled to length one."""
        lengths = np.linalg.norm(als.item_factors, axis=1, keepdims=True)
        cf = (als.item_factors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
        return cls(als, {"cf": cf, "text": text, "image": image}, readers)

    @property
    def able(self) -> list[str]:
        """Those that know anything: without covers there is no image ranker."""
        return [ranker for ranker in RANKERS if self.vectors[ranker].any()]

    def lists(self, known: Known) -> dict[str, Ranked]:
        """The best `DEPTH` comics of each able ranker for each reader, (n, DEPTH); none where it knows nothing."""
        return {ranker: self._list(ranker, known) for ranker in self.able}

    def popular(self, known: Known, k: int) -> Ranked:
        """The most read comics each reader may be given, (n, k)."""
        scores = self.readers[:, None].astype(np.float32)
        ones = np.ones((known.histories.shape[0], 1), np.float32)
        return top_k(ones, scores, k, candidates=known.candidates, exclude=known.hidden)

    def cause(self, ranker: str, item: int, history: Ints) -> int:
        """Which of the comics read is most like `item` to a ranker; -1 if none is."""
        if not len(history):
            return -1
        alike = self.vectors[ranker][history] @ self.vectors[ranker][item]
        return int(history[alike.argmax()]) if alike.max() > 0 else -1

    def _list(self, ranker: str, known: Known) -> Ranked:
        vectors = self.vectors[ranker]
        items = vectors if ranker != "cf" else self.als.item_factors
        asked = self.als.fold_in(known.histories) if ranker == "cf" else np.asarray(known.histories @ vectors)
        can = np.asarray(vectors.any(axis=1))
        if known.candidates is not None:
            can &= np.isin(np.arange(len(can)), known.candidates)
        found = top_k(asked, items, min(DEPTH, len(items)), candidates=np.flatnonzero(can), exclude=known.hidden)
        mute = ~asked.any(axis=1)
        found.ids[mute], found.scores[mute] = -1, -np.inf
        return found
