"""Lines that are worded like others of their source are likelier; new ones stay possible."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.ocr.ngrams import Ngrams, Wording

TEXTS = st.lists(st.text("abAB1 ./가漢", min_size=1, max_size=8), min_size=1, max_size=12)
SHOP = ["TOTAL RM 5.90", "CASH RM 10.00", "CHANGE RM 4.10", "2 X RM 2.95"]


def test_figures_and_marks_count_too() -> None:
    shop = Wording(SHOP, "en")
    for right, wrong in (("GST RM 0.35", "GST RH 0.35"), ("CASH", "CA5H"), ("CHANGE", "CHAN6E")):
        assert shop.log(right) > shop.log(wrong)


def test_without_lines_the_language_tells() -> None:
    english, nothing = Ngrams.bundled("en"), Wording([], "en")
    for better, worse in (("train", "trian"), ("player", "pIqyer")):
        assert english.log(better) > english.log(worse)
        assert nothing.log(better) > nothing.log(worse)


@given(TEXTS, st.text("abAB1 ./가漢z", max_size=10))
def test_nothing_is_impossible(texts: list[str], text: str) -> None:
    assert math.isfinite(Wording(texts, "ko").log(text))


@given(TEXTS)
def test_order_case_and_spaces_do_not_matter(texts: list[str]) -> None:
    one, other = Wording(texts, "ja"), Wording([" ".join(text).swapcase() for text in reversed(texts)], "ja")
    assert [one.log(text) for text in texts] == [other.log(text) for text in texts]
    assert Wording(reversed(texts), "ja").version == one.version


def test_other_lines_or_another_language_are_another_version() -> None:
    versions = {Wording(texts, language).version for texts in (SHOP, SHOP[1:], []) for language in ("en", "ko")}
    assert len(versions) == 6


def test_spaces_are_looked_through() -> None:
    shop, other = Wording(SHOP, "en"), Wording(["TOTALRM 5 . 90", *SHOP[1:]], "en")
    assert shop.log("TOTALRM5.90") == other.log("TOTALRM5.90") > shop.log("TOTALRH5.90")
