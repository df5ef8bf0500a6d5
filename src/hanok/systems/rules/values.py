"""The cells of arbitrary columns: every value is text, and of what kind a column is shows in its texts."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Literal

from hanok.parts.text import normalise

Kind = Literal["number", "category", "several", "text"]

SEPARATOR = re.compile(r"\s*[|;]\s*")


def as_text(value: Any) -> str:
    """A cell as it would stand in a CSV; "" for none.

    Example
    -------
    >>> [as_text(value) for value in (None, " a ", 3.0, True, ["x", "y"])]
    ['', 'a', '3', 'true', 'x | y']
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, (list, tuple, set)):
        return " | ".join(filter(None, (as_text(part) for part in value)))
    return str(value).strip()


def number(text: str) -> float | None:
    """A finite number, or None.

    Example
    -------
    >>> number("1,024"), number("1e999"), number("few")
    (1024.0, None, None)
    """
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def pieces(text: str) -> list[str]:
    """The values of a cell that may hold several, each once."""
    return list(dict.fromkeys(filter(None, SEPARATOR.split(normalise(text)))))


def kind_of(texts: Sequence[str]) -> Kind:
    """What a column holds, told by its cells.

    Parameters
    ----------
    texts : sequence of str
        The cells that are not empty.

    Returns
    -------
    Kind
        "number" where all are numbers, of more than two values; "several" where a tenth is separated by | or ; and the
        parts recur; "category" where values recur, each twice or more on average; else "text".

    Example
    -------
    >>> kind_of(["8", "16", "32"]), kind_of(["a", "b", "a", "b"]), kind_of(["a|b", "b", "a"]), kind_of(["x y", "y z"])
    ('number', 'category', 'several', 'text')
    """
    if not texts:
        return "category"
    distinct = {normalise(text) for text in texts}
    if len(distinct) > 2 and all(number(text) is not None for text in texts):
        return "number"
    parts = [piece for text in texts for piece in pieces(text)]
    if 10 * sum(bool(SEPARATOR.search(text)) for text in texts) >= len(texts) and 2 * len(set(parts)) <= len(parts):
        return "several"
    return "category" if 2 * len(distinct) <= len(texts) or len(distinct) == 1 else "text"
