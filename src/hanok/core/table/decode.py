"""Which encoding a text file is in: UTF-8 or UTF-16, or what Excel writes in Korea (CP949) and Japan (CP932)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import islice

from hanok.core.problem import Problem

BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
LEGACY = ("cp949", "cp932")
PLAUSIBLE = 0.25
"""Least share of everyday characters among the non-ASCII ones for a legacy encoding to be believed."""

_SAMPLE = 20_000
_RUN = re.compile(r"[A-Za-z]?[^\x00-\x7f]+")


def encoding_of(raw: bytes, name: str) -> str:
    """The encoding of a file's bytes, by a rule that always gives the same answer.

    A byte order mark decides. Else UTF-8, if all bytes are valid in it. Else CP949 or CP932: of those in which all
    bytes are valid, the one that reads more of the non-ASCII characters as everyday ones of its language (see
    `plausibility`); CP949 where both are equal.

    Parameters
    ----------
    raw : bytes
        The whole file.
    name : str
        What to call the file in a problem.

    Returns
    -------
    str
        ``utf-8``, ``utf-8-sig``, ``utf-16``, ``cp949`` or ``cp932``, as `bytes.decode` knows them.

    Raises
    ------
    Problem
        ``bad_encoding`` names the line and the byte; ``nul_bytes`` if what is decoded is no text.

    Example
    -------
    >>> encoding_of("질문,답".encode("cp949"), "faq.csv")
    'cp949'
    >>> encoding_of("質問は,こたえ".encode("cp932"), "faq.csv")
    'cp932'
    """
    bom = next((codec for mark, codec in BOMS.items() if raw.startswith(mark)), None)
    failures: list[UnicodeDecodeError] = []
    texts: dict[str, str] = {}
    for codec in (bom,) if bom else ("utf-8", *LEGACY):
        try:
            texts[codec] = raw.decode(codec)
        except UnicodeDecodeError as failure:
            failures.append(failure)
        if codec in texts and codec not in LEGACY:
            _refuse_nul(texts[codec], name)
            return codec
    scores = {codec: plausibility(text, codec) for codec, text in texts.items()}
    best = max(scores, key=lambda codec: scores[codec], default=None)
    if best is None or scores[best] < PLAUSIBLE:
        # whichever encoding got furthest is the likeliest; the others break at its first non-ASCII character
        raise _undecodable(raw, name, max(failures, key=lambda f: f.start), bom)
    _refuse_nul(texts[best], name)
    return best


def plausibility(text: str, codec: str) -> float:
    """The share of everyday characters of the codec's language among the non-ASCII ones of the first runs of `text`.

    Everyday in CP949 are the 2,350 Hangul syllables and the signs of KS X 1001: Japanese read as CP949 gives the rare
    syllables outside. Everyday in CP932 are the kana, signs and level 1 kanji of JIS X 0208: Korean read as CP932
    gives half-width katakana and level 2 kanji. A single such character after a Latin letter does not count: it is
    an accent or a curly quote of a Western encoding.
    """
    known = _everyday(codec)
    seen = everyday = 0
    for match in islice(_RUN.finditer(text), _SAMPLE):
        run = match.group()
        seen += len(run.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
        if len(run) > 2 or not run[0].isascii():
            everyday += sum(character in known for character in run)
    return everyday / seen if seen else 0.0


@cache
def _everyday(codec: str) -> frozenset[str]:
    if codec == "cp949":
        return _characters(codec, [*range(0xA1, 0xAA), *range(0xB0, 0xC9)], range(0xA1, 0xFF))
    return _characters(codec, [*range(0x81, 0x85), *range(0x88, 0x99)], range(0x40, 0xFD))


def _characters(codec: str, leads: Iterable[int], trails: Iterable[int]) -> frozenset[str]:
    trails = list(trails)
    pairs = (bytes((lead, trail)).decode(codec, "ignore") for lead in leads for trail in trails)
    return frozenset(pair for pair in pairs if len(pair) == 1 and not pair.isascii())


def _refuse_nul(text: str, name: str) -> None:
    at = text.find("\0")
    if at >= 0:
        line = text.count("\n", 0, at) + 1
        raise Problem(
            "nul_bytes",
            f"found a NUL character, expected text (character {at} of the file)",
            f"{name}:{line}",
            "this is no text file, or UTF-16 without a byte order mark; save it as CSV UTF-8",
        )


def _undecodable(raw: bytes, name: str, failure: UnicodeDecodeError, bom: str | None) -> Problem:
    line = raw.count(b"\n", 0, failure.start) + 1
    expected = bom or "UTF-8, CP949 (Korean) or CP932 (Japanese)"
    return Problem(
        "bad_encoding",
        f"found byte 0x{raw[failure.start]:02x} at offset {failure.start}, expected text in {expected}",
        f"{name}:{line}",
        "open it where it was made and save it as CSV UTF-8",
    )
