"""JSON and free text in the form both databases take."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from hanok.core.problem import Problem

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LONGEST_NAME = 200  # characters; an index row of PostgreSQL holds 2,700 bytes


def dumps(value: object) -> str:
    """`value` as compact JSON; a number that is not finite becomes null, since browsers refuse NaN; texts are cleaned.

    Example
    -------
    >>> dumps({"loss": float("nan"), "step": 3})
    '{"loss":null,"step":3}'
    """
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def loads(text: str) -> Any:
    """The mirror of `dumps`."""
    return json.loads(text)


def _plain(value: Any) -> Any:
    match value:
        case str():
            return clean(value)
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {clean(str(key)): _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
    return value


def clean(text: str) -> str:
    r"""`text` without what a database refuses (NUL in PostgreSQL, half a surrogate pair in both), each marked by ``�``.

    Example
    -------
    >>> clean("a\x00b")
    'a�b'
    """
    return _UNSTORABLE.sub("\ufffd", text)


def name(text: str, where: str) -> str:
    """`text` if it can name something, unchanged: two names must never be stored as one.

    Raises
    ------
    Problem
        It is empty, longer than 200 characters, or holds characters no database takes.
    """
    if not text or len(text) > LONGEST_NAME or clean(text) != text:
        raise Problem("bad_name", f"expected 1 to {LONGEST_NAME} printable characters, found {text[:40]!r}", where)
    return text
