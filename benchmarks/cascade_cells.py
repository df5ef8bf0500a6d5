"""Cells and lines that cascades learn from and are judged on, and engines that read each of them once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from benchmarks.harness import data
from benchmarks.number_cells import cut
from hanok.parts.ocr import Engine, Kind, Line, Reading, prepare_line
from hanok.parts.ocr.boards import DESIGNS, Board, board
from hanok.parts.ocr.boards.fonts import Split
from hanok.parts.ocr.ngrams import Wording
from hanok.parts.ocr.wordings import Worded
from hanok.parts.text.normalise import Language

NUMBERS = {"num", "total", "teamscore", "number"}
LEVELS = ("clean", "photo")


class Cell(NamedTuple):
    """A line, what it says, and what it belongs to."""

    source: str
    board: str
    kind: Kind
    text: str
    line: Line

    @property
    def group(self) -> str:
        """What a cascade goes by: numbers in print, numbers in segments, text of a language."""
        if self.kind == "number":
            return "segments" if self.source.startswith("seg") else "number"
        return f"text.{'en' if self.source.startswith('seg') else self.source[:2]}"


class Once:
    """An engine that reads every line once, and says what that took."""

    def __init__(self, engine: Engine, *, upper: bool = False) -> None:
        self.engine, self.upper = engine, upper
        self.name, self.version = engine.name, engine.version
        self.known: dict[tuple[int, Kind], Reading] = {}
        self.others = dict[str, Once]()
        self.seconds = 0.0

    def worded(self, wording: Wording) -> Once:
        """The same with a wording, once for each; itself if the engine expects none."""
        if not isinstance(self.engine, Worded):
            return self
        if wording.version not in self.others:
            self.others[wording.version] = Once(self.engine.worded(wording), upper=self.upper)
        return self.others[wording.version]

    def reads(self, kind: Kind, language: Language) -> bool:
        """As the engine."""
        return self.engine.reads(kind, language)

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        """From memory, where it was read before."""
        start = time.process_time()
        for line in lines:
            if (id(line), kind) not in self.known:
                (found,) = self.engine.read([line], kind)
                self.known[id(line), kind] = _tightened(found) if self.upper else found
        self.seconds += time.process_time() - start
        return [self.known[id(line), kind] for line in lines]

    @property
    def milliseconds(self) -> float:
        """Of one line."""
        every = [self, *self.others.values()]
        return 1000 * sum(one.seconds for one in every) / max(sum(len(one.known) for one in every), 1)


def _tightened(found: Reading) -> Reading:
    return found._replace(text=tightened(found.text), alternatives=tuple(map(tightened, found.alternatives)))


def tightened(text: str) -> str:
    """The spelling in which receipts are compared: in capitals, without spaces."""
    return "".join(text.upper().split())


def given(languages: Sequence[str]) -> Iterator[Cell]:
    """Cells of the clean and photographed boards of match_boards."""
    for text in data("match_boards", "boards.jsonl").read_text(encoding="utf-8").splitlines():
        told = json.loads(text)
        if told["set"] not in [f"{language}_{how}" for language in languages for how in LEVELS]:
            continue
        picture = np.asarray(Image.open(data("match_boards", told["image"])).convert("RGB"), np.uint8)
        for cell in told["cells"]:
            kind: Kind = "number" if cell["kind"] in NUMBERS else "text"
            line = prepare_line(cut(picture, np.array(cell["quad"], np.float64)))
            yield Cell(told["set"], str(told["seed"]), kind, cell["text"], line)


def rendered(languages: Sequence[Language], seed: int, each: int, split: Split) -> Iterator[Cell]:
    """Cells of clean and photographed boards of hanok's renderer, every board of its own seed.

    Without figures such as 12/3/7 and 12:34, which are compared as text. Numbers in segments are a source of their own.
    """
    for language in languages:
        for level in LEVELS:
            for k in range(each):
                for number, design in enumerate(DESIGNS):
                    drawn = [seed, k, number, LEVELS.index(level)]
                    made = board(drawn, design=design, language=language, degradation=level, split=split)
                    yield from _cells(made, f"{language}_{level}", f"{seed}-{k}-{design}")


def _cells(made: Board, source: str, name: str) -> Iterator[Cell]:
    picture = made.pixels
    for cell in made.cells:
        if cell.kind == "number" and not cell.text.replace(",", "").isdigit():
            continue
        kind: Kind = "number" if cell.kind in NUMBERS else "text"
        mine = source.replace(source[:2], "seg") if cell.font.startswith("DSEG") else source
        yield Cell(mine, name, kind, cell.text, prepare_line(cut(picture, cell.quad)))


def receipts() -> Iterator[Cell]:
    """Lines of receipts as they are: dark on white, 48 pixels high. Of 215 PP-OCR read .921, prepared again .902."""
    folder = data("sroie_lines")
    for text in (folder / "lines.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, receipt, said = text.split("\t")
        grey = np.asarray(Image.open(folder / name).convert("L"), np.uint8)
        yield Cell("receipt", receipt, "text", said, grey)
