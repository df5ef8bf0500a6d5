"""Text of users and data made fit for a chart, a page or a terminal."""

from __future__ import annotations

import re
from unicodedata import category, east_asian_width

# beside control characters: overrides of the writing direction, halves of surrogates, what XML forbids
_UNPRINTABLE = re.compile("[\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """The text on one line, without characters that a terminal or XML would take for orders.

    Example
    -------
    >>> plain("a\\x1b[31m b\\n  c")
    'a [31m b c'
    """
    printable = "".join(" " if category(c) == "Cc" else c for c in _UNPRINTABLE.sub("", text))
    return " ".join(printable.split())


def cut(text: str, most: int) -> str:
    """The text, plain and no longer than `most` characters.

    Example
    -------
    >>> cut("a long question", 8)
    'a long…'
    """
    text = plain(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def breadth(text: str) -> float:
    """About how wide the text is, in ems: a Korean, Japanese or Chinese character is 1, others a little over a half.

    Example
    -------
    >>> breadth("환불"), breadth("refund")
    (2.0, 3.36)
    """
    return round(sum(1.0 if east_asian_width(c) in "WF" else 0.56 for c in text), 2)


def wrap(text: str, ems: float, lines: int) -> list[str]:
    """The text in at most `lines` lines of at most `ems` ems, broken between words where there are any; cut if longer.

    Example
    -------
    >>> wrap("배송지를 변경하고 싶어요", 8, 2)
    ['배송지를', '변경하고 싶어요']
    >>> wrap("returns and refunds of gifts", 8, 2)
    ['returns and', 'refunds of…']
    """
    rest = plain(text)
    found: list[str] = []
    while rest and len(found) < lines:
        line = _fitting(rest, ems)
        rest = rest[len(line) :].lstrip()
        if rest and len(found) == lines - 1:
            line = _fitting(line, ems - 1, words=False) + "…" if breadth(line) > ems - 1 else line.rstrip() + "…"
        found.append(line.rstrip())
    return found


def _fitting(text: str, ems: float, *, words: bool = True) -> str:
    """The longest beginning that fits, at least one character; whole words if one fits."""
    end, width = 0, 0.0
    for end, character in enumerate(text, start=1):
        width += breadth(character)
        if width > ems:
            end -= 1
            break
    else:
        return text
    breaks = [m.end() for m in re.finditer(r"(?=\s)|[_/-]", text[: end + 1]) if 0 < m.end() <= end]
    return text[: breaks[-1]] if words and breaks else text[: max(end, 1)]
