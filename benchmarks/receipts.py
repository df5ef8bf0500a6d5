"""How far a cascade carries on lines of real receipts, and what thresholds are worth that were learnt elsewhere."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import re
from collections.abc import Sequence

import numpy as np

from benchmarks.cascade_cells import Once, given, receipts, tightened
from benchmarks.cascade_figures import COLUMNS, Pairs, kept, row
from benchmarks.harness import Benchmark, show
from hanok.parts.ocr import Cascade, RapidOCR, Tesseract

CHOSEN_ON = (7000, 7001)  # boards of match_boards whose thresholds are tried here
N_CHOSEN = 40  # receipts on which engines and rules were chosen: always learnt from, never tested
N_GROUPS = 3  # of the others; one per seed is tested, the rest is learnt from
AMOUNT = re.compile(r"[\d.,:/RM$%-]+")  # amounts, dates, times, codes
TARGET = 0.97


def main() -> None:
    """Run it."""
    bench = Benchmark("receipts", __doc__ or "")
    on_receipts(bench)
    bench.finish()


def on_receipts(bench: Benchmark) -> None:
    """Lines of receipts; what was learnt on other receipts against what was learnt on boards.

    The transcripts are in capitals and space words by eye: lines are compared in capitals, without spaces.
    """
    cells = [cell for cell in receipts() if not bench.quick or int(cell.board) % 9 == 0]
    cheap, dear = Once(Tesseract("en"), upper=True), Once(RapidOCR("en"), upper=True)
    names = np.random.default_rng(11).permutation(sorted({cell.board for cell in cells}))
    tested = np.array_split(names[N_CHOSEN:] if not bench.quick else names, N_GROUPS)
    boards = [cell for cell in given(["en"]) if int(cell.board) in CHOSEN_ON]
    variants = {"receipts": (cheap, dear), "receipts, RapidOCR first": (dear, cheap), "boards": (cheap, dear)}
    found: dict[str, Pairs] = {variant: [] for variant in variants}
    thresholds: dict[str, list[list[float | None]]] = {variant: [] for variant in variants}
    for seed in bench.seeds:
        mine = [cell for cell in cells if cell.board in set(tested[seed])]
        for variant, engines in variants.items():
            others = [cell for cell in cells if cell.board not in set(tested[seed])]
            learnt = boards if variant == "boards" else others
            cascade = Cascade(engines, target=TARGET)
            texts, of = [tightened(c.text) for c in learnt], [c.board for c in learnt]
            cascade.fit([c.line for c in learnt], texts, ["text"] * len(learnt), of)
            verdicts = cascade.read([cell.line for cell in mine], ["text"] * len(mine))
            found[variant] += zip(mine, verdicts, strict=True)
            thresholds[variant].append([stage.threshold if stage.known else None for stage in cascade.stages["text"]])
    rows = []
    for variant, pairs in found.items():
        bench.keep(f"learnt on {variant}.thresholds", {"seeds": thresholds[variant]})
        for name, some in {"all lines": pairs, "amounts, dates, codes": amounts(pairs)}.items():
            rows.append(row(f"{name}, learnt on {variant}", kept(bench, f"learnt on {variant}.{name}", some)))
    show("receipts, tested once each", COLUMNS, rows)
    ceilings(bench, found["receipts"], (cheap, dear))


def ceilings(bench: Benchmark, pairs: Pairs, engines: Sequence[Once]) -> None:
    """What one engine has right, and at least one of the two: no choice between their readings can be better."""
    for name, some in {"all lines": pairs, "amounts, dates, codes": amounts(pairs)}.items():
        right = {
            once.name: np.array([once.read([c.line], "text")[0].text == tightened(c.text) for c, _ in some])
            for once in engines
        }
        shares = {who: round(float(mine.mean()), 4) for who, mine in right.items()}
        shares["either"] = round(float(np.logical_or(*right.values()).mean()), 4)
        bench.keep(f"{name}.one engine", shares)
        print(f"  {name}: {shares}")
    bench.keep("milliseconds", {once.name: round(once.milliseconds, 2) for once in engines})


def amounts(pairs: Pairs) -> Pairs:
    """Lines that hold no words."""
    return [pair for pair in pairs if AMOUNT.fullmatch(tightened(pair[0].text))]


if __name__ == "__main__":
    main()
