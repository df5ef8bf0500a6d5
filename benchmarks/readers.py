"""The reader of numbers beside Tesseract and PP-OCR's recogniser: exact cells, processor time, size.

All are given the same prepared lines, cut out where the cells truly are. Fonts and seeds are unseen in training.
"""

from __future__ import annotations

import time
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np

from benchmarks.harness import Benchmark, figure, show, shown
from benchmarks.number_cells import Cell, Sets, given, lines, rendered
from hanok.core.problem import Unavailable
from hanok.parts.ocr.digits import DigitReader
from hanok.parts.ocr.digits import reader as module
from hanok.parts.ocr.digits.alphabet import tight
from hanok.parts.ocr.engine import Kind, Line, Reading
from hanok.parts.ocr.rapid import RapidOCR
from hanok.parts.ocr.tesseract import Tesseract


class Reader(Protocol):
    """What is compared."""

    def read(self, lines: list[Line], kind: Kind) -> list[Reading]:
        """One reading per line."""


def contenders() -> dict[str, Reader]:
    """Those that are installed."""
    found: dict[str, Reader] = {"digits": DigitReader.bundled()}
    for name, made in (("tesseract", Tesseract), ("rapidocr", RapidOCR)):
        try:
            found[name] = made()
        except Unavailable as missing:
            print(f"left out: {name}: {missing}")
    return found


def read(readers: dict[str, Reader], cells: list[Cell]) -> tuple[dict[str, list[str]], dict[str, float]]:
    """Texts, and milliseconds of processor time per cell; readers take turns on every cell."""
    texts: dict[str, list[str]] = {name: [] for name in readers}
    taken = dict.fromkeys(readers, 0.0)
    names = list(readers)
    for turn, cell in enumerate(cells):
        for shift in range(len(names)):
            name = names[(turn + shift) % len(names)]
            start = time.process_time()
            (reading,) = readers[name].read([cell.line], "number")
            taken[name] += time.process_time() - start
            texts[name].append(tight(reading.text))
    return texts, {name: 1000 * spent / len(cells) for name, spent in taken.items()}


def compare(bench: Benchmark, readers: dict[str, Reader], title: str, sets: Sets) -> None:
    """Tables and figures of some sets."""
    rows: list[list[object]] = []
    spent: dict[str, list[float]] = {name: [] for name in readers}
    for name, cells in sets.items():
        texts, taken = read(readers, cells)
        right = {
            who: np.array([a == c.text for a, c in zip(found, cells, strict=True)]) for who, found in texts.items()
        }
        exact = {who: figure(found.astype(float)) for who, found in right.items()}
        more: dict[str, object] = {}
        if "tesseract" in readers:
            agree = np.array(texts["digits"]) == np.array(texts["tesseract"])
            precision = float(right["digits"][agree].mean()) if agree.any() else float("nan")
            more = {"agree": round(float(agree.mean()), 4), "precision_where_they_agree": round(precision, 4)}
        for who in readers:
            spent[who] += [taken[who]] * len(cells)
        bench.keep(
            name.replace(" ", "_"),
            {"cells": len(cells), **exact, **more, "cpu_ms": {w: round(ms, 3) for w, ms in taken.items()}},
        )
        rows.append([name, len(cells), *(shown(one) for one in exact.values()), *more.values()])
    show(title, ["exact", "cells", *readers, "agree", "precision then"], rows)
    ms = {who: round(float(np.mean(found)), 3) for who, found in spent.items()}
    print(f"  processor time per cell, one by one: {', '.join(f'{who} {one} ms' for who, one in ms.items())}")


def together(bench: Benchmark, readers: dict[str, Reader], cells: list[Cell]) -> None:
    """The same, a board's cells at once."""
    taken = dict.fromkeys(readers, 0.0)
    rounds = 3 if bench.quick else 10
    for _ in range(rounds):
        for name, reader in readers.items():
            start = time.process_time()
            reader.read([cell.line for cell in cells], "number")
            taken[name] += time.process_time() - start
    found = {name: round(1000 * spent / rounds / len(cells), 3) for name, spent in taken.items()}
    bench.keep("cpu_ms_together", {"cells": len(cells), **found})
    show(f"milliseconds of processor time per cell, {len(cells)} cells at once", list(found), [list(found.values())])


def main() -> None:
    """Run it."""
    bench = Benchmark("readers", str(__doc__).splitlines()[0])
    bench.machine["libraries"] |= {name: version(name) for name in ("onnxruntime", "rapidocr", "tesserocr", "pillow")}
    readers = contenders()
    size = (Path(module.__file__).parent / module.BUNDLED).stat().st_size
    bench.keep("bytes", {"value": size, "version": DigitReader.bundled().version})
    boards = rendered(bench.seeds, 1 if bench.quick else 4)
    compare(bench, readers, "boards in fonts unseen in training", boards)
    compare(
        bench, readers, "lines of all kinds of numbers, fonts unseen", lines(bench.seeds, 60 if bench.quick else 100)
    )
    compare(bench, readers, "match_boards: never trained or chosen on", given(1 if bench.quick else 5))
    together(bench, readers, boards["print photo"][:50])
    print(f"\nreader of numbers: {size} bytes")
    bench.finish()


if __name__ == "__main__":
    main()
