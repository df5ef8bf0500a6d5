from pathlib import Path

import numpy as np
import pytest

from hanok.core.problem import NotFound, Problem
from hanok.parts.ocr.boards import line, suited
from hanok.parts.ocr.engine import Line
from hanok.parts.ocr.texts import TextReader, reader
from hanok.parts.ocr.texts.alphabet import ALPHABETS
from hanok.parts.text.normalise import Language

pytest.importorskip("cv2", reason="rendering needs OpenCV")

TEXTS: dict[Language, list[str]] = {
    "ko": ["용감한늑대42", "김민수", "서울 FC", "달빛고양이", "쀼빱꽹"],
    "ja": ["疾風の侍42", "ペンギン", "はらぺこ", "佐藤さくら", "龍騎兵"],
    "en": ["Otter42", "xXSwift_Blade", "Team Rocket", "GhostSniper", "no.7"],
}


def lines(language: Language, level: str) -> tuple[list[Line], list[str]]:
    rng, faces = np.random.default_rng(1), suited(language, "print", "train")
    texts = [text for text in TEXTS[language] for _ in range(8)]
    return [line(text, faces[k % len(faces)], rng, level, height=24) for k, text in enumerate(texts)], texts


@pytest.mark.parametrize("language", sorted(ALPHABETS))
def test_the_bundled_readers_read(language: Language) -> None:
    crops, texts = lines(language, "mild")
    found = TextReader.bundled(language).read(crops, "text")
    assert sum(one.text == text for one, text in zip(found, texts, strict=True)) >= 0.9 * len(texts)
    assert all(0 <= one.confidence <= 1 and one.engine == "texts" for one in found)
    assert all(one.text not in one.alternatives for one in found)


@pytest.mark.parametrize("language", sorted(ALPHABETS))
def test_a_reading_does_not_depend_on_its_neighbours(language: Language) -> None:
    bundled = TextReader.bundled(language)
    crops, _ = lines(language, "photo")
    assert bundled.read(crops) == [bundled.read([crop])[0] for crop in crops]


@pytest.mark.parametrize("language", sorted(ALPHABETS))
@pytest.mark.parametrize("shape", [(1, 1), (8, 4), (48, 200), (30, 3000)])
@pytest.mark.parametrize("grey", [0, 255])
def test_a_line_without_writing_is_read_as_something(language: Language, shape: tuple[int, int], grey: int) -> None:
    assert TextReader.bundled(language).read([np.full(shape, grey, np.uint8)])


def test_korean_lines_need_no_syllable() -> None:
    rng, faces = np.random.default_rng(2), suited("ko", "print", "train")
    crops = [line("WX 47", face, rng, "clean", height=30) for face in faces]
    assert [one.text for one in TextReader.bundled("ko").read(crops)].count("WX 47") >= 0.8 * len(crops)


def test_text_of_its_language_is_what_it_reads() -> None:
    korean = TextReader.bundled("ko")
    assert [korean.reads("text", "ko"), korean.reads("text", "en"), korean.reads("number", "ko")] == [
        True,
        False,
        False,
    ]
    with pytest.raises(Problem, match="reads 'text'"):
        korean.read([], "number")


@pytest.mark.parametrize("language", sorted(ALPHABETS))
def test_they_are_small_enough_to_come_along(language: Language, tmp_path: Path) -> None:
    assert TextReader.bundled(language).save(tmp_path / "a.onnx").stat().st_size <= 3_300_000


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Problem, match="expected a saved reader"):
        TextReader.load(tmp_path / "none.onnx", "ko")
    with pytest.raises(Problem, match="'fr'; expected 'en', 'ja', 'ko'"):
        TextReader.bundled("fr")  # type: ignore[arg-type]

    def nothing(folder: str, file: str, command: str) -> bytes:
        raise NotFound("no_reader", file, hint=command)

    monkeypatch.setattr(reader, "bundled", nothing)
    with pytest.raises(NotFound) as raised:
        TextReader.bundled("ko")
    assert raised.value.hint == "python -m hanok.parts.ocr.texts ko.onnx --language ko"
