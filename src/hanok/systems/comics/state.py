"""Everything a fit leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.systems.comics.blend import Blend
from hanok.systems.comics.covers import Pictures
from hanok.systems.comics.data import Data, Ints
from hanok.systems.comics.rankers import Rankers


@dataclass(frozen=True)
class State:
    """What answers are made from; it does not change.

    Parameters
    ----------
    train, valid : Data
        What was learnt, and what weights are found on; readers are known by both.
    rankers : Rankers
    blend : Blend
    covers : list of str, (n_items,)
        Names of the small covers; empty where there is none.
    pictures : Pictures
    notes : list of str
        How text and covers fared, for the report.
    """

    train: Data
    valid: Data
    rankers: Rankers
    blend: Blend
    covers: list[str]
    pictures: Pictures
    notes: list[str]
    history: csr_matrix = field(init=False)
    reader: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """What each reader has read, as far as the model was shown, (n_users, n_items); and the readers' numbers."""
        both = self.train.matrix() + self.valid.matrix()
        both.data = np.ones_like(both.data)
        object.__setattr__(self, "history", both)
        object.__setattr__(self, "reader", {name: row for row, name in enumerate(self.train.names)})

    def has_read(self, name: str) -> Ints | None:
        """What a reader has read; None of somebody unknown."""
        row = self.reader.get(name)
        if row is None:
            return None
        return np.asarray(self.history.indices[self.history.indptr[row] : self.history.indptr[row + 1]], np.int64)
