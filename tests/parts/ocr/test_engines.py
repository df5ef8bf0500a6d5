from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from line_drawn import drawn

from hanok.core.problem import Problem, Unavailable
from hanok.parts.ocr import Engine, Kind, Line, RapidOCR, Tesseract, numeral
from hanok.parts.ocr.tesseract import stock_model

WORDS = ["GhostSniper", "TinyShark", "MATCH RESULT", "Comets"]
NUMBERS = ["1555", "30", "12345", "78"]


@pytest.fixture(scope="module")
def tesseract() -> Tesseract:
    try:
        return Tesseract("en")
    except Unavailable as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def rapid() -> RapidOCR:
    try:
        return RapidOCR()
    except Unavailable as missing:
        pytest.skip(str(missing))


@pytest.fixture(params=["tesseract", "rapid"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(("texts", "kind"), [(WORDS, "text"), (NUMBERS, "number")])
def test_plain_lines_are_read(engine: Engine, texts: list[str], kind: Kind) -> None:
    found = engine.read([drawn(text) for text in texts], kind)
    assert [reading.text for reading in found] == texts
    assert all(0.5 < reading.confidence <= 1 for reading in found)
    assert {reading.engine for reading in found} == {engine.name}


def test_a_reading_does_not_depend_on_its_neighbours(engine: Engine) -> None:
    lines = [drawn(text) for text in (*WORDS, "a rather long line beside the others")]
    alone = [engine.read([line], "text")[0] for line in lines]
    assert engine.read(lines, "text") == alone == engine.read(lines[::-1], "text")[::-1]


def test_threads_read_what_one_reads(engine: Engine) -> None:
    lines = [drawn(text) for text in WORDS * 4]
    expected = engine.read(lines, "text")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda line: engine.read([line], "text")[0], lines))
    assert found == expected


@pytest.mark.parametrize(
    "line",
    [
        np.full((48, 80), 255, np.uint8),
        np.full((1, 1), 255, np.uint8),
        np.zeros((48, 80), np.uint8),
        np.full((300, 4), 128, np.uint8),
        np.asfortranarray(drawn("30")),
        drawn("30")[:, ::-1],
    ],
    ids=["white", "a pixel", "black", "a column", "by columns", "a view"],
)
def test_odd_lines_are_read_as_something(engine: Engine, line: Line) -> None:
    (found,) = engine.read([line], "number")
    assert 0 <= found.confidence <= 1


@pytest.mark.parametrize(
    "line",
    [np.zeros((48, 80, 3), np.uint8), np.zeros((48, 80)), np.zeros((0, 80), np.uint8)],
    ids=["rgb", "f8", "none"],
)
def test_what_is_no_line_is_refused_by_its_place(engine: Engine, line: Line) -> None:
    with pytest.raises(Problem, match=r"lines\[1\]: found .* expected uint8"):
        engine.read([drawn("1"), line], "number")


def test_what_a_letter_might_be_is_an_alternative(rapid: RapidOCR) -> None:
    (found,) = rapid.read([drawn("TinyShark")], "text")
    assert 1 <= len(found.alternatives) <= 3
    assert found.text not in found.alternatives
    assert all(abs(len(other) - len(found.text)) <= 1 for other in found.alternatives)


def test_numbers_are_made_of_digits(tesseract: Tesseract) -> None:
    found = tesseract.read([drawn("Ola")], "number")[0].text
    assert not any(letter.isalpha() for letter in found)


def test_who_reads_what(tesseract: Tesseract, rapid: RapidOCR) -> None:
    assert tesseract.reads("text", "en")
    assert not tesseract.reads("text", "ko")
    assert rapid.reads("text", "ja")
    assert not rapid.reads("text", "ko")
    assert tesseract.reads("number", "ko")
    assert rapid.reads("number", "ko")


def test_a_model_of_ones_own(tesseract: Tesseract, tmp_path: Path) -> None:
    path = tmp_path / "mine.traineddata"
    path.write_bytes(stock_model("eng").read_bytes())
    mine = Tesseract("ko", model=path)
    assert mine.reads("text", "ko")
    assert mine.version != tesseract.version
    assert numeral(mine.read([drawn("12345")], "number")[0].text) == "12345"


@pytest.mark.parametrize("content", [None, b"no model"])
def test_a_model_that_is_none_is_named(tesseract: Tesseract, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "mine.traineddata"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Problem, match=r"mine\.traineddata: found no"):
        Tesseract(model=path)


def test_missing_language_data_says_what_to_install(
    tesseract: Tesseract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    monkeypatch.setattr("hanok.parts.ocr.tesseract.FOLDERS", ())
    with pytest.raises(Unavailable) as caught:
        Tesseract("ja")
    assert "apt install tesseract-ocr-jpn" in caught.value.hint


@pytest.mark.parametrize(("make", "module"), [(Tesseract, "tesserocr"), (RapidOCR, "rapidocr")])
def test_a_missing_library_says_what_to_install(
    make: Callable[[], Engine], module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr("hanok.parts.ocr.rapid.find_spec", lambda name: None)
    with pytest.raises(Unavailable) as caught:
        make()
    assert caught.value.hint == "pip install 'hanok[ocr]'"


def test_letters_of_other_languages_are_not_read() -> None:
    try:
        plain, english = RapidOCR(), RapidOCR("en")
    except Unavailable as missing:
        pytest.skip(str(missing))
    lines = [drawn(text) for text in WORDS]
    assert english.read(lines, "text")[0].text == plain.read(lines, "text")[0].text == WORDS[0]
    assert all(reading.text.isascii() for reading in english.read([line[:, ::-1].copy() for line in lines], "text"))
    assert english.version != plain.version
