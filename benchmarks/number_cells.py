"""Cells with numbers, cut out where they truly are: of boards in fonts unseen in training, and of given boards."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.harness import data
from hanok.parts.ocr.boards import DESIGNS, board, line, number, suited
from hanok.parts.ocr.boards.degrade import homography, rectangle
from hanok.parts.ocr.digits.alphabet import tight
from hanok.parts.ocr.line import prepare_line
from hanok.parts.ocr.vision import opencv

Pixels = npt.NDArray[np.uint8]
LEVELS = ("clean", "photo", "severe")
MARGIN = 0.25
"""Of a cell's height, cut out around it."""
FRESH = 20260
"""Seeds that nothing was trained or chosen on."""


class Cell(NamedTuple):
    """A prepared line, and what is on it, of numbers without spaces around separators; the board it was cut from."""

    line: Pixels
    text: str
    board: str = ""


Sets = dict[str, list[Cell]]


def cut(picture: Pixels, quad: npt.NDArray[np.float64]) -> Pixels:
    """What is within a quad (4, 2), and a margin around it, straightened."""
    sides = np.linalg.norm(np.roll(quad, -1, 0) - quad, axis=1)
    width, height = max(2, round((sides[0] + sides[2]) / 2)), max(2, round((sides[1] + sides[3]) / 2))
    room = max(2, round(height * MARGIN))
    by = homography(quad, rectangle(width, height) + room)
    cv2, size = opencv(), (width + 2 * room, height + 2 * room)
    found = cv2.warpPerspective(picture, by, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.uint8)


def rendered(seeds: list[int], each: int) -> Sets:
    """Of boards in fonts held out: in segments, in print, and kills/deaths/assists in one text, by level."""
    found: Sets = defaultdict(list)
    for level in LEVELS:
        for seed in seeds:
            for design in DESIGNS:
                for k in range(3 * each if design == "scoreboard" else each):  # it alone has segments
                    made = board([FRESH, seed, k], design=design, degradation=level, split="held_out")
                    picture = made.pixels
                    for cell in (one for one in made.cells if one.kind == "number"):
                        kind = "kda" if "/" in cell.text else "segment" if cell.font.startswith("DSEG") else "print"
                        found[f"{kind} {level}"].append(Cell(prepare_line(cut(picture, cell.quad)), tight(cell.text)))
    return dict(found)


def lines(seeds: list[int], each: int) -> Sets:
    """Single lines in fonts held out: numbers of all kinds, clocks, shares, differences."""
    found: Sets = defaultdict(list)
    for style in ("segment", "print"):
        faces = suited("en", style, "held_out")
        for level in LEVELS:
            for seed in seeds:
                rng = np.random.default_rng([FRESH, seed, LEVELS.index(level)])
                for _ in range(each):
                    text, face = number(rng, segment=style == "segment"), faces[int(rng.integers(len(faces)))]
                    crop = line(text, face, rng, level)
                    found[f"any {style} {level}"].append(Cell(prepare_line(crop), tight(text)))
    return dict(found)


def given(most: int, kinds: Sequence[str] = ("num", "total", "teamscore")) -> Sets:
    """Of the boards in the data folder, by their sets; the first `most` boards of each."""
    found: Sets = defaultdict(list)
    counted: dict[str, int] = defaultdict(int)
    for row in data("match_boards", "boards.jsonl").read_text(encoding="utf-8").splitlines():
        told = json.loads(row)
        name = told["set"].replace("_", " ")
        counted[name] += 1
        if counted[name] > most:
            continue
        picture = np.asarray(Image.open(data("match_boards", told["image"])).convert("RGB"), np.uint8)
        for cell in (one for one in told["cells"] if one["kind"] in kinds):
            crop = cut(picture, np.array(cell["quad"], np.float64))
            text = tight(cell["text"]) if cell["kind"] != "name" else cell["text"]
            found[f"given {name}"].append(Cell(prepare_line(crop), text, str(told["seed"])))
    return dict(found)
