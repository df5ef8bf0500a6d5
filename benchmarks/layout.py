"""Boards found in pictures: straightened, cells found with and without a template, columns named, sides told apart.

Data: `match_boards`. Settings were chosen on seeds 7000 and 7001, from which the templates are learnt, too; figures
are of the other seeds. A cell is found if its box and the true quadrilateral have an IoU of at least .5 in the
picture.
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.harness import Benchmark, data, figure, show, shown
from hanok.parts.image import Pixels, load
from hanok.parts.ocr.board import Board, straighten
from hanok.parts.ocr.cells import find_cells
from hanok.parts.ocr.geometry import Box, Quad
from hanok.parts.ocr.layout import find_layout
from hanok.parts.ocr.line import Line
from hanok.parts.ocr.template import SURE, Example, Fit, Template

CHOSEN_ON = (7000, 7001)
LEARNT_FROM = ("en_clean_7000", "en_photo_7001", "seg_clean_7000")
FIELDS = ["name", "kills", "deaths", "assists", "score"]
LANGUAGES = {"ko": "kor", "ja": "jpn"}
Floats = npt.NDArray[np.float64]


class Picture(NamedTuple):
    """A board of the data."""

    set: str
    seed: int
    pixels: Pixels
    fields: dict[str, Quad]
    texts: dict[str, str]
    board: Quad
    """Corners of the whole board, from the same cells on its clean twin."""


def pictures() -> list[Picture]:
    """All boards, with true corners."""
    folder = data("match_boards")
    rows = [json.loads(line) for line in (folder / "boards.jsonl").read_text(encoding="utf-8").splitlines()]
    clean = {(row["set"][:2], row["seed"]): _cells(row)[0] for row in rows if row["set"].endswith("clean")}
    found = []
    for row in rows:
        fields, texts = _cells(row)
        twin = np.concatenate([quad.corners for quad in clean[row["set"][:2], row["seed"]].values()])
        here = np.concatenate([quad.corners for quad in fields.values()])
        to_picture = np.asarray(cv2.findHomography(twin, here)[0], np.float64)
        pixels = load(folder / row["image"])
        board = Box(0, 0, pixels.shape[1], pixels.shape[0]).quad().moved(to_picture)
        found.append(Picture(row["set"], row["seed"], pixels, fields, texts, board))
    return found


def _cells(row: dict[str, Any]) -> tuple[dict[str, Quad], dict[str, str]]:
    """Quadrilaterals and texts by kind and number."""
    count: Counter[str] = Counter()
    fields, texts = {}, {}
    for cell in row["cells"]:
        name = f"{cell['kind']}.{count[cell['kind']]}"
        count[cell["kind"]] += 1
        fields[name], texts[name] = Quad.of(cell["quad"]), cell["text"]
    return fields, texts


def iou(a: Quad, b: Quad) -> float:
    """Of two convex quadrilaterals."""
    common = cv2.intersectConvexConvex(a.corners, b.corners)[0]
    return float(common / (a.area + b.area - common))


def corner_error(board: Board, truth: Quad) -> float:
    """The largest distance of a corner, as a share of the true board's width; whichever side is up."""
    height, width = board.pixels.shape[:2]
    corners = board.in_picture(Box(0, 0, width, height)).corners
    turns = [np.linalg.norm(np.roll(corners, turn, axis=0) - truth.corners, axis=1).max() for turn in range(4)]
    return float(min(turns)) / truth.size[0]


def without_template(board: Board, cells: Sequence[Box], picture: Picture) -> tuple[Floats, float]:
    """Which true cells are found, and the share of found cells that are true ones."""
    quads = [board.in_picture(cell) for cell in cells]
    pairs = np.array([[iou(quad, truth) for quad in quads] for truth in picture.fields.values()])
    if not cells:
        return np.zeros(len(picture.fields)), 0.0
    return (pairs.max(axis=1) >= 0.5).astype(float), float((pairs.max(axis=0) >= 0.5).mean())


def with_template(fit: Fit | None, picture: Picture) -> tuple[Floats, float]:
    """Which true cells are found in their own field, and the score."""
    if fit is None:
        return np.zeros(len(picture.fields)), 0.0
    found = [
        field in fit.cells and iou(fit.board.in_picture(fit.cells[field]), truth) >= 0.5
        for field, truth in picture.fields.items()
    ]
    return np.array(found, float), fit.score


def learnt(boards: Sequence[Picture]) -> Template:
    """The template of three of the boards that settings were chosen on."""
    by_name = {f"{picture.set}_{picture.seed}": picture for picture in boards}
    chosen = [by_name[name] for name in LEARNT_FROM]
    return Template.learn("match_boards", [Example(picture.pixels, picture.fields) for picture in chosen])


@cache
def tesseract(language: str) -> Any:
    """An engine for lines, or None where it is not installed."""
    try:
        import tesserocr
    except ImportError:
        return None
    tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
    return tesserocr.PyTessBaseAPI(
        path="/usr/share/tesseract-ocr/5/tessdata", lang=language, psm=tesserocr.PSM.SINGLE_LINE
    )


def reading(picture: Picture, what: Callable[[Any], Any]) -> Callable[[Iterable[Line]], list[Any]]:
    """What the engine of the picture's language says of each line."""
    engine = tesseract(LANGUAGES.get(picture.set[:2], "eng"))

    def read(lines: Iterable[Line]) -> list[Any]:
        said = []
        for line in lines:
            engine.SetImage(Image.fromarray(line))
            engine.Recognize()
            said.append(what(engine))
        return said

    return read


def named(board: Board, picture: Picture) -> float:
    """The share of the ten columns of two tables that have the right name."""
    tables = find_layout(board.pixels, reading(picture, lambda engine: engine.GetUTF8Text().strip())).tables
    fields = [[column.field for column in table.columns] for table in tables]
    right = sum(a == b for each in fields[:2] for a, b in zip(each, FIELDS, strict=False))
    return right / (2 * len(FIELDS))


def sides(bench: Benchmark, boards: Sequence[Picture]) -> None:
    """How often the right side is up, of pictures turned by 0, 90, 180 and 270 degrees."""
    axis, side = defaultdict(list), defaultdict(list)
    for picture in boards:
        kind = picture.set.split("_")[1]
        for turns in (0, 1, 2, 3):
            turned = np.ascontiguousarray(np.rot90(picture.pixels, turns))
            sure = reading(picture, lambda engine: engine.MeanTextConf()) if tesseract("eng") else None
            found = straighten(turned, sure).turned
            axis[kind].append(float(found % 180 == turns % 2 * 90))
            side[kind].append(float(found == turns * 90))
    rows = []
    for kind in axis:
        level = bench.keep(f"sides.level.{kind}", figure(axis[kind]))
        up = bench.keep(f"sides.up.{kind}", figure(side[kind])) if tesseract("eng") else None
        rows.append([kind, len(axis[kind]), shown(level), shown(up) if up else "no tesserocr"])
    show("turned by 0, 90, 180, 270 degrees: right by 90, right by 180 with Tesseract", ["", "n", "90", "180"], rows)


def cluttered(picture: Picture) -> Pixels:
    """The picture with shapes and lines of all colours where its backdrop was."""
    random = np.random.default_rng(picture.seed)
    height, width = picture.pixels.shape[:2]
    desk = np.full(picture.pixels.shape, random.integers(40, 200, 3), np.uint8)
    for _ in range(25):
        at, size = random.integers(-50, width, 2), random.integers(width // 50, width // 2, 2)
        shape = cv2.boxPoints((at.tolist(), size.tolist(), float(random.uniform(0, 360))))
        cv2.fillPoly(desk, [shape.astype(np.int32)], random.integers(0, 255, 3).tolist())
    for start, end in random.integers(0, width, (30, 2, 2)).tolist():
        cv2.line(desk, start, end, random.integers(0, 255, 3).tolist(), int(random.integers(1, 5)))
    inside = cv2.fillConvexPoly(np.zeros((height, width), np.uint8), np.rint(picture.board.corners).astype(np.int32), 1)
    noisy = np.clip(desk + random.normal(0, 6, desk.shape), 0, 255).astype(np.uint8)
    return np.where(inside[..., None] > 0, picture.pixels, noisy)


def clutter(bench: Benchmark, boards: Sequence[Picture]) -> None:
    """Photographs once more, on a cluttered backdrop."""
    corners, cells = [], []
    for picture in boards:
        if picture.set.endswith(("photo", "severe")):
            board = straighten(cluttered(picture))
            corners.append(float(corner_error(board, picture.board) < 0.01))
            cells.extend(without_template(board, find_cells(board.pixels), picture)[0])
    kept = bench.keep("clutter.corners", figure(corners)), bench.keep("clutter.cells", figure(cells))
    show("photo and severe on clutter", ["n", "corners < 1 %", "cells found"], [[len(corners), *map(shown, kept)]])


def measure(bench: Benchmark, boards: Sequence[Picture], template: Template) -> None:
    """Straightening, cells and columns by set."""
    found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    spent: dict[str, list[float]] = defaultdict(list)
    for picture in boards:
        into = found[picture.set]
        start = time.process_time()
        board = straighten(picture.pixels)
        spent["straighten"].append(time.process_time() - start)
        into["corners"].append(float(corner_error(board, picture.board) < 0.01))
        start = time.process_time()
        cells = find_cells(board.pixels)
        spent["cells"].append(time.process_time() - start)
        hits, precision = without_template(board, cells, picture)
        into["cells"].extend(hits)
        into["true"].append(precision)
        start = time.process_time()
        fit = template.fit(board)
        spent["template"].append(time.process_time() - start)
        hits, score = with_template(fit, picture)
        into["template"].extend(hits)
        into["score"].append(score)
        if tesseract("eng"):
            into["columns"].append(named(board, picture))
    rows = []
    for name, of in found.items():
        kept = {what: bench.keep(f"{name}.{what}", figure(values)) for what, values in of.items()}
        rows.append([name, *(f"{kept[what]['value']:.3f}" if what in kept else "" for what in COLUMNS)])
    everything = {what: [value for of in found.values() for value in of[what]] for what in COLUMNS}
    kept = {what: bench.keep(f"all.{what}", figure(values)) for what, values in everything.items() if values}
    rows.append(["all", *(f"{kept[what]['value']:.3f}" if what in kept else "" for what in COLUMNS)])
    show(
        f"seeds {sorted({p.seed for p in boards})}; score {SURE} is a template's design", ["", *COLUMNS.values()], rows
    )
    for what, seconds in spent.items():
        milliseconds = 1000 * float(np.median(seconds))
        print(f"  {what}: {milliseconds:.0f} ms of processor, median")
        bench.keep(f"processor_ms.{what}", {"value": round(milliseconds), "n": len(seconds)})


COLUMNS = {
    "corners": "corners < 1 %",
    "cells": "cells found",
    "true": "found are cells",
    "template": "fields found",
    "score": "score",
    "columns": "columns named",
}


def main() -> None:
    """Run it."""
    bench = Benchmark("layout", str(__doc__).splitlines()[0])
    bench.machine["libraries"] |= {name: version(name) for name in ("opencv-python-headless", "pillow")}
    boards = pictures()
    held_out = [picture for picture in boards if picture.seed not in CHOSEN_ON]
    if bench.quick:
        held_out = [picture for picture in held_out if picture.seed == 7002]
    measure(bench, held_out, learnt(boards))
    clutter(bench, held_out)
    sides(bench, held_out)
    bench.finish()


if __name__ == "__main__":
    main()
