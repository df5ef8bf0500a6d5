"""What a field may hold: numbers in their range, text of a pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from hanok.core.problem import Problem
from hanok.parts.ocr.engine import Kind
from hanok.parts.ocr.numerals import numeral, words


class Checked(NamedTuple):
    """A value that fits its field, or why there is none.

    Parameters
    ----------
    value : int, float, str or None
        None where the text does not fit.
    problem : str
        What was found and what was expected; empty where the text fits.
    """

    value: int | float | str | None
    problem: str


@dataclass(frozen=True)
class Field:
    r"""One field of a record and its rules.

    Parameters
    ----------
    name : str
    kind : "number" or "text"
        Numbers are read with `numeral`: only there may O be 0 and l be 1. Text is read with `words`.
    low, high : float, optional
        Of a number, both included.
    whole : bool
        Of a number: no decimals.
    pattern : str
        Regular expression that the whole value matches, as it is spelt after reading.

    Raises
    ------
    Problem
        `pattern` is no regular expression.

    Example
    -------
    >>> kills = Field("kills", "number", low=0, high=99)
    >>> kills.check("l2"), kills.check("300")
    (Checked(value=12, problem=''), Checked(value=None, problem='found 300; expected at most 99'))
    >>> Field("clock", "text", pattern=r"\d\d:\d\d").check("l2:30").problem
    "found 'l2:30'; expected what matches \\d\\d:\\d\\d"
    """

    name: str
    kind: Kind
    low: float | None = None
    high: float | None = None
    whole: bool = True
    pattern: str = ""

    def __post_init__(self) -> None:
        try:
            re.compile(self.pattern)
        except re.error as error:
            found = f"found {self.pattern!r}: {error}; expected a regular expression"
            raise Problem("bad_pattern", found, f"{self.name}.pattern") from error

    def check(self, text: str) -> Checked:
        """The value that a text stands for."""
        spelt = numeral(text) if self.kind == "number" else words(text)
        if not spelt:
            return Checked(None, f"found {text!r}; expected {'a number' if self.kind == 'number' else 'text'}")
        if self.pattern and not re.fullmatch(self.pattern, spelt):
            return Checked(None, f"found {spelt!r}; expected what matches {self.pattern}")
        if self.kind == "text":
            return Checked(spelt, "")
        if self.whole and "." in spelt:
            return Checked(None, f"found {spelt}; expected a whole number")
        value = float(spelt) if "." in spelt else int(spelt)
        if self.low is not None and value < self.low:
            return Checked(None, f"found {spelt}; expected at least {self.low:g}")
        if self.high is not None and value > self.high:
            return Checked(None, f"found {spelt}; expected at most {self.high:g}")
        return Checked(value, "")
