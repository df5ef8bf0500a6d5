"""What cascades say against what cells say: figures that are kept, and lines of tables."""

from __future__ import annotations

from typing import Any

from benchmarks.cascade_cells import Cell, tightened
from benchmarks.harness import Benchmark
from hanok.parts.calibration import wilson
from hanok.parts.ocr import Judgement, Kind, Verdict, judge

Pairs = list[tuple[Cell, Verdict]]
"""Cells with what a cascade says of them."""

COLUMNS = ["", "cells", "exact", "asked", "accepted", "precision", "by the first alone", "its precision"]


def kept(bench: Benchmark, name: str, pairs: Pairs) -> Judgement:
    """Judge and note."""
    texts = [tightened(cell.text) if cell.source == "receipt" else cell.text for cell, _ in pairs]
    kinds: list[Kind] = [cell.kind for cell, _ in pairs]
    judged = judge([verdict for _, verdict in pairs], texts, kinds)
    figure = {key: round(v, 4) if isinstance(v, float) else v for key, v in judged._asdict().items()}
    bench.keep(name, figure | {"asked": {engine: round(share, 4) for engine, share in judged.asked.items()}})
    return judged


def row(name: str, judged: Judgement) -> list[Any]:
    """A line of the table."""
    first = wilson(judged.kept_precision * judged.kept * judged.cells, judged.kept * judged.cells)
    alone = f"{judged.kept_precision:.4f} [{first.low:.4f}, {first.high:.4f}]" if judged.kept else "–"
    return [
        name,
        judged.cells,
        f"{judged.exact:.4f}",
        ", ".join(f"{engine} {share:.3f}" for engine, share in judged.asked.items()),
        f"{judged.accepted:.3f}",
        f"{judged.precision:.4f} [{judged.low:.4f}, {judged.high:.4f}]",
        f"{judged.kept:.3f}",
        alone,
    ]
