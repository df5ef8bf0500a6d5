"""Numbers as people and readers write them, to one spelling."""

from __future__ import annotations

import re
import unicodedata

_LOOKS_LIKE = str.maketrans("OoQDUlI|!iSsBZzgq", "00000111115582299")
"""Letters that a reader takes for digits; of use only where a digit has to be."""
_MINUS = str.maketrans("−–—‐‑ー～", "-------")
_UNIT = re.compile(r"(?:pts?|points?|kills?|점|킬|회|위|명|点|回|位|人|キル|ポイント)$", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:([,.'’])\d{3})(?:\1\d{3})*")
_ZERO = "零〇영공"
_DIGITS = {
    c: i
    for i, pair in enumerate(("一일", "二이", "三삼", "四사", "五오", "六육", "七칠", "八팔", "九구"), 1)
    for c in pair
}
_TENS = {"十": 10, "십": 10, "百": 100, "백": 100, "千": 1000, "천": 1000}
_MYRIADS = {"万": 10**4, "만": 10**4, "億": 10**8, "억": 10**8}
_WORDED = re.compile(f"[0-9{_ZERO}{''.join([*_DIGITS, *_TENS, *_MYRIADS])}]+")


def numeral(text: str) -> str:
    """The number in a text that holds nothing else, in one spelling; empty where there is none.

    Parameters
    ----------
    text : str
        As read from a cell that should hold a number. Full-width digits, thousands separators, a unit (``점``, ``点``,
        ``pts``), Sino-Korean and Japanese numerals and letters that look like digits (``O``, ``l``, ``S`` …) are
        understood, the last where at most one more of them than of digits stands there. A point before exactly three
        digits separates thousands: readers take commas for points.

    Returns
    -------
    str
        Digits, with a leading minus and a decimal point where they are meant; no plus, no leading zeros. Stable: of
        what it returns it returns the same.

    Example
    -------
    >>> [numeral(text) for text in ("１,５５５", "l2", "O", "-3", "二十三点", "천이백", "12.5", "Red")]
    ['1555', '12', '0', '-3', '23', '1200', '12.5', '']
    """
    text = unicodedata.normalize("NFKC", text).translate(_MINUS)
    text = "".join(text.split())
    text = _UNIT.sub("", text).strip(".,:;'\"`_*()[]{}%")
    if _WORDED.fullmatch(text):
        text = str(_worded(text))
    if sum(letter.isalpha() for letter in text) > 1 + sum(letter.isdecimal() for letter in text):
        return ""  # a word, such as Solo, and no number
    text = text.translate(_LOOKS_LIKE)
    if grouped := _GROUPED.fullmatch(text):
        text = text.replace(grouped[1], "")
    if not text.isascii() or not _PLAIN.fullmatch(text):
        return ""
    sign = "-" if text[0] == "-" else ""
    whole, point, rest = text.lstrip("+-").partition(".")
    found = (whole.lstrip("0") or "0") + point + rest
    return found if not found.strip("0.") else sign + found  # no minus nothing


def _worded(text: str) -> int:
    """A number in Chinese characters or Sino-Korean, digits among them or alone: 二十三, 2万5千, 一二三, 123."""
    total = section = digit = 0
    for c in text:
        if c in _MYRIADS:
            total, section, digit = total + max(section + digit, 1) * _MYRIADS[c], 0, 0
        elif c in _TENS:
            section, digit = section + max(digit, 1) * _TENS[c], 0
        else:
            digit = 10 * digit + (int(c) if c.isascii() else _DIGITS.get(c, 0))
    return total + section + digit


def words(text: str) -> str:
    """A text in the spelling in which readings are compared: compatibility forms unified, white space collapsed.

    Example
    -------
    >>> words(" Ｒｅｄ_Wolf  2 ")
    'Red_Wolf 2'
    """
    return " ".join(unicodedata.normalize("NFKC", text).split())
