"""How far cheap readers carry, what they are trusted with, and what is left to a dearer one and to people.

Cells of rendered match boards, cut out of their true boxes, and lines of real receipts; split by board and by receipt.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np

from benchmarks.harness import Benchmark, Figure, data, show
from hanok.parts.calibration import wilson
from hanok.parts.ocr import (
    Cascade,
    Engine,
    Judgement,
    Kind,
    Line,
    RapidOCR,
    Reading,
    Tesseract,
    Verdict,
    judge,
    match,
    numeral,
    words,
)
from hanok.parts.text.normalise import Language

NUMBERS = {"num", "total", "teamscore"}
CHOSEN_ON = (7000, 7001)  # boards on which engines and rules were chosen: always learnt from, never tested
TESTED = (7002, 7003, 7004)  # one of them per seed; the others are learnt from
N_CHOSEN = 40  # receipts of which the same is true
PRINTED: tuple[Language, ...] = ("en", "ko", "ja")
AMOUNT = re.compile(r"[\d.,:/RM$%-]+")  # amounts, dates, times, codes
TARGETS = {"boards": 0.995, "receipts": 0.97}


class Cell(NamedTuple):
    """A line, what it says, and what it belongs to."""

    source: str
    board: str
    role: str
    kind: Kind
    text: str
    line: Line


class Once:
    """An engine that reads every line once, and says what that took."""

    def __init__(self, engine: Engine, *, upper: bool = False) -> None:
        self.engine, self.upper = engine, upper
        self.name, self.version = engine.name, engine.version
        self.known: dict[tuple[int, Kind], Reading] = {}
        self.seconds = 0.0

    def reads(self, kind: Kind, language: Language) -> bool:
        """As the engine."""
        return self.engine.reads(kind, language)

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        """From memory, where it was read before."""
        start = time.process_time()
        for line in lines:
            if (id(line), kind) not in self.known:
                (found,) = self.engine.read([line], kind)
                self.known[id(line), kind] = found._replace(text=upper(found.text)) if self.upper else found
        self.seconds += time.process_time() - start
        return [self.known[id(line), kind] for line in lines]

    @property
    def milliseconds(self) -> float:
        """Of one line."""
        return 1000 * self.seconds / max(len(self.known), 1)


Cheap = dict[Language, Once]


def main() -> None:
    """Run it."""
    bench = Benchmark("cascade", __doc__ or "")
    cells = list(boards(("en",) if bench.quick else (*PRINTED, "seg")))
    rapid = RapidOCR()
    cheap = {language: Once(Tesseract(language)) for language in PRINTED}
    on_boards(bench, cells, cheap, rapid)
    on_rosters(bench, cells, cheap)
    on_receipts(bench, [cell for cell in cells if cell.source.startswith("en")], rapid)
    bench.finish()


# -- boards ------------------------------------------------------------------------------------------------------------


def on_boards(bench: Benchmark, cells: Sequence[Cell], cheap: Cheap, rapid: RapidOCR) -> None:
    """Cells of clean and photographed boards, thresholds learnt on other boards."""
    dear = Once(rapid)
    languages = [language for language in (*PRINTED, "seg") if any(cell.source[:2] == language[:2] for cell in cells)]
    found: dict[str, list[tuple[Cell, Verdict]]] = {language: [] for language in languages}
    for seed in bench.seeds:
        tested = str(TESTED[seed])
        for language in languages:
            spoken: Language = "en" if language == "seg" else language
            cascade = Cascade([cheap[spoken], dear], spoken, target=TARGETS["boards"])
            learnt = [cell for cell in cells if cell.board != tested and learns(language, cell)]
            cascade.fit([c.line for c in learnt], [c.text for c in learnt], [c.kind for c in learnt])
            mine = [cell for cell in cells if cell.board == tested and cell.source.startswith(language)]
            verdicts = cascade.read([cell.line for cell in mine], [cell.kind for cell in mine])
            found[language] += zip(mine, verdicts, strict=True)
    groups = {language: found[language] for language in languages}
    groups["en, ko, ja"] = [pair for language in languages if language != "seg" for pair in found[language]]
    for kind in ("number", "text"):
        groups[f"en, ko, ja: {kind}"] = [pair for pair in groups["en, ko, ja"] if pair[0].kind == kind]
    rows = []
    for name, pairs in groups.items():
        judged = kept(bench, f"boards.{name}", pairs)
        single = singles([cell for cell, _ in pairs], cheap, dear)
        bench.keep(f"boards.{name}.one engine", single)
        rows.append([*row(name, judged), *(f"{share:.3f}" if share is not None else "–" for share in single.values())])
    show("match boards, clean and photo, tested once each", [*COLUMNS, "Tesseract", "RapidOCR"], rows)
    price = {"Tesseract": [once.milliseconds for once in cheap.values() if once.known], "RapidOCR": [dear.milliseconds]}
    bench.keep("boards.milliseconds", {name: round(float(np.mean(each)), 2) for name, each in price.items()})
    print("  CPU of a line: " + ", ".join(f"{name} {np.mean(each):.1f} ms" for name, each in price.items()))


def learns(language: str, cell: Cell) -> bool:
    """Whether a cascade for a language learns from a cell: from its text, and from numbers of all printed boards."""
    mine = cell.source.startswith(language)
    return mine or (language != "seg" and cell.kind == "number" and not cell.source.startswith("seg"))


def singles(cells: Sequence[Cell], cheap: Cheap, dear: Once) -> Figure:
    """Exact shares of one engine alone; of RapidOCR where it reads the language."""
    first, second = [], []
    for cell in cells:
        spoken: Language = next((language for language in PRINTED if cell.source.startswith(language)), "en")
        first.append(exact(cheap[spoken].read([cell.line], cell.kind)[0], cell))
        if dear.reads(cell.kind, spoken):
            second.append(exact(dear.read([cell.line], cell.kind)[0], cell))
    return {
        "tesseract": round(float(np.mean(first)), 4),
        "rapidocr": round(float(np.mean(second)), 4) if second else None,
    }


def exact(reading: Reading, cell: Cell) -> bool:
    """Whether a reading is what its cell says."""
    spell = numeral if cell.kind == "number" else words
    return spell(reading.text) == spell(cell.text)


def on_rosters(bench: Benchmark, cells: Sequence[Cell], cheap: Cheap) -> None:
    """Names as Tesseract reads them, matched with everybody on boards of the language, and with all but themselves."""
    rows = []
    for language, reader in cheap.items():
        names = [cell for cell in cells if cell.role == "name" and cell.source.startswith(language)]
        roster = sorted({cell.text for cell in names})
        right, wrong, strangers = 0, 0, 0
        for picture in sorted({(cell.source, cell.board) for cell in names}):
            mine = [cell for cell in names if (cell.source, cell.board) == picture]
            said = [reading.text for reading in reader.read([cell.line for cell in mine], "text")]
            for cell, named in zip(mine, match(said, roster), strict=True):
                right += named.name == cell.text
                wrong += named.name not in (None, cell.text)
            for cell, text in zip(mine, said, strict=True):
                strangers += match([text], [name for name in roster if name != cell.text])[0].name is not None
        n = len(names)
        read = sum(exact(reader.read([cell.line], "text")[0], cell) for cell in names)
        if n:
            figure = {"names": n, "roster": len(roster), "read": read, "matched": right, "wrong": wrong}
            bench.keep(f"rosters.{language}", {**figure, "taken for somebody else when not on it": strangers})
            rows.append([language, n, len(roster), read, right, wrong, strangers])
    columns = ["", "names", "roster", "read exactly", "matched", "matched wrongly", "strangers matched"]
    show("names read by Tesseract, all boards of clean and photo", columns, rows)


# -- receipts ----------------------------------------------------------------------------------------------------------


def on_receipts(bench: Benchmark, others: Sequence[Cell], rapid: RapidOCR) -> None:
    """Lines of receipts; what was learnt on other receipts against what was learnt on boards.

    The transcripts are in capitals and space words by eye: lines are compared in capitals, without spaces.
    """
    cells = [cell for cell in receipts() if not bench.quick or int(cell.board) % 3 == 0]
    cheap, dear = Once(Tesseract("en"), upper=True), Once(rapid, upper=True)
    names = np.random.default_rng(11).permutation(sorted({cell.board for cell in cells}))
    groups = np.array_split(names[N_CHOSEN:] if not bench.quick else names, len(TESTED))
    variants = {"receipts": (cheap, dear), "receipts, RapidOCR first": (dear, cheap), "boards": (cheap, dear)}
    found: dict[str, list[tuple[Cell, Verdict]]] = {variant: [] for variant in variants}
    thresholds: dict[str, list[list[float | None]]] = {variant: [] for variant in variants}
    for seed in bench.seeds:
        tested = set(groups[seed])
        mine = [cell for cell in cells if cell.board in tested]
        for variant, engines in variants.items():
            learnt = others if variant == "boards" else [cell for cell in cells if cell.board not in tested]
            cascade = Cascade(engines, target=TARGETS["receipts"])
            cascade.fit([c.line for c in learnt], [upper(c.text) for c in learnt], ["text"] * len(learnt))
            verdicts = cascade.read([cell.line for cell in mine], ["text"] * len(mine))
            found[variant] += zip(mine, verdicts, strict=True)
            thresholds[variant].append([stage.threshold if stage.known else None for stage in cascade.stages["text"]])
    rows = []
    for variant, pairs in found.items():
        bench.keep(f"receipts.learnt on {variant}.thresholds", {"seeds": thresholds[variant]})
        for name, some in {"all lines": pairs, "amounts, dates, codes": amounts(pairs)}.items():
            judged = kept(bench, f"receipts.learnt on {variant}.{name}", some)
            rows.append(row(f"{name}, learnt on {variant}", judged))
    show("receipts, tested once each", COLUMNS, rows)
    for name, some in {"all lines": found["receipts"], "amounts, dates, codes": amounts(found["receipts"])}.items():
        alone = {
            once.name: round(float(np.mean([once.read([c.line], "text")[0].text == upper(c.text) for c, _ in some])), 4)
            for once in (cheap, dear)
        }
        bench.keep(f"receipts.{name}.one engine", alone)
        print(f"  one engine alone, {name}: " + ", ".join(f"{engine} {share:.3f}" for engine, share in alone.items()))
    bench.keep("receipts.milliseconds", {once.name: round(once.milliseconds, 2) for once in (cheap, dear)})


def amounts(pairs: Sequence[tuple[Cell, Verdict]]) -> list[tuple[Cell, Verdict]]:
    """Lines that hold no words."""
    return [pair for pair in pairs if AMOUNT.fullmatch(upper(pair[0].text))]


def upper(text: str) -> str:
    """The spelling in which receipts are compared."""
    return "".join(words(text).upper().split())


# -- figures -----------------------------------------------------------------------------------------------------------

COLUMNS = ["", "cells", "exact", "escalated", "accepted", "precision", "by the first alone", "its precision"]


def kept(bench: Benchmark, name: str, pairs: Sequence[tuple[Cell, Verdict]]) -> Judgement:
    """Judge and note."""
    receipt = name.startswith("receipts")
    texts = [upper(cell.text) if receipt else cell.text for cell, _ in pairs]
    kinds: list[Kind] = ["text" if receipt else cell.kind for cell, _ in pairs]
    judged = judge([verdict for _, verdict in pairs], texts, kinds)
    bench.keep(name, {key: round(v, 4) if isinstance(v, float) else v for key, v in judged._asdict().items()})
    return judged


def row(name: str, judged: Judgement) -> list[Any]:
    """A line of the table."""
    first = wilson(judged.kept_precision * judged.kept * judged.cells, judged.kept * judged.cells)
    alone = f"{judged.kept_precision:.4f} [{first.low:.4f}, {first.high:.4f}]" if judged.kept else "–"
    return [
        name,
        judged.cells,
        f"{judged.exact:.4f}",
        f"{judged.escalated:.3f}",
        f"{judged.accepted:.3f}",
        f"{judged.precision:.4f} [{judged.low:.4f}, {judged.high:.4f}]",
        f"{judged.kept:.3f}",
        alone,
    ]


# -- lines -------------------------------------------------------------------------------------------------------------


def boards(languages: Sequence[str]) -> Iterator[Cell]:
    """Cells of clean and photographed boards."""
    folder = data("match_boards")
    for text in (folder / "boards.jsonl").read_text(encoding="utf-8").splitlines():
        board = json.loads(text)
        if board["set"] not in [f"{language}_{how}" for language in languages for how in ("clean", "photo")]:
            continue
        page = cv2.imread(str(folder / board["image"]), cv2.IMREAD_GRAYSCALE)
        for cell in board["cells"]:
            kind: Kind = "number" if cell["kind"] in NUMBERS else "text"
            line = prepared(cut(page, np.array(cell["quad"], np.float32)))
            yield Cell(board["set"], str(board["seed"]), cell["kind"], kind, cell["text"], line)


def receipts() -> Iterator[Cell]:
    """Lines of receipts."""
    folder = data("sroie_lines")
    for text in (folder / "lines.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, receipt, said = text.split("\t")
        line = prepared(cv2.imread(str(folder / name), cv2.IMREAD_GRAYSCALE))
        yield Cell("receipt", receipt, "line", "text", said, line)


def cut(page: Line, quad: np.ndarray) -> Line:
    """A cell with a tenth of its height around it, upright."""
    sides = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1)
    width, height = round(float(max(sides[0], sides[2]))), round(float(max(sides[1], sides[3])))
    pad = max(2, round(0.1 * height))
    to = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) + pad
    turn = cv2.getPerspectiveTransform(quad, to)
    size = (width + 2 * pad, height + 2 * pad)
    return cv2.warpPerspective(page, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def prepared(grey: Line) -> Line:
    """Dark on white, 48 pixels high, contrast stretched, with a white border."""
    if np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])) < 128:
        grey = 255 - grey
    scale = 48 / grey.shape[0]
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    grey = cv2.resize(grey, (max(1, round(grey.shape[1] * scale)), 48), interpolation=how)
    low, high = np.percentile(grey, [1, 90])
    grey = np.clip((grey.astype(np.float32) - low) / max(high - low, 1) * 255, 0, 255).astype(np.uint8)
    return cv2.copyMakeBorder(grey, 10, 10, 10, 10, cv2.BORDER_CONSTANT, value=255)


if __name__ == "__main__":
    main()
