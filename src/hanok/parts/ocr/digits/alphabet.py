"""What the reader of numbers can say."""

from __future__ import annotations

SYMBOLS = "0123456789:-.,/%+ "
"""Class k + 1 of the network is ``SYMBOLS[k]``; class 0 is CTC's blank."""
CLASSES = len(SYMBOLS) + 1


def codes(text: str) -> list[int]:
    """The classes of a text; a symbol that is not in the alphabet raises ``ValueError``."""
    return [SYMBOLS.index(letter) + 1 for letter in text]


def spelt(classes: list[int]) -> str:
    """The text of some classes."""
    return "".join(SYMBOLS[k - 1] for k in classes if k)
