"""A cascade whose engines expect what other pictures of the source say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import copy
from pathlib import Path

import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.parts.ocr import Cascade, Kind, Line, RapidOCR, Reading, TextReader
from hanok.parts.ocr.ngrams import Wording
from hanok.parts.ocr.wordings import FOLDS, folds, wording
from hanok.parts.text.normalise import Language

PRINTED = ["CASH RM", "CHANGE RM", "TOTAL RM", "ROUNDING RM"]


class Torn:
    """Holds one text of each line for as likely as that with H for M: it says the first, or what is worded better."""

    name, version = "torn", "1"
    wording: Wording | None = None

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.seen: list[tuple[int, Wording | None]] = []

    def reads(self, kind: Kind, language: Language) -> bool:
        return True

    def worded(self, wording: Wording) -> Torn:
        found: Torn = copy(self)
        found.wording, found.version = wording, wording.version
        return found

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        return [self._one(int(line.view(np.uint32)[0, 0])) for line in lines]

    def _one(self, place: int) -> Reading:
        self.seen.append((place, self.wording))
        text = self.texts[place]
        options = [text.replace("M", "H"), text] if place % 2 else [text, text.replace("M", "H")]
        best = max(options, key=self.wording.log) if self.wording else options[0]
        return Reading(best, 0.5, self.name)


def lines_of(count: int) -> list[Line]:
    return [np.array([[place]], np.uint32).view(np.uint8) for place in range(count)]


def fitted(texts: Sequence[str], pictures: Sequence[int] | None) -> tuple[Cascade, Torn]:
    engine = Torn(texts)
    return Cascade([engine]).fit(lines_of(len(texts)), texts, ["text"] * len(texts), pictures), engine


def test_what_other_pictures_say_is_expected() -> None:
    texts, pictures = PRINTED * 10, [place // 4 for place in range(40)]
    plain, _ = fitted(texts, None)
    cascade, _ = fitted(texts, pictures)
    assert plain.wording is None
    assert cascade.wording is not None
    read = [[one.value for one in each.read(lines_of(40), ["text"] * 40)] for each in (plain, cascade)]
    assert sum(a == b for a, b in zip(read[0], texts, strict=True)) < 30
    assert read[1] == texts


def test_no_line_is_judged_by_what_its_own_picture_says() -> None:
    texts, pictures = [f"team {place // 4} M" for place in range(40)], [place // 4 for place in range(40)]
    _, engine = fitted(texts, pictures)
    expected = [(place, others) for place, others in engine.seen if others]
    assert {place for place, _ in expected} == set(range(40))
    for place, others in expected:
        assert others.texts
        assert texts[place] not in others.texts


class Silent:
    """Reads everything right and expects nothing."""

    name, version = "silent", "1"

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts, self.seen = texts, list[int]()

    def reads(self, kind: Kind, language: Language) -> bool:
        return True

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        places = [int(line.view(np.uint32)[0, 0]) for line in lines]
        self.seen += places
        return [Reading(self.texts[place], 0.9, self.name) for place in places]


class Misled(Torn):
    """Reads everything right unless it expects something."""

    def _one(self, place: int) -> Reading:
        return Reading("?" if self.wording else self.texts[place], 0.5, self.name)


def test_what_does_not_pay_is_not_expected() -> None:
    texts = PRINTED * 10
    cascade = Cascade([Misled(texts)]).fit(lines_of(40), texts, ["text"] * 40, range(40))
    assert cascade.wording is None
    assert [one.value for one in cascade.read(lines_of(40), ["text"] * 40)] == texts


def test_of_one_picture_nothing_is_expected() -> None:
    assert fitted(PRINTED * 5, [0] * 20)[0].wording is None


def test_pictures_are_parted_whole() -> None:
    parts = folds(PRINTED * 5, [place // 2 for place in range(20)], "en")
    assert sorted(place for part in parts for place in part.lines.tolist()) == list(range(20))
    assert len(parts) == FOLDS
    for part in parts:
        assert {place ^ 1 for place in part.lines.tolist()} == set(part.lines.tolist())


def test_what_pictures_repeat_is_usual() -> None:
    texts = ["킬/데스/도움", "이름", "이름", "나래", "나래", "나래"]
    found = wording(texts, [0, 0, 1, 2, 2, 2], "ko")
    assert found.texts == ("나래", "이름", "이름", "킬/데스/도움")
    usual = wording(["나래"] * 3 + ["나레"], [0, 1, 2, 3], "ko")
    assert usual.known.keys() - found.known.keys() == {"나래"}
    assert usual.log("나래") > usual.log("나레") + 1


def test_it_is_kept(tmp_path: Path) -> None:
    cascade, engine = fitted(PRINTED * 10, [place // 4 for place in range(40)])
    cascade.save(tmp_path / "cascade.json")
    again = Cascade.load(tmp_path / "cascade.json", [engine])
    assert again.wording is not None
    assert cascade.wording is not None
    assert again.wording.version == cascade.wording.version
    assert again.read(lines_of(40), ["text"] * 40) == cascade.read(lines_of(40), ["text"] * 40)


def test_a_wording_that_is_none_is_refused(tmp_path: Path) -> None:
    cascade, engine = fitted(PRINTED * 10, [place // 4 for place in range(40)])
    path = tmp_path / "cascade.json"
    cascade.save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"wording": [["CASH"]]}))
    with pytest.raises(Problem, match="no list of texts"):
        Cascade.load(path, [engine])


def test_fitting_again_without_pictures_forgets_it() -> None:
    cascade, _ = fitted(PRINTED * 10, [place // 4 for place in range(40)])
    assert cascade.fit(lines_of(40), PRINTED * 10, ["text"] * 40).wording is None


def test_as_many_pictures_as_lines() -> None:
    with pytest.raises(Problem, match="labels; expected as many"):
        fitted(PRINTED, [0, 1])


def test_readers_with_a_wording_are_another_version_and_leave_the_first_alone() -> None:
    pytest.importorskip("rapidocr", reason="RapidOCR is one of them")
    for engine in (TextReader.bundled("en"), RapidOCR("en")):
        before, other = engine.version, engine.worded(Wording(PRINTED, "en"))
        assert other.version != before == engine.version
        assert (other.name, type(other)) == (engine.name, type(engine))


def test_where_no_engine_can_expect_anything_nothing_is_learnt() -> None:
    silent = Silent(PRINTED * 10)
    cascade = Cascade([silent]).fit(lines_of(40), PRINTED * 10, ["text"] * 40, range(40))
    assert cascade.wording is None
    assert len(silent.seen) == 40
