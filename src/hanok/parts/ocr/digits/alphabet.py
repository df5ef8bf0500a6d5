"""What the reader of numbers can say."""

from __future__ import annotations

import re

SYMBOLS = "0123456789:-.,/%+ "
"""Class k + 1 of the network is ``SYMBOLS[k]``; class 0 is CTC's blank."""
CLASSES = len(SYMBOLS) + 1
STRIDE = 2
"""Columns of pixels for each column of scores."""
_AROUND = re.compile(r" ?([:\-.,/%+]) ?")


def tight(text: str) -> str:
    """A number without the spaces around its separators: how wide these are is a matter of the font.

    Example
    -------
    >>> tight("12 / 3 / 7"), tight("3 : 2"), tight("10 4")
    ('12/3/7', '3:2', '10 4')
    """
    return _AROUND.sub(r"\1", " ".join(text.split()))


def codes(text: str) -> list[int]:
    """The classes of a text; a symbol that is not in the alphabet raises ``ValueError``."""
    return [SYMBOLS.index(letter) + 1 for letter in text]


def spelt(classes: list[int]) -> str:
    """The text of some classes."""
    return "".join(SYMBOLS[k - 1] for k in classes if k)
