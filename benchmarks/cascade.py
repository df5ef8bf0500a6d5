"""How far cheap readers carry, what they are trusted with, and what is left to a dearer one and to people.

Cells of match boards, cut out of their true boxes; split by board. Receipts are a benchmark of their own.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.cascade_cells import Cell, Once, given, rendered
from benchmarks.cascade_figures import COLUMNS, Pairs, kept, row
from benchmarks.harness import Benchmark, show
from hanok.parts.ocr import Cascade, DigitReader, RapidOCR, Tesseract, TextReader, numeral, words
from hanok.parts.ocr.texts.alphabet import ALPHABETS
from hanok.parts.text.normalise import Language

TESTED = (7002, 7003, 7004)  # boards of match_boards, one per seed; on 7000 and 7001 engines and rules were chosen
LEARNT = 510_000  # seed of rendered boards that are learnt from, in fonts for training
FRESH = 990_000  # seed of rendered boards that are only judged, in fonts held out
PRINTED: tuple[Language, ...] = ("en", "ko", "ja")
TARGET = 0.995
LEAST = 2  # readers that have to say the same of a cell

Engines = Mapping[str, Sequence[Once]]


def main() -> None:
    """Run it."""
    bench = Benchmark("cascade", __doc__ or "")
    on_boards(bench, PRINTED[:1] if bench.quick else PRINTED)
    bench.finish()


def on_boards(bench: Benchmark, languages: Sequence[Language]) -> None:
    """Cells of clean and photographed boards: of match_boards, and fresh ones of hanok's own renderer."""
    engines = by_group(languages)
    ours = list(rendered(languages, LEARNT, 1 if bench.quick else 3, "train"))
    theirs = list(given([*languages, "seg"]))
    found: dict[str, Pairs] = {"match_boards": [], "fresh": [], "fresh, nothing expected": []}
    for seed in bench.seeds:
        tested = [cell for cell in theirs if cell.board == str(TESTED[seed])]
        learnt = [*ours, *(cell for cell in theirs if cell.board != str(TESTED[seed]))]
        cascades = {group: fitted(group, readers, learnt) for group, readers in engines.items()}
        found["match_boards"] += read(cascades, tested)
        fresh = list(rendered(languages, FRESH + seed, 1, "held_out"))
        found["fresh"] += read(cascades, fresh)
        plain = {group: fitted(group, readers, learnt, worded=False) for group, readers in engines.items()}
        found["fresh, nothing expected"] += read(plain, fresh)
        bench.keep(f"worded.seed {seed}", [group for group, cascade in cascades.items() if cascade.wording])
    for name, pairs in found.items():
        rows = [row(group, kept(bench, f"{name}.{group}", some)) for group, some in groups(pairs).items()]
        show(f"{name}: clean and photo, tested once each", COLUMNS, rows)
    singles(bench, found["match_boards"], engines)
    price = dict[str, float]()
    for group, readers in engines.items():
        price |= {f"{once.name} {group}": round(once.milliseconds, 2) for once in readers if once.known}
    bench.keep("milliseconds", price)
    print("  CPU of a cell: " + ", ".join(f"{name} {one} ms" for name, one in price.items()))


def by_group(languages: Sequence[Language]) -> dict[str, list[Once]]:
    """Who reads what, the cheapest first."""
    rapid, digits = {language: RapidOCR(language) for language in languages}, DigitReader.bundled()
    tesseract = {language: Tesseract(language) for language in languages}
    found = {group: [Once(digits), Once(tesseract["en"]), Once(rapid["en"])] for group in ("number", "segments")}
    for language in languages:
        own = [Once(TextReader.bundled(language))] if language in ALPHABETS else []
        found[f"text.{language}"] = [*own, Once(tesseract[language]), Once(rapid[language])]
    return found


def fitted(group: str, readers: Sequence[Once], learnt: Sequence[Cell], *, worded: bool = True) -> Cascade:
    """What is learnt of the cells of a group, with how boards word their text or without."""
    mine = [cell for cell in learnt if cell.group == group]
    language: Language = next((language for language in PRINTED if group.endswith(language)), "en")
    cascade = Cascade(readers, language, target=TARGET, least=LEAST)
    lines, texts, kinds = ([getattr(cell, name) for cell in mine] for name in ("line", "text", "kind"))
    return cascade.fit(lines, texts, kinds, [cell.board for cell in mine] if worded else None)


def read(cascades: Mapping[str, Cascade], cells: Sequence[Cell]) -> Pairs:
    """Cells with what their cascades say."""
    found: Pairs = []
    for group, cascade in cascades.items():
        mine = [cell for cell in cells if cell.group == group]
        found += zip(mine, cascade.read([c.line for c in mine], [c.kind for c in mine]), strict=True)
    return found


def groups(pairs: Pairs) -> dict[str, Pairs]:
    """All printed boards and parts of them, then segments."""
    printed = [pair for pair in pairs if not pair[0].source.startswith("seg")]
    found = {"printed": printed}
    for language in PRINTED:
        found[language] = [pair for pair in printed if pair[0].source.startswith(language)]
    for group in ("number", *(f"text.{language}" for language in PRINTED)):
        found[group] = [pair for pair in printed if pair[0].group == group]
    found["text"] = [pair for pair in printed if pair[0].kind == "text"]
    found["segments"] = [pair for pair in pairs if pair[0].group == "segments"]
    return {name: some for name, some in found.items() if some}


def singles(bench: Benchmark, pairs: Pairs, engines: Engines) -> None:
    """Exact shares of one engine alone, on the same cells."""
    alone: dict[str, dict[str, float]] = {}
    for group, readers in engines.items():
        cells = [cell for cell, _ in pairs if cell.group == group]
        spell = words if group.startswith("text") else numeral
        for once in readers:
            if cells and not (once.name == "rapidocr" and group == "text.ko"):
                said = once.read([cell.line for cell in cells], cells[0].kind)
                right = [spell(one.text) == spell(cell.text) for one, cell in zip(said, cells, strict=True)]
                alone.setdefault(group, {})[once.name] = round(float(np.mean(right)), 4)
    bench.keep("match_boards.one engine", alone)
    print(f"  one engine alone: {alone}")


if __name__ == "__main__":
    main()
