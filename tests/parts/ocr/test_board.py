from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import pytest
from drawn import board, corners, cv2, photograph
from hypothesis import given, settings
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.parts.ocr.board import Board, straighten, warp
from hanok.parts.ocr.geometry import Box, Quad
from hanok.parts.ocr.layout import find_layout
from hanok.parts.ocr.line import Line

QUAD = Quad.of([(80, 60), (930, 30), (900, 600), (110, 570)])
OFF = st.integers(-40, 40)


def outline(found: Board) -> np.ndarray:
    height, width = found.pixels.shape[:2]
    return found.in_picture(Box(0, 0, width, height)).corners


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(OFF, OFF), min_size=4, max_size=4), st.booleans())
def test_a_photographed_board_comes_back(moves: list[tuple[int, int]], light: bool) -> None:
    quad = Quad.of(QUAD.corners + np.array(moves))
    found = straighten(photograph(board(3, light=light), quad)[0])
    assert found.method == "outline"
    assert np.abs(outline(found) - quad.corners).max() < 0.01 * 1000


@pytest.mark.parametrize("seed", [0, 5, 9])
def test_among_things_on_a_desk(seed: int) -> None:
    random = np.random.default_rng(seed)
    desk = np.full((640, 1000, 3), random.integers(40, 200, 3), np.uint8)
    for start, end in random.integers(-50, 1000, (25, 2, 2)).tolist():
        cv2.rectangle(desk, start, end, random.integers(0, 255, 3).tolist(), -1)
        cv2.line(desk, end[::-1], start, random.integers(0, 255, 3).tolist(), 3)
    mask = cv2.fillConvexPoly(np.zeros((640, 1000), np.uint8), np.rint(QUAD.corners).astype(np.int32), 1)
    found = straighten(np.where(mask[..., None] > 0, photograph(board(seed), QUAD)[0], desk))
    assert found.method == "outline"
    assert np.abs(outline(found) - QUAD.corners).max() < 0.01 * 1000


def test_a_corner_may_lie_outside_the_picture() -> None:
    quad = Quad.of([(-40, -30), (930, 60), (900, 660), (60, 560)])
    found = straighten(photograph(board(3), quad)[0])
    assert np.abs(outline(found) - quad.corners).max() < 0.01 * 1000


def test_what_was_straightened_looks_as_it_was_drawn() -> None:
    drawn = board(5)
    height, width = drawn.pixels.shape[:2]
    found = warp(photograph(drawn, QUAD, blur=0.5)[0], QUAD, width, height)
    assert np.abs(found.pixels[5:-5, 5:-5].astype(int) - drawn.pixels[5:-5, 5:-5]).mean() < 12


def test_the_aspect_may_be_known() -> None:
    found = straighten(photograph(board(3), QUAD)[0], aspect=2.0)
    height, width = found.pixels.shape[:2]
    assert width / height == pytest.approx(2, rel=0.01)


@pytest.mark.parametrize("light", [False, True])
def test_a_board_that_fills_the_picture_stays_whole(light: bool) -> None:
    drawn = board(1, light=light)
    framed = drawn.pixels.copy()
    cv2.rectangle(framed, (20, 80), (820, 460), (200, 200, 200), 3)  # a panel; the title is outside it
    for pixels in (drawn.pixels, framed):
        found = straighten(pixels)
        assert found.method == "whole"
        assert np.array_equal(found.pixels, pixels)


def test_a_tilted_panel_loses_nothing_around_it() -> None:
    drawn = board(1)
    framed = drawn.pixels.copy()
    cv2.rectangle(framed, (40, 80), (800, 460), (230, 230, 230), 4)
    quad = Quad.of([(-20, -5), (1030, -45), (1020, 700), (-30, 670)])  # its own outline is outside the picture
    picture, to_picture = photograph(drawn._replace(pixels=framed), quad)
    found = straighten(picture)
    assert found.method == "outline"
    title = drawn.cells["title"].quad().moved(to_picture).moved(found.to_board).box
    height, width = found.pixels.shape[:2]
    assert title.common(Box(0, 0, width, height)) == title


@pytest.mark.parametrize("degrees", [-12.0, -3.0, 1.0, 6.0])
def test_without_sides_lines_are_made_level(degrees: float) -> None:
    drawn = board(7)
    height, width = drawn.pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 0.8)
    tilted = cv2.warpAffine(drawn.pixels, turn, (width, height), borderValue=(12, 20, 48))
    found = straighten(tilted)
    assert found.method == "skew"
    upper_left, upper_right = found.in_picture(Box(0, 0, 100, 10)).corners[:2]
    along = upper_right - upper_left
    assert np.degrees(np.arctan2(along[1], along[0])) == pytest.approx(degrees, abs=0.5)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_whichever_side_is_up(turns: int) -> None:
    picture = np.ascontiguousarray(np.rot90(photograph(board(3), QUAD)[0], turns))
    found = straighten(picture, lambda lines: [len(lines) - i for i in range(len(lines))])
    assert found.turned % 180 == turns % 2 * 90
    assert found.pixels.shape[1] > found.pixels.shape[0]


def test_an_engine_tells_a_board_that_stands_on_its_head() -> None:
    asked: list[int] = []

    def sure(lines: Sequence[Line]) -> list[float]:
        asked.append(len(lines))
        return [0.2] * (len(lines) // 2) + [0.9] * (len(lines) // 2)

    drawn = board(3)
    found = straighten(np.ascontiguousarray(drawn.pixels[::-1, ::-1]), sure)
    assert found.turned == 180
    assert np.array_equal(found.pixels, drawn.pixels)
    assert asked == [16]
    assert straighten(np.full((50, 90, 3), 9, np.uint8), sure).turned == 0


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_boxes_find_their_way_back(degrees: int) -> None:
    drawn = board(2)
    height, width = drawn.pixels.shape[:2]
    turned = warp(drawn.pixels, corners(drawn), width, height).rotated(degrees)
    title = drawn.cells["title"].quad().moved(turned.to_board).box
    assert turned.in_picture(title).box == drawn.cells["title"]
    assert turned.turned == degrees


def test_two_boards_at_their_own_angles_are_several() -> None:
    left, right = (
        Quad.of([(30, 60), (470, 90), (460, 560), (50, 590)]),
        Quad.of([(530, 80), (960, 40), (970, 600), (540, 550)]),
    )
    picture = photograph(board(1), left)[0]
    other = photograph(board(2), right)[0]
    picture[:, 500:] = other[:, 500:]
    assert straighten(picture).several


def test_two_panels_of_one_screen_are_one_board() -> None:
    one = board(1, size=(840, 480)).pixels
    screen = np.full((1060, 1000, 3), 60, np.uint8)
    screen[20:500, 80:920], screen[560:1040, 80:920] = one, board(2).pixels
    found = straighten(screen)
    assert (found.several, found.pixels.shape[0] > 1000) == (False, True)


@settings(max_examples=25, deadline=None)
@given(st.integers(32, 300), st.integers(32, 300), st.integers(0, 12), st.integers(0, 2**31))
def test_any_picture_has_a_board_or_a_problem(height: int, width: int, shapes: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    picture = (
        random.integers(0, 256, (height, width, 3)).astype(np.uint8)
        if shapes == 0
        else np.zeros((height, width, 3), np.uint8)
    )
    for shape in random.integers(-50, 350, (shapes, 4, 2)).astype(np.int32):
        cv2.fillPoly(picture, [shape], random.integers(0, 255, 3).tolist())
    with suppress(Problem):
        find_layout(straighten(picture).pixels)
