import numpy as np
import pytest
from drawn import Drawn, board

from hanok.parts.ocr.cells import find_cells
from hanok.parts.ocr.geometry import Box


def found(drawn: Drawn, pixels: np.ndarray, scale: float = 1.0) -> float:
    cells = find_cells(pixels)
    truth = [Box(*(round(scale * side) for side in box)) for box in drawn.cells.values()]
    return float(np.mean([max((box.iou(cell) for cell in cells), default=0) >= 0.5 for box in truth]))


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("players", [3, 8])
def test_every_cell_is_found_and_nothing_else(light: bool, players: int) -> None:
    drawn = board(players, light=light, players=players)
    assert found(drawn, drawn.pixels) == 1
    assert len(find_cells(drawn.pixels)) == len(drawn.cells)


@pytest.mark.parametrize("scale", [0.75, 2])
def test_on_smaller_and_larger_boards(scale: float) -> None:
    drawn = board(4)
    size = tuple(round(scale * side) for side in drawn.pixels.shape[1::-1])
    from PIL import Image

    assert found(drawn, np.asarray(Image.fromarray(drawn.pixels).resize(size, Image.Resampling.LANCZOS)), scale) > 0.95


def test_lines_and_frames_are_no_cells() -> None:
    drawn = board(2, stripes=False)
    pixels = drawn.pixels.copy()
    for y in (85, 125, 430):
        pixels[y : y + 2, 30:810] = 200
    for x in (30, 300, 808):
        pixels[85:432, x : x + 2] = 200
    assert found(drawn, pixels) == 1
    assert len(find_cells(pixels)) == len(drawn.cells)


def test_through_noise() -> None:
    drawn = board(6)
    noisy = drawn.pixels + np.random.default_rng(0).normal(0, 18, drawn.pixels.shape)
    assert found(drawn, np.clip(noisy, 0, 255).astype(np.uint8)) > 0.95


@pytest.mark.parametrize("shape", [(40, 40, 3), (33, 400, 3), (400, 33, 3)])
def test_where_nothing_is_written_nothing_is_found(shape: tuple[int, int, int]) -> None:
    assert find_cells(np.full(shape, 90, np.uint8)) == []


def test_a_texture_ends() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (500, 700, 3)).astype(np.uint8)
    assert len(find_cells(noise)) < 5000


def rays(pixels: np.ndarray) -> np.ndarray:
    """The picture with a tower of dashes at its left edge, as a fan of rays leaves them beside a table."""
    pixels = pixels.copy()
    for step, y in enumerate(range(85, 440, 15)):
        left = 4 + step % 3 * 10
        pixels[y : y + 12, left : left + 22] = 220
    return pixels


def test_what_is_piled_up_beside_a_table_does_not_swallow_it() -> None:
    drawn = board(6)
    assert found(drawn, rays(drawn.pixels)) == 1


def test_a_bar_of_colour_before_a_name_is_no_letter_of_it() -> None:
    drawn = board(6, stripes=False)
    pixels = drawn.pixels.copy()
    for row in range(5):
        name = drawn.cells[f"{row}.name"]
        middle = (name.top + name.bottom) // 2
        pixels[middle - 16 : middle + 16, name.left - 22 : name.left - 13] = 200
    cells = find_cells(pixels)
    assert all(max(drawn.cells[f"{row}.name"].iou(cell) for cell in cells) > 0.8 for row in range(5))


def test_rules_that_waver_are_no_cells() -> None:
    drawn = board(2, stripes=False, light=True)
    pixels = drawn.pixels.copy()
    for x in range(30, 810):
        for y in (75, 130, 185, 250, 310, 375, 440):
            at = y + round(2 * np.sin(x / 30))
            pixels[at : at + 2, x] = 60
    for y in range(75, 440):
        for x in (30, 290, 400, 520, 660, 808):
            at = x + round(2 * np.sin(y / 30))
            pixels[y, at : at + 2] = 60
    assert found(drawn, pixels) == 1
    assert len(find_cells(pixels)) == len(drawn.cells)
