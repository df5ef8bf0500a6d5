import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.parts.ocr.geometry import Box, Quad, homography, inverse, moved

SIDE = st.integers(1, 400)
OFF = st.floats(-0.2, 0.2)


@st.composite
def quads(draw: st.DrawFn) -> Quad:
    """A box whose corners are moved by up to a fifth of its sides."""
    left, top, wide, high = draw(st.integers(-500, 500)), draw(st.integers(-500, 500)), draw(SIDE), draw(SIDE)
    moves = np.array([[draw(OFF) * wide, draw(OFF) * high] for _ in range(4)])
    return Quad.of(Box(left, top, left + wide, top + high).quad().corners + moves)


boxes = st.builds(lambda x, y, w, h: Box(x, y, x + w, y + h), st.integers(-50, 50), st.integers(-50, 50), SIDE, SIDE)


@given(quads(), quads())
def test_a_homography_puts_corners_on_corners_and_back(source: Quad, target: Quad) -> None:
    assume(source.is_convex and target.is_convex)
    there = homography(source, target)
    size = max(target.size)
    np.testing.assert_allclose(source.moved(there).corners, target.corners, atol=1e-3 * size)
    back = source.moved(there).moved(inverse(there)).corners
    np.testing.assert_allclose(back, source.corners, atol=1e-2 * max(source.size))


@given(boxes)
def test_a_box_is_its_quadrilateral(box: Box) -> None:
    quad = box.quad()
    assert quad.box == box
    assert quad.area == pytest.approx(box.area)
    assert quad.size == (box.width, box.height)
    assert quad.is_convex


@given(boxes, boxes)
def test_how_boxes_overlap(a: Box, b: Box) -> None:
    assert a.iou(b) == b.iou(a)
    assert 0 <= a.iou(b) <= 1
    assert a.iou(a) == 1
    assert a.union(b).common(a) == a
    assert (a.common(b).area > 0) == (a.iou(b) > 0)


def test_room_stays_within_the_image() -> None:
    assert Box(2, 3, 10, 8).grown(5, 1, (9, 12, 3)) == Box(0, 2, 12, 9)


def test_corners_the_other_way_round_are_refused() -> None:
    turned = Quad(Box(0, 0, 4, 4).quad().corners[::-1].copy())
    assert not turned.is_convex
    assert turned.area == -16
    with pytest.raises(Problem) as refused:
        homography(turned, Box(0, 0, 4, 4).quad())
    assert refused.value.code == "not_convex"


@pytest.mark.parametrize("corners", [np.zeros((3, 2)), np.full((4, 2), np.nan), np.zeros(8)])
def test_what_is_no_quadrilateral(corners: np.ndarray) -> None:
    with pytest.raises(Problem, match="four times x and y"):
        Quad.of(corners)


def test_points_are_moved() -> None:
    shift = np.array([[1, 0, 5], [0, 1, -2], [0, 0, 1.0]])
    assert moved(np.array([[1, 2], [3, 4]], np.float32), shift).tolist() == [[6, 0], [8, 2]]
