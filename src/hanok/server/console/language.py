"""The words of the pages, in three languages, chosen by the browser's wish or a cookie."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

LANGUAGES = {"en": "English", "ko": "한국어", "ja": "日本語"}
"""Each with its own name for itself; the first is used where none fits."""

COOKIE = "hanok_language"
FOLDER = Path(__file__).parent / "messages"


class Messages:
    """The messages of one language; calling it gives one, filled in and fit to stand in a page.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.

    Example
    -------
    >>> Messages("en")("nav.jobs")
    Markup('Jobs')
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.texts: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))

    def __call__(self, key: str, **values: object) -> Markup:
        """The message `key` with its ``{blanks}`` filled in; what fills them is escaped unless it is Markup."""
        text = Markup(escape(self.texts[key]))
        return text.format(**values) if values else text

    def of(self, prefix: str) -> dict[str, str]:
        """Every message whose key begins with `prefix`, without it: what a script is given."""
        return {key.removeprefix(prefix): text for key, text in self.texts.items() if key.startswith(prefix)}


@cache
def messages(language: str) -> Messages:
    """The messages of one language, read once."""
    return Messages(language)


def choose(cookie: str | None, accept: str) -> str:
    """The language of a page.

    Parameters
    ----------
    cookie : str or None
        What was switched to; wins where it is a language we have.
    accept : str
        The header ``Accept-Language``.

    Example
    -------
    >>> choose(None, "fr-FR, ja;q=0.8, ko-KR;q=0.9"), choose("ja", "ko"), choose("xx", "")
    ('ko', 'ja', 'en')
    """
    if cookie in LANGUAGES:
        return cookie
    for wish in sorted(map(_wish, accept.split(",")), key=lambda wish: -wish[1]):
        if wish[0] in LANGUAGES and wish[1] > 0:
            return wish[0]
    return next(iter(LANGUAGES))


def _wish(part: str) -> tuple[str, float]:
    """``ko-KR;q=0.9`` as ``("ko", 0.9)``."""
    tag, _, quality = part.partition(";q=")
    try:
        weight = float(quality or 1)
    except ValueError:
        weight = 0.0
    return tag.strip().lower().partition("-")[0], weight
