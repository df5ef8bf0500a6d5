"""What readers ask when they doubt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Expected(Protocol):
    """Says how likely a letter is after others: in a language (`Ngrams`), or where a source is worded so (`Wording`).

    Attributes
    ----------
    known : mapping of str to frozenset of str
        Texts that are often written, each with its letters.
    """

    known: Mapping[str, frozenset[str]]

    @property
    def version(self) -> str:
        """Another wherever anything else is expected."""

    def times(self, before: str, after: str) -> float:
        """How many times likelier a letter is after others than by itself."""

    def log(self, text: str) -> float:
        """Logarithm of how many times likelier a text is than its letters are in any order."""
