from __future__ import annotations

import io

import numpy as np
import pytest
from google_vision import Word, spaced
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hanok.parts.ocr.montage import montage, rows

vision = pytest.importorskip("google.cloud.vision", reason="google-cloud-vision is not installed")


def annotation(words: list[Word]) -> object:
    found = [one for word in words for one in spaced(word)]
    return vision.TextAnnotation(pages=[{"blocks": [{"paragraphs": [{"words": found}]}]}])


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(1, 200)), min_size=1, max_size=8))
def test_every_line_lies_whole_in_its_strip(sizes: list[tuple[int, int]]) -> None:
    lines = [np.full(size, 10 + i, np.uint8) for i, size in enumerate(sizes)]
    stacked = montage(lines)
    page = np.asarray(Image.open(io.BytesIO(stacked.png)))
    starts = (0, *stacked.edges[:-1])
    for i, (top, bottom) in enumerate(zip(starts, stacked.edges, strict=True)):
        strip = page[top:bottom]
        assert (strip == 10 + i).sum() == lines[i].size
        assert ((strip == 10 + i) | (strip == 255)).all()


def test_words_are_joined_as_their_breaks_say_and_in_order() -> None:
    right, left = Word("Wolf", 0.8, (60, 10, 99, 30)), Word("Red x", 0.9, (10, 10, 55, 30))
    below = Word("1555", 0.7, (10, 90, 50, 110))
    found = rows(annotation([right, below, left]), (50, 100, 150))
    assert [row.text for row in found] == ["Red x Wolf", "1555", ""]
    assert found[0].confidence == pytest.approx(0.8)


def test_a_number_cut_at_its_comma_is_one() -> None:
    symbols = [{"symbols": [{"text": part}], "confidence": 0.9, "bounding_box": box(x)} for x, part in enumerate("1,5")]
    whole = vision.TextAnnotation(pages=[{"blocks": [{"paragraphs": [{"words": symbols}]}]}])
    assert rows(whole, (50,))[0].text == "1,5"


def box(x: int) -> dict[str, list[dict[str, int]]]:
    return {"vertices": [{"x": 10 * x + dx, "y": y} for dx, y in ((0, 5), (9, 5), (9, 30), (0, 30))]}
