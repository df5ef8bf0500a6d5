"""Readers trained on with labelled lines, beside those that are installed: what that gains and what it takes.

*Together* is what the match room makes of such lines: a cascade of all readers and PP-OCR's trained on (of Korean, for
which there is none, Tesseract trained on), fitted on lines that it has not learnt from, which expects text to be worded
like theirs.

Boards and lines of our own renderer in fonts for training are learnt from; judged are boards in fonts that nothing was
trained on, boards of another program (`match_boards`), and receipts (`sroie_lines`), learnt from others of their kind.
Cells are cut out of their true boxes. Settings, the state that is kept and the route are chosen on other lines.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from benchmarks.cascade_cells import Once, receipts, tightened
from benchmarks.harness import Benchmark, Figure, data, figure, show, shown
from benchmarks.number_cells import cut
from hanok.core.run import Progress, Run
from hanok.parts.ocr import (
    Cascade,
    DigitReader,
    Engine,
    RapidOCR,
    Route,
    Sample,
    Tesseract,
    TextReader,
    Tuned,
    Tuning,
    finetune_rapidocr,
    finetune_tesseract,
    route,
)
from hanok.parts.ocr.boards import DESIGNS, board, line, number, roster, suited
from hanok.parts.ocr.evidence import Evidence
from hanok.parts.ocr.finetuning.rapidocr import TUNING as UNSAID
from hanok.parts.ocr.finetuning.sample import right
from hanok.parts.ocr.line import prepare_line
from hanok.parts.text.normalise import Language

JUDGED = ("clean", "photo", "severe")
LEVELS, SHARES = ("clean", "mild", "photo", "severe"), (0.05, 0.05, 0.15, 0.75)
"""What the lines that are learnt from have been through: above all what the installed model fails on."""
FRESH, OTHER = 20270, 20280
"""Seeds of the boards that are judged, and of those that states and routes are chosen on."""
TUNING = Tuning(iterations=26_000, checks=7, seconds=3600)
"""Time is measured and not cut off, as the machine is shared."""
TOGETHER = 3000
"""Lines that a cascade learns from."""
SHORTER = replace(TUNING, iterations=4_000, checks=4)
"""For receipts and Korean."""
RAPID_TUNING = replace(UNSAID, seconds=3600)
"""Of PP-OCR's recogniser: what comes of saying nothing, and no time is cut off."""
WHO = {
    "stock": "Tesseract", "tuned": "tuned", "routed": "by route", "rapidocr": "PP-OCR", "rapid_tuned": "tuned",
    "rapid_routed": "by route", "together": "together",
}  # fmt: skip
"""Readers by the names of their figures, and as heads of columns."""
PAIRS = {"routed": ("stock", "tuned"), "rapid_routed": ("rapidocr", "rapid_tuned")}
"""Between which a route chooses."""


class Cell(NamedTuple):
    """A labelled line, and the picture it is from."""

    sample: Sample
    picture: str


def main() -> None:
    """Run it."""
    bench = Benchmark("finetune", str(__doc__).splitlines()[0])
    with tempfile.TemporaryDirectory() as folder:
        on_boards(bench, Path(folder), "en", "fra", bench.seeds, ("en", "seg"))
        on_receipts(bench, Path(folder))
        on_boards(bench, Path(folder), "ko", "kor_vert", bench.seeds[:1], ("ko",))
    bench.finish()


# -- boards ------------------------------------------------------------------------------------------------------------


def on_boards(
    bench: Benchmark, folder: Path, language: Language, base: str, seeds: Sequence[int], sets: Sequence[str]
) -> None:
    """Tuned on rendered lines, once for each seed; judged on boards of each seed and on those of another program."""
    stock, rapid = Once(Tesseract(language)), Once(RapidOCR(language))
    first = [Once(DigitReader.bundled()), Once(TextReader.bundled(language)), stock]
    further = {seed: list(learnt(language, 100 + seed, 300 if bench.quick else TOGETHER)) for seed in seeds}
    each = 1 if bench.quick else 2
    chosen = [cell.sample for cell in rendered(language, OTHER, each, "train")]
    ours = {seed: list(rendered(language, FRESH + seed, each, "held_out")) for seed in seeds}
    others = list(given(sets))
    found: dict[str, list[tuple[Cell, dict[str, bool]]]] = {}
    for seed in seeds:
        tuning = TUNING if language == "en" else SHORTER
        lines = list(learnt(language, seed, 300 if bench.quick else 12_000 if tuning is TUNING else 3000))
        name = f"{language}.seed {seed}"
        model = taught(bench, name, lines, chosen, folder, base, tuning, seed)
        readers: dict[str, Engine] = {"stock": stock, "tuned": Once(model), "rapidocr": rapid}
        last = [readers["tuned"], rapid]
        if rapid.reads("text", language):
            readers["rapid_tuned"] = Once(rapidly(bench, name, lines, chosen, folder, language, RAPID_TUNING, seed))
            last = [rapid, readers["rapid_tuned"]]
        ways = routes(bench, name, readers, chosen)
        every = together(bench, name, [*first, *last], language, further[seed])
        for who, cells in (("ours", ours[seed]), ("match_boards", others)):
            for cell, read in zip(cells, readings(cells, readers, ways, every), strict=True):
                kept = found.setdefault(f"{who}: {cell.sample.kind}, {cell.sample.source}", [])
                kept.append((cell, read))
    compare(bench, language, found)


def learnt(language: Language, seed: int, count: int) -> Iterator[Sample]:
    """Half single lines of many fonts, most of them names; half cells of boards, of which few are numbers."""
    rng = np.random.default_rng([seed, 5])
    print_, latin = suited(language, "print", "train"), suited("en", "print", "train")
    segment, names = suited("en", "segment", "train"), roster(language, min(count // 2, 2000), rng)
    for turn in range(count // 2):
        kind, level = rng.random(), str(rng.choice(LEVELS, p=SHARES))
        text = names[int(rng.integers(len(names)))] if kind < 0.6 else number(rng, segment=kind >= 0.85)
        faces = print_ if kind < 0.6 else latin if kind < 0.85 else segment
        crop = line(text, faces[int(rng.integers(len(faces)))], rng, level)
        yield Sample(prepare_line(crop), text, "text" if kind < 0.6 else "number", level, f"line {turn}")
    left = count - count // 2
    for turn in range(count):
        level = str(rng.choice(LEVELS, p=SHARES))
        made = of_board([seed, turn], list(DESIGNS)[turn % len(DESIGNS)], language, level, "train")
        for cell, role in made:
            if rng.random() < {"number": 0.4, "head": 0.3, "title": 0.3}.get(role, 1.0):
                yield cell.sample._replace(picture=f"board {turn}")
                left -= 1
                if not left:
                    return


def rendered(language: Language, seed: int, each: int, split: Any) -> Iterator[Cell]:
    """Cells of boards of all designs and judged levels; without the design's own words, which are few and repeated."""
    for level in JUDGED:
        for design in DESIGNS:
            for turn in range(each):
                made = of_board([seed, turn], design, language, level, split)
                yield from (cell for cell, role in made if role not in ("head", "title"))


def of_board(seed: list[int], design: str, language: Language, level: str, split: Any) -> Iterator[tuple[Cell, str]]:
    """Cells of a board with their roles; 12/3/7 is text: engines that are told of numbers look for no stroke."""
    made = board(seed, design=design, language=language, degradation=level, split=split)
    pixels = made.pixels
    for cell in made.cells:
        style = "segments" if cell.font.startswith("DSEG") else "print"
        number_ = cell.kind == "number" and "/" not in cell.text
        sample = Sample(prepare_line(cut(pixels, cell.quad)), cell.text, "number" if number_ else "text")
        yield Cell(sample._replace(source=f"{style} {level}"), f"{design} {level} {seed}"), cell.kind


def given(sets: Sequence[str]) -> Iterator[Cell]:
    """Cells of boards of another program."""
    for row in data("match_boards", "boards.jsonl").read_text(encoding="utf-8").splitlines():
        told_ = json.loads(row)
        language, level = told_["set"].split("_")
        if language not in sets or level not in JUDGED:
            continue
        picture = np.asarray(Image.open(data("match_boards", told_["image"])).convert("RGB"), np.uint8)
        for cell in told_["cells"]:
            if cell["kind"] in ("head", "title"):
                continue
            kind: Any = "number" if cell["kind"] in ("num", "total", "teamscore") else "text"
            style = "segments" if "DSEG" in cell["font"] else "print"
            crop = prepare_line(cut(picture, np.array(cell["quad"], np.float64)))
            yield Cell(Sample(crop, cell["text"], kind, f"{style} {level}"), told_["image"])


# -- receipts ----------------------------------------------------------------------------------------------------------


def on_receipts(bench: Benchmark, folder: Path) -> None:
    """Lines of receipts, learnt from lines of others; compared in capitals without spaces."""
    every = [
        Cell(Sample(prepare_line(cell.line), cell.text, "text", "receipt"), cell.board)
        for cell in receipts()
        if not bench.quick or int(cell.board) % 5 == 0
    ]
    names = np.random.default_rng(12).permutation(sorted({cell.picture for cell in every}))
    test, valid = set(names[: len(names) // 4]), set(names[len(names) // 4 : len(names) * 2 // 5])
    judged = [cell for cell in every if cell.picture in test]
    chosen = [cell.sample for cell in every if cell.picture in valid]
    lines = [cell.sample for cell in every if cell.picture not in test | valid]
    tight = [
        cell.sample._replace(text=tightened(cell.sample.text), picture=cell.picture)
        for cell in every
        if cell.picture in valid
    ]
    model = taught(bench, "receipts", lines, chosen, folder, "fra", SHORTER)
    own = rapidly(bench, "receipts", lines, chosen, folder, "en", replace(RAPID_TUNING, iterations=8_000))
    stock, rapid = Tesseract("en"), RapidOCR("en")
    engines: dict[str, Engine] = {"stock": stock, "tuned": model, "rapidocr": rapid, "rapid_tuned": own}
    readers = {who: Once(each, upper=True) for who, each in engines.items()}
    ways = routes(bench, "receipts", readers, tight)
    judged = [cell._replace(sample=cell.sample._replace(text=tightened(cell.sample.text))) for cell in judged]
    asked = [readers[who] for who in ("stock", "rapidocr", "rapid_tuned")]
    found = readings(judged, readers, ways, together(bench, "receipts", asked, "en", tight))
    compare(bench, "receipts", {"receipts": list(zip(judged, found, strict=True))})


# -- what is measured --------------------------------------------------------------------------------------------------


def taught(
    bench: Benchmark,
    name: str,
    lines: Sequence[Sample],
    chosen: Sequence[Sample],
    folder: Path,
    base: str,
    tuning: Tuning,
    seed: int = 0,
) -> Tesseract:
    """Train, and note what that took."""
    float_ = data("ocr_float_base", f"{base}.traineddata")
    tuning = replace(tuning, iterations=200, checks=2) if bench.quick else tuning
    run, out = Run(seed=seed, threads=1, listener=heard), folder / f"{name.replace(' ', '')}.traineddata"
    train = partial(finetune_tesseract, lines, chosen, float_, out, tuning, run)
    noted(bench, f"{name}.training", tuning, train)
    return Tesseract(model=out)


def rapidly(
    bench: Benchmark, name: str, lines: Sequence[Sample], chosen: Sequence[Sample], folder: Path, language: Language,
    tuning: Tuning, seed: int = 0,
) -> RapidOCR:  # fmt: skip
    """Train PP-OCR's recogniser on, and note what that took."""
    tuning = replace(tuning, iterations=320, checks=2) if bench.quick else tuning
    run, out = Run(seed=seed, threads=1, listener=heard), folder / f"{name.replace(' ', '')}.onnx"
    noted(
        bench, f"{name}.rapid_training", tuning, partial(finetune_rapidocr, lines, chosen, out, language, tuning, run)
    )
    return RapidOCR(language, model=out)


def noted(bench: Benchmark, name: str, tuning: Tuning, train: Callable[[], Tuned]) -> None:
    """Train, and keep what that took."""
    start, before = time.perf_counter(), processor()
    tuned = train()
    wall, cpu = time.perf_counter() - start, processor() - before
    bench.keep(
        name,
        {
            "lines": tuned.lines, "iterations": tuning.iterations, "kept after": tuned.iterations,
            "checks": [[stop, round(exact, 4)] for stop, exact in tuned.checks], "wall_s": round(wall, 1),
            "cpu_s": round(cpu, 1), "bytes": tuned.path.stat().st_size, "notes": list(tuned.notes),
        },
    )  # fmt: skip
    print(f"{name}: {wall:.0f} s, {cpu:.0f} s of processor; {tuned.checks}; {' '.join(tuned.notes)}", flush=True)


def together(
    bench: Benchmark, name: str, engines: Sequence[Engine], language: Language, lines: Sequence[Sample]
) -> Cascade:
    """All readers, the cheapest first, as the match room asks them; and what learning took."""
    before = processor()
    texts, kinds, pictures = ([getattr(one, part) for one in lines] for part in ("text", "kind", "picture"))
    found = Cascade(engines, language, least=2).fit([one.line for one in lines], texts, kinds, pictures)
    spent = round(processor() - before, 1)
    bench.keep(f"{name}.together", {"lines": len(lines), "cpu_s": spent, "worded": found.wording is not None})
    print(f"{name}: together {spent} s of processor, worded: {found.wording is not None}", flush=True)
    return found


def processor() -> float:
    """Seconds of processor that this and all programs it started have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def heard(progress: Progress) -> None:
    """Say what checks found."""
    if "exact" in progress.metrics:
        print(f"  {progress.step} of {progress.total}: {progress.metrics['exact']:.4f}", flush=True)


def routes(
    bench: Benchmark, name: str, readers: Mapping[str, Engine], chosen: Sequence[Sample]
) -> dict[str, Route]:  # fmt: skip
    """Between each installed reader and the same tuned, where there are both."""
    found = {}
    for routed, (stock, tuned) in PAIRS.items():
        if tuned in readers:
            found[routed] = route(readers[stock], readers[tuned], chosen)
            told(bench, f"{name}.{routed}", found[routed])
    return found


def told(bench: Benchmark, name: str, ways: Route) -> None:
    """Which lines go to the tuned model."""
    rows = [
        [f"{kind}, {source}", *one, "tuned" if ways.tuned(kind, source) else "stock"]
        for (kind, source), one in ways.slices.items()
    ]
    bench.keep(name, {str(row[0]): row[1:] for row in rows})
    show(f"{name}: lines to choose by", ["", "lines", "stock", "tuned", "gained", "lost", "read by"], rows)


def readings(
    cells_: Sequence[Cell], readers: Mapping[str, Engine], ways: Mapping[str, Route], every: Cascade
) -> Iterator[dict[str, bool]]:
    """Of each cell who reads it right."""
    samples = [cell.sample for cell in cells_]
    each = {who: right(engine, samples) for who, engine in readers.items()}
    verdicts = every.read([sample.line for sample in samples], [sample.kind for sample in samples])
    for place, (sample, verdict) in enumerate(zip(samples, verdicts, strict=True)):
        read = {who: bool(found[place]) for who, found in each.items()}
        for routed, one in ways.items():
            read[routed] = read[PAIRS[routed][one.tuned(sample.kind, sample.source)]]
        read["together"] = verdict.value == Evidence(sample.kind).spelt(sample.text)
        yield read


def compare(bench: Benchmark, title: str, found: dict[str, list[tuple[Cell, dict[str, bool]]]]) -> None:
    """Exact shares, and what routing gains, with intervals over pictures."""
    rows, columns = [], list[str]()
    for name, pairs in sorted(found.items()):
        pictures: dict[str, list[dict[str, bool]]] = {}
        for cell, read in pairs:
            pictures.setdefault(cell.picture, []).append(read)
        kept: dict[str, Figure] = {}
        columns = [who for who in WHO if who in pairs[0][1]]
        for who in columns:
            values = [(sum(read[who] for read in own), len(own)) for own in pictures.values()]
            kept[who] = figure(np.array(values, float), ratio)
        gains: dict[str, Figure] = {}
        for routed, (stock, _) in PAIRS.items():
            if routed in columns:
                values = [(sum(read[routed] - read[stock] for read in own), len(own)) for own in pictures.values()]
                gains[f"{routed}_gain"] = figure(np.array(values, float), ratio)
        bench.keep(f"{title}.{name}", {"cells": len(pairs), "pictures": len(pictures), **kept, **gains})
        rows.append([name, len(pairs), len(pictures), *map(shown, kept.values()), *map(shown, gains.values())])
    shifts = [f"{WHO[stock]}: route - stock" for routed, (stock, _) in PAIRS.items() if routed in columns]
    show(title, ["exact", "cells", "pictures", *(WHO[who] for who in columns), *shifts], rows)


def ratio(pairs: Any) -> float:
    """Of two columns the first's share of the second."""
    part, whole = pairs.sum(axis=0)
    return float(part / whole) if whole else float("nan")


if __name__ == "__main__":
    main()
