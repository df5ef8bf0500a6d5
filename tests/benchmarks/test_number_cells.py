import numpy as np
import pytest

from hanok.parts.ocr.boards import board
from hanok.parts.ocr.digits import DigitReader

pytest.importorskip("cv2", reason="rendering needs OpenCV")
pytest.importorskip("hanok.parts.ocr.line", reason="cells are prepared by it")


def test_a_cut_holds_the_ink_of_its_cell_upright() -> None:
    from benchmarks.number_cells import cut

    made = board(1, design="sheet", degradation="photo")
    picture, cells = made.pixels, [cell for cell in made.cells if cell.kind == "number"]
    crops = [cut(picture, cell.quad) for cell in cells]
    assert all(crop.ndim == 3 and min(crop.shape[:2]) > 8 for crop in crops)
    found = DigitReader.bundled().read([np.asarray(crop.mean(2), np.uint8) for crop in crops])
    assert np.mean([one.text == cell.text for one, cell in zip(found, cells, strict=True)]) > 0.9


def test_sets_depend_on_their_seeds_only_and_have_every_level() -> None:
    from benchmarks.number_cells import LEVELS, lines

    one, same, other = lines([0], 3), lines([0], 3), lines([1], 3)
    assert {name.split()[-1] for name in one} == set(LEVELS)
    for name, cells in one.items():
        assert [cell.text for cell in cells] == [cell.text for cell in same[name]]
        assert all(np.array_equal(a.line, b.line) for a, b in zip(cells, same[name], strict=True))
        assert [cell.text for cell in cells] != [cell.text for cell in other[name]]
