"""Readers whose next reads are known: what rankers are tuned on and judged by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.systems.comics.data import Data, Ints, sparse
from hanok.systems.comics.folds import held_out
from hanok.systems.comics.rankers import Known

K = 20
"""Places that are judged."""


@dataclass(frozen=True)
class Asked:
    """Readers, what they had read, and what they read next.

    Parameters
    ----------
    readers : array (n,), int64
        Numbers in the data's `names`.
    known : Known
        What they had read; they are not given it again.
    relevant : csr_matrix (n, n_items or more)
        What they read next. Columns past the catalogue are comics that the model does not know.
    """

    readers: Ints
    known: Known
    relevant: csr_matrix
    data: Data

    @classmethod
    def of(cls, data: Data, number: dict[str, int] | None = None) -> Self:
        """The readers of `data` with judged reads.

        Parameters
        ----------
        data : Data
            Of data in which nothing is held out, a fifth of each reader's reads is judged here.
        number : dict of str to int, optional
            Numbers of the comics in the model, where `data` may count them differently.
        """
        judged = held_out(data, np.random.default_rng(0)) if data.judged.all() else data.judged
        data = replace(data, judged=judged)
        n_items = len(data.catalogue) if number is None else len(number)
        place = np.arange(len(data.catalogue))
        if number is not None:
            strange = iter(range(n_items, n_items + len(place)))
            place = np.array([number.get(item, -1) for item in data.catalogue.items])
            place = np.array([p if p >= 0 else next(strange) for p in place.tolist()])
        width = max(n_items, int(place.max(initial=-1)) + 1)
        readers = np.unique(data.users[judged])
        rows, columns = np.searchsorted(readers, data.users), place[data.items]
        before = ~judged & np.isin(data.users, readers) & (columns < n_items)
        histories = sparse(rows[before], columns[before], (len(readers), n_items))
        relevant = sparse(rows[judged], columns[judged], (len(readers), width))
        return cls(readers, Known(histories, histories), relevant, data)

    def __len__(self) -> int:
        return len(self.readers)
