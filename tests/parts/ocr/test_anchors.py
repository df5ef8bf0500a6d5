import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanok.parts.ocr.anchors import Anchor, begun, refined
from hanok.parts.ocr.geometry import Box, homography

SIZE = 1000, 600
ROWS, COLUMNS = range(60, 560, 50), (100, 400, 600, 900)
MARKS = {f"{y}.{x}": Anchor(x / SIZE[0], y / SIZE[1], 0.0, 20 / SIZE[1], 0.0) for y in ROWS for x in COLUMNS}
SHIFT = st.floats(-12, 12)
Moves = list[tuple[float, float]]


def cells(rng: np.random.Generator) -> np.ndarray:
    """Texts that begin at their anchors, of any length."""
    return np.array([(x, y - 10, x + rng.integers(15, 150), y + 10) for y in ROWS for x in COLUMNS])


def off(moves: Moves) -> np.ndarray:
    """A frame whose corners lie some pixels off."""
    corners = Box(0, 0, *SIZE).quad()
    return homography(corners, type(corners).of(corners.corners + np.float32(moves)))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(SHIFT, SHIFT), min_size=4, max_size=4), st.integers(0, 99))
def test_a_board_that_lies_nearly_right_is_brought_to_its_anchors(moves: Moves, seed: int) -> None:
    found, near = refined(cells(np.random.default_rng(seed)), off(moves), MARKS, SIZE)
    assert near > 0.9 * len(MARKS)
    corners = Box(0, 0, *SIZE).quad()
    assert np.abs(corners.moved(found).corners - corners.corners).max() < 1.5


def test_what_lies_right_stays() -> None:
    found, _ = refined(cells(np.random.default_rng(0)), np.eye(3), MARKS, SIZE)
    assert found == pytest.approx(np.eye(3), abs=1e-6)


def test_a_board_of_another_design_is_not_bent_until_it_fits() -> None:
    rng = np.random.default_rng(1)
    others = np.array([(x, y, x + 60, y + 20) for x, y in rng.integers((0, 0), (900, 580), (40, 2))])
    corners = Box(0, 0, *SIZE).quad()
    moved = corners.moved(refined(others, np.eye(3), MARKS, SIZE)[0]).corners - corners.corners
    assert np.linalg.norm(moved, axis=1).max() <= 0.06 * SIZE[0] + 1


@pytest.mark.parametrize("few", [0, 3])
def test_few_cells_tell_nothing(few: int) -> None:
    found, near = refined(cells(np.random.default_rng(0))[:few], np.eye(3), MARKS, SIZE)
    assert (found == np.eye(3)).all()
    assert near == 0


def test_the_steadiest_side_is_the_anchor() -> None:
    left = [(0.1, 0.2, 0.1 + width, 0.24) for width in (0.1, 0.2, 0.05)]
    assert Anchor.of(left) == (0.1, 0.22, 0.0, 0.04, 0.0)
    right = [(0.5 - width, 0.2, 0.5, 0.24) for width in (0.1, 0.2, 0.05)]
    assert Anchor.of(right) == (0.5, 0.22, 1.0, 0.04, 0.0)
    assert Anchor.of(left[:1]).side == 0.5


@settings(max_examples=30, deadline=None)
@given(st.floats(0.7, 1.9), st.floats(0.7, 1.9), st.integers(0, 300), st.integers(0, 200), st.integers(0, 99))
def test_rows_and_columns_tell_how_much_of_a_board_is_seen(
    wide: float, high: float, right: int, down: int, seed: int
) -> None:
    """A frame of 1000 x 600 that is part of a larger picture, or fills more than all of it."""
    shape = round(high * SIZE[1]), round(wide * SIZE[0])
    seen = cells(np.random.default_rng(seed)) + np.array([right, down, right, down])
    seen = seen[(seen[:, 2] <= shape[1]) & (seen[:, 3] <= shape[0])]
    start = begun(seen, MARKS, shape[::-1])
    if len(seen) < len(MARKS):
        return
    assert start is not None
    to_frame = np.diag([*SIZE, 1.0]) @ start @ np.diag([1 / shape[1], 1 / shape[0], 1])
    found, near = refined(seen, to_frame, MARKS, SIZE)
    assert near > 0.9 * len(MARKS)
    assert found == pytest.approx(np.array([[1, 0, -right], [0, 1, -down], [0, 0, 1]]), abs=1.5)


def test_few_cells_begin_nowhere() -> None:
    assert begun(cells(np.random.default_rng(0))[:3], MARKS, SIZE) is None
