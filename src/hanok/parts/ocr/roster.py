"""Names as they were read, to the names that an event knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Unavailable

BEST = 88.0
"""How alike a reading and a name have to be, of 100. At 85, four times as many Korean players who are missing from the
roster were taken for somebody else."""

MARGIN = 6.0
"""How much less alike the next name of the roster has to be."""


class Named(NamedTuple):
    """Who a reading stands for.

    Parameters
    ----------
    name : str or None
        As the roster has it; None where no name is alike enough, or two are.
    likeness : float, 0 to 100
        Of the name that was assigned, taken or not.
    closest : tuple of str
        The three names most alike, for a person to choose from.
    """

    name: str | None
    likeness: float
    closest: tuple[str, ...]


def match(readings: Sequence[str], roster: Sequence[str], *, best: float = BEST, margin: float = MARGIN) -> list[Named]:
    """Match the names of one picture with a roster; nobody is used twice.

    Parameters
    ----------
    readings : sequence of n_readings str
        From different cells of one match.
    roster : sequence of n_names str
        Everybody who may appear, each once.
    best : float, 0 to 100
        See `BEST`.
    margin : float, 0 to 100
        See `MARGIN`.

    Returns
    -------
    list of n_readings Named

    Raises
    ------
    Unavailable
        rapidfuzz is missing; the hint says how to install it.

    Example
    -------
    >>> found = match(["lron_Blade86", "한빈준", "?"], ["Iron_Blade86", "한민준", "황승현"])
    >>> [(one.name, round(one.likeness)) for one in found]
    [('Iron_Blade86', 92), ('한민준', 89), (None, 0)]

    Source
    ------
    Likeness is one minus the normalised indel distance (rapidfuzz's ratio), of names without case in Unicode's
    decomposed form: a Hangul syllable is two or three letters there, so a stroke that was misread costs one of them
    and not a third of a name. Assignment: Kuhn 1955, "The Hungarian method", by scipy.
    """
    if not readings or not roster:
        return [Named(None, 0.0, ()) for _ in readings]
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]  # slow to import

    alike = likeness(readings, roster)
    given = dict(zip(*(side.tolist() for side in linear_sum_assignment(alike, maximize=True)), strict=True))
    found = []
    for i, row in enumerate(alike):
        closest = tuple(roster[j] for j in np.argsort(-row, kind="stable")[:3] if row[j] > 0)
        mine = given.get(i)
        if mine is None:
            found.append(Named(None, float(row.max()), closest))
            continue
        others = np.delete(row, mine).max(initial=0.0)
        sure = row[mine] >= best and row[mine] - others >= margin
        found.append(Named(roster[mine] if sure else None, float(row[mine]), closest))
    return found


def likeness(readings: Sequence[str], roster: Sequence[str]) -> npt.NDArray[np.float64]:
    """(n_readings, n_names), 0 to 100."""
    try:
        from rapidfuzz import fuzz, process
    except ImportError as error:
        hint = "pip install 'hanok[ocr]'"
        raise Unavailable("missing_extra", "matching names needs rapidfuzz", hint=hint) from error
    left, right = ([_letters(name) for name in names] for names in (readings, roster))
    return np.asarray(process.cdist(left, right, scorer=fuzz.ratio, dtype=np.float64))


def _letters(name: str) -> str:
    """Without case and spaces, Hangul taken apart into its letters."""
    return "".join(unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold()).split())
