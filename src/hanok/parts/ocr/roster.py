"""Names as they were read, to the names that an event knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem, Unavailable

BEST = 88.0
"""How alike a reading and a name have to be, of 100. Lower, and more players who are missing from the roster are taken
for somebody else: of Koreans twice as many at 85."""

MARGIN = 6.0
"""How much less alike the next name of the roster has to be."""

COMPLETE = 50.0, 4.0
"""The two of a roster that everybody who appears is on."""

SECOND = 4.0
"""How much less alike a name is that only a second reading of the cell has."""

DIGITS = 8.0
"""How much less alike a name with more or fewer digits is: readers mistake digits, but seldom lose or add one."""

ALIKE = (
    *("oODQ0Cc", "iIlL1|!jtJ", "sS5", "bB8", "6G", "9gq", "zZ2", "vVyY", "wW", "uU", "kK", "xX", "pP", "mM", "fF7"),
    *("ᄉᄌᄎ", "ᄀᄏ", "ᄃᄅᄐ", "ᄆᄇᄋᄑ", "ᅩᅭᅮᅲᅳ", "ᅡᅣᅵ", "ᅥᅧ", "ᅢᅤᅦᅨ", "ᆫᆮᆯᇀ", "ᆷᆸᆼ", "ᆨᆺᆽᆿ", "\u3099\u309a"),
)
"""Letters that are mistaken for each other, by their shapes: Latin and digits; beginnings, middles and ends of Hangul
syllables; the two marks of kana."""

_SHAPES = str.maketrans({letter: group[0] for group in ALIKE for letter in group} | {"_": ""})
"""Underscores have none: readers take them for spaces."""


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


def match(
    readings: Sequence[str],
    roster: Sequence[str],
    *,
    seconds: Sequence[Sequence[str]] = (),
    complete: bool = False,
    best: float | None = None,
    margin: float | None = None,
) -> list[Named]:
    """Match the names of one picture with a roster; nobody is used twice.

    A reading that is a name to the letter is that name, however like it another one is.

    Parameters
    ----------
    readings : sequence of n_readings str
        From different cells of one match.
    roster : sequence of n_names str
        Everybody who may appear, each once.
    seconds : sequence of n_readings sequences of str
        What else was read of each cell: alternatives, other engines. None if not given.
    complete : bool
        Whether nobody can appear who is not on the roster. The likeliest name is then enough, if it is the only one.
    best : float, 0 to 100
        See `BEST`; 50 of a complete roster.
    margin : float, 0 to 100
        See `MARGIN`; 4 of a complete roster.

    Returns
    -------
    list of n_readings Named

    Raises
    ------
    Unavailable
        rapidfuzz is missing; the hint says how to install it.
    Problem
        `seconds` is not as long as `readings`.

    Example
    -------
    >>> found = match(["lron_Blade86", "한빈준", "?"], ["Iron_Blade86", "한민준", "황승현"])
    >>> [(one.name, round(one.likeness)) for one in found]
    [('Iron_Blade86', 94), ('한민준', 93), (None, 0)]

    Source
    ------
    Likeness is one minus the normalised indel distance (rapidfuzz's ratio), of names in Unicode's decomposed form: a
    Hangul syllable is two or three letters there, so a stroke that was misread costs one of them and not a third of a
    name. It is the mean of three: letters as they are, letters without case, and shapes, where letters that are often
    mistaken for each other are one. The mean and the classes (`ALIKE`) are ours. Assignment: Kuhn 1955, "The Hungarian
    method", by scipy.
    """
    if seconds and len(seconds) != len(readings):
        counted = f"found {len(readings)} readings and {len(seconds)} of what else was read; expected as many"
        raise Problem("lengths_differ", counted, "seconds")
    if not readings or not roster:
        return [Named(None, 0.0, ()) for _ in readings]
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]  # slow to import

    alike = likeness(readings, roster)
    for row, others in zip(alike, seconds, strict=False):
        if others:
            row[:] = np.maximum(row, likeness(others, roster).max(axis=0) - SECOND)
    least, apart = COMPLETE if complete else (BEST, MARGIN)
    least, apart = least if best is None else best, apart if margin is None else margin
    given = dict(zip(*(side.tolist() for side in linear_sum_assignment(alike, maximize=True)), strict=True))
    found = []
    for i, row in enumerate(alike):
        closest = tuple(roster[j] for j in np.argsort(-row, kind="stable")[:3] if row[j] > 0)
        mine = given.get(i)
        if mine is None:
            found.append(Named(None, float(row.max()), closest))
            continue
        ahead = row[mine] - np.delete(row, mine).max(initial=0.0)
        exact = _letters(readings[i]) == _letters(roster[mine])
        sure = ahead > 0 if exact else row[mine] >= least and ahead >= apart
        found.append(Named(roster[mine] if sure else None, float(row[mine]), closest))
    return found


def likeness(readings: Sequence[str], roster: Sequence[str]) -> npt.NDArray[np.float64]:
    """(n_readings, n_names), 0 to 100."""
    try:
        from rapidfuzz import fuzz, process
    except ImportError as error:
        hint = "pip install 'hanok[ocr]'"
        raise Unavailable("missing_extra", "matching names needs rapidfuzz", hint=hint) from error
    left, right = (_forms(names) for names in (readings, roster))
    each = [process.cdist(a, b, scorer=fuzz.ratio, dtype=np.float64) for a, b in zip(left, right, strict=True)]
    digits = [np.array([sum(map(str.isdigit, letters)) for letters in names[0]]) for names in (left, right)]
    alike = np.mean(each, axis=0) - DIGITS * (digits[0][:, None] != digits[1])
    return np.asarray(np.clip(alike, 0, 100), np.float64)


def _forms(names: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Of each name its letters, the same without case, and their shapes."""
    letters = [_letters(name) for name in names]
    return letters, [each.casefold() for each in letters], [each.translate(_SHAPES) for each in letters]


def _letters(name: str) -> str:
    """Without spaces, Hangul taken apart into its letters."""
    return "".join(unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name)).split())
