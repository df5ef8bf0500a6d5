"""What Japanese is written with, beside Latin letters."""

from __future__ import annotations

from importlib.resources import files

HIRAGANA, KATAKANA, KANJI = (files("hanok.parts.ocr.texts") / "ja.txt").read_text(encoding="utf-8").split()
"""Each the commonest first among the different words of mecab-ipadic. The kanji are all 2,965 of the first level of
JIS X 0208, which Japanese fonts have, and 235 of the second: those that these words use most, if all fonts of
training have them."""
MARKS = "ー々・「」。、"
"""The long vowel, the same kanji once more, and what stands between words."""
