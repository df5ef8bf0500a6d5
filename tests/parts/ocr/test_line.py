import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.parts.ocr.geometry import Box
from hanok.parts.ocr.line import PAD, line_of, prepare_line

COLOUR = st.tuples(*[st.integers(0, 255)] * 3)


def written(ground: tuple[int, int, int], text: tuple[int, int, int]) -> np.ndarray:
    crop = np.empty((24, 80, 3), np.uint8)
    crop[:] = ground
    crop[6:18, 10:14] = crop[6:18, 30:34] = crop[6:9, 50:70] = text
    return crop


@given(COLOUR, COLOUR)
def test_text_of_any_colour_is_dark_on_white(ground: tuple[int, int, int], text: tuple[int, int, int]) -> None:
    line = prepare_line(written(ground, text), 24)
    assert line.shape == (24 + 2 * PAD, 80 + 2 * PAD)
    assert line.dtype == np.uint8
    if max(abs(a - b) for a, b in zip(ground, text, strict=True)) >= 40:
        assert line[PAD + 12, PAD + 12] < 60
        assert line[PAD + 2, PAD + 2] > 200
        assert line[:PAD].min() == 255


@pytest.mark.parametrize("height", [16, 40, 100])
def test_a_line_has_the_height_that_was_asked_for(height: int) -> None:
    assert prepare_line(written((0, 0, 0), (255, 255, 255)), height).shape[0] == height + 2 * PAD
    assert prepare_line(written((0, 0, 0), (255, 255, 255))[..., 0], height).shape[0] == height + 2 * PAD


def test_nothing_written_is_white() -> None:
    assert (prepare_line(np.full((10, 30, 3), 77, np.uint8)) == 255).all()


def test_a_cell_is_cut_out_with_room() -> None:
    board = np.zeros((60, 100, 3), np.uint8)
    board[20:40, 30:60] = 255
    whole = line_of(board, Box(30, 20, 60, 40))
    assert whole.shape[0] == 40 + 2 * PAD
    assert whole[PAD + 20, PAD + 30] == 0
    assert whole[PAD, PAD] > 200
    assert line_of(board, Box(0, 0, 100, 60)).shape[0] == 40 + 2 * PAD


@pytest.mark.parametrize(
    "crop", [np.zeros((0, 5, 3), np.uint8), np.zeros((5, 5)), np.zeros((5, 5, 4), np.uint8), np.zeros(5, np.uint8)]
)
def test_what_is_no_crop(crop: np.ndarray) -> None:
    with pytest.raises(Problem, match="expected"):
        prepare_line(crop)


def test_a_crop_that_is_very_long_is_squeezed() -> None:
    assert prepare_line(np.zeros((1, 5000, 3), np.uint8), 10).shape[1] <= 10 * 60 + 2 * PAD


def bordered(*, side: int = 0, rule: int = 0) -> tuple[np.ndarray, Box]:
    """A text, a plate's side before it and a rule below it, and the box around text and side."""
    board = np.full((80, 200, 3), 230, np.uint8)
    board[30:50, 60:64] = board[30:50, 90:94] = board[30:34, 110:150] = 20
    if side:
        board[:, 50 - side : 50] = 120
    if rule:
        board[54 : 54 + rule, :] = 20
    return board, Box(50 - side if side else 60, 30, 150, 50)


@pytest.mark.parametrize("given", [{"side": 2}, {"side": 30}, {"rule": 2}, {"side": 6, "rule": 3}])
def test_rules_and_sides_of_plates_are_no_part_of_a_line(given: dict[str, int]) -> None:
    line = line_of(*bordered(**given))
    ink = line[PAD:-PAD, PAD:-PAD] < 128
    assert (line.shape[0], ink.mean(axis=0).max() < 0.9, ink.mean(axis=1).max() < 0.9) == (60, True, True)
    assert ink.any()


def test_a_line_that_is_all_ink_stays_one() -> None:
    board = np.zeros((60, 100, 3), np.uint8)
    board[10:50, 10:90] = 255
    assert line_of(board, Box(10, 12, 90, 48)).shape[0] == 40 + 2 * PAD


@given(COLOUR, COLOUR, COLOUR)
def test_where_its_text_is_known_a_cell_may_reach_over_the_plate(
    around: tuple[int, int, int], plate: tuple[int, int, int], text: tuple[int, int, int]
) -> None:
    board = np.empty((60, 200, 3), np.uint8)
    board[:] = around
    board[15:45, 60:140] = plate
    board[24:36, 80:84] = board[24:36, 110:114] = text
    line = line_of(board, Box(40, 24, 160, 36), 24, text=Box(80, 24, 114, 36))
    if max(abs(a - b) for a, b in zip(plate, text, strict=True)) >= 40:
        middle = line[PAD + 12, PAD:-PAD]
        assert (np.median(middle) > 200, (middle < 100).any()) == (True, True)


def test_text_that_reaches_over_the_edge_of_the_board_is_read_up_to_it() -> None:
    board = np.full((40, 90, 3), 200, np.uint8)
    board[15:25, 4:8] = board[15:25, 20:24] = 10
    assert line_of(board, Box(0, 15, 30, 25), text=Box(-6, 15, 30, 25)).min() < 60


def test_what_is_written_beside_a_cell_is_left_out() -> None:
    board = np.full((40, 120, 3), 200, np.uint8)
    board[10:30, 10:34] = board[10:30, 50:56] = board[10:30, 62:68] = 10  # a label, and a number
    place = Box(36, 10, 80, 30)
    assert (line_of(board, place)[PAD:-PAD, PAD] < 100).any()
    assert line_of(board, place, clear=(36, 120))[PAD:-PAD, PAD].min() > 200
