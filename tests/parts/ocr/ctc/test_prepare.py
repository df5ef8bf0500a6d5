import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hanok.core.problem import Problem
from hanok.parts.ocr.ctc.prepare import HEIGHT, STRIDE, WIDEST, prepared

SHAPES = st.one_of(
    st.tuples(st.integers(1, 60), st.integers(1, 90)),
    st.tuples(st.integers(1, 20), st.integers(1, 30), st.just(3)),
)


@given(arrays.arrays(np.uint8, SHAPES))
def test_any_crop_becomes_ink_of_one_height(crop: np.ndarray) -> None:
    ink = prepared(crop)
    assert ink.dtype == np.float32
    assert ink.shape[0] == HEIGHT
    assert ink.shape[1] % STRIDE == 0
    assert ink.shape[1] <= WIDEST
    assert 0 <= ink.min() <= ink.max() <= 1


def strokes(paper: int, ink: int) -> np.ndarray:
    crop = np.full((40, 120), paper, np.uint8)
    crop[6:34, 40:44] = crop[6:34, 60:64] = crop[6:10, 40:64] = ink
    return crop


def test_dark_on_light_and_light_on_dark_are_one() -> None:
    assert np.abs(prepared(strokes(240, 20)) - prepared(strokes(20, 240))).max() < 0.02


def test_contrast_and_margins_do_not_matter() -> None:
    strong, weak = prepared(strokes(240, 20)), prepared(strokes(150, 100))
    assert np.abs(strong - weak).max() < 0.03
    roomy = np.pad(strokes(240, 20), ((15, 2), (40, 9)), constant_values=240)
    assert prepared(roomy).shape == strong.shape
    assert np.abs(prepared(roomy) - strong).mean() < 0.02


def test_a_dash_stays_small() -> None:
    crop = np.full((40, 60), 255, np.uint8)
    crop[18:22, 20:40] = 0
    rows = np.flatnonzero(prepared(crop).max(1) > 0.5)
    assert len(rows) < HEIGHT / 2


@pytest.mark.parametrize(
    "crop", [np.zeros((0, 4), np.uint8), np.zeros((4, 4)), np.zeros(4, np.uint8), np.zeros((4, 4, 4), np.uint8)]
)
def test_what_is_no_crop_is_a_problem(crop: np.ndarray) -> None:
    with pytest.raises(Problem, match="expected \\(height, width\\)"):
        prepared(crop)
