"""The measures of `benchmarks.layout` on a few of the rendered boards, as floors."""

import json
from pathlib import Path

import numpy as np
import pytest
from drawn import cv2

from hanok.parts.image import load
from hanok.parts.ocr.board import straighten
from hanok.parts.ocr.cells import find_cells
from hanok.parts.ocr.geometry import Box, Quad
from hanok.parts.ocr.template import SURE, Example, Template

BOARDS = ("en_mild_7003", "ko_photo_7003", "en_severe_7002", "seg_clean_7004")


@pytest.fixture(scope="module")
def labelled(data: Path) -> dict[str, Example]:
    """Pictures with cells by number."""
    folder = data / "match_boards"
    if not folder.is_dir():
        pytest.skip("match_boards is not in the data folder")
    rows = map(json.loads, (folder / "boards.jsonl").read_text(encoding="utf-8").splitlines())
    return {
        name: Example(load(folder / row["image"]), {str(i): Quad.of(c["quad"]) for i, c in enumerate(row["cells"])})
        for row in rows
        if (name := f"{row['set']}_{row['seed']}") in (*BOARDS, "en_clean_7000", "en_photo_7001", "en_clean_7002")
    }


def overlap(a: Quad, b: Quad) -> float:
    common = cv2.intersectConvexConvex(a.corners, b.corners)[0]
    return common / (a.area + b.area - common)


@pytest.mark.parametrize("name", BOARDS)
def test_cells_are_found(labelled: dict[str, Example], name: str) -> None:
    board = straighten(labelled[name].picture)
    found = [board.in_picture(cell) for cell in find_cells(board.pixels)]
    hits = [max(overlap(truth, cell) for cell in found) >= 0.5 for truth in labelled[name].fields.values()]
    assert np.mean(hits) > 0.9
    assert abs(len(found) - len(hits)) <= 3


def test_a_severe_photograph_is_straightened(labelled: dict[str, Example]) -> None:
    here, twin = (labelled[name].fields for name in ("en_severe_7002", "en_clean_7002"))
    pairs = [np.concatenate([quad.corners for quad in of.values()]) for of in (twin, here)]
    truth = Box(0, 0, 1280, 720).quad().moved(cv2.findHomography(*pairs)[0])
    board = straighten(labelled["en_severe_7002"].picture)
    height, width = board.pixels.shape[:2]
    assert np.abs(board.in_picture(Box(0, 0, width, height)).corners - truth.corners).max() < 0.01 * 1280


def test_a_template_finds_fields_of_other_boards(labelled: dict[str, Example]) -> None:
    template = Template.learn("boards", [labelled[name] for name in ("en_clean_7000", "en_photo_7001")])
    for name in BOARDS:
        fit = template.fit(straighten(labelled[name].picture))
        assert fit is not None
        assert fit.score >= SURE
        truth = labelled[name].fields.items()
        hits = [f in fit.cells and overlap(fit.board.in_picture(fit.cells[f]), quad) >= 0.5 for f, quad in truth]
        assert np.mean(hits) > 0.9  # the true box of a lone 1 in segments has room without ink
