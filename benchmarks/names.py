"""Names on photographed boards: how many are read right, and how many are found on a roster of 200.

Boards of hanok's renderer in fonts that nothing was trained on, cut out of their true boxes, and those of match_boards.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import time
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from benchmarks.harness import Benchmark, Figure, figure, show
from benchmarks.number_cells import cut, given
from hanok.parts.ocr import Cascade, Engine, Line, RapidOCR, Reading, Tesseract, TextReader, match, prepare_line, words
from hanok.parts.ocr.boards import DESIGNS, board, roster
from hanok.parts.ocr.boards.fonts import Split
from hanok.parts.ocr.texts.alphabet import ALPHABETS
from hanok.parts.text.normalise import Language

FRESH = 910_000
"""Seeds on which nothing was chosen."""

LEARNT = 520_000
"""Seeds of boards in fonts for training, from which a cascade learns whom to believe."""

EACH = {"en": 3, "ko": 4, "ja": 4}
"""Boards of each design for a seed."""

LARGE = 200
LANGUAGES: tuple[Language, ...] = ("en", "ko", "ja")
Exact = list[bool]


class Name(NamedTuple):
    """A cell with a name, and the board it stands on."""

    board: str
    text: str
    line: Line


def main() -> None:
    """Run it."""
    bench = Benchmark("names", __doc__ or "")
    rows: list[list[object]] = []
    for language in LANGUAGES:
        each = 1 if bench.quick else EACH[language]
        sets = {"photo": rendered(language, FRESH, bench.seeds, each, "held_out")}
        learnt = rendered(language, LEARNT, bench.seeds, each, "train")
        cascade = Cascade(readers(language), language, least=2)
        cascade.fit([name.line for name in learnt], [name.text for name in learnt], ["text"] * len(learnt))
        names = given(2 if bench.quick else 5, ("name",))
        for name in (f"{language} clean", f"{language} photo"):
            sets[f"match_boards {name}"] = [Name(cell.board, cell.text, cell.line) for cell in names[f"given {name}"]]
        for name, found in sets.items():
            rows += compared(bench, language, name, found, cascade)
    show("names", COLUMNS, rows)
    bench.finish()


COLUMNS = [
    "",
    "boards",
    "names",
    "reader",
    "exact",
    "ms",
    "on roster",
    "wrong",
    "strangers",
    "complete roster",
    "wrong",
]


def rendered(language: Language, first: int, seeds: Sequence[int], each: int, split: Split) -> list[Name]:
    """Names of photographed boards, every board of its own seed."""
    found: list[Name] = []
    for seed in seeds:
        for k in range(each):
            for number, design in enumerate(DESIGNS):
                drawn = [first, seed, k, number]
                made = board(drawn, design=design, language=language, degradation="photo", split=split)
                picture, name = made.pixels, f"{seed}-{k}-{design}"
                found += [
                    Name(name, cell.text, prepare_line(cut(picture, cell.quad)))
                    for cell in made.cells
                    if cell.kind == "name"
                ]
    return found


def compared(
    bench: Benchmark, language: Language, set_name: str, names: Sequence[Name], cascade: Cascade
) -> list[list[object]]:
    """A row for each reader alone, and for the cascade of all."""
    lines, read, spent = [name.line for name in names], dict[str, list[Reading]](), dict[str, float]()
    for reader in readers(language):
        start = time.process_time()
        read[reader.name] = reader.read(lines, "text")
        spent[reader.name] = 1000 * (time.process_time() - start) / len(names)
    start = time.process_time()
    verdicts = cascade.read(lines, ["text"] * len(lines))
    read["cascade"] = [Reading(found.value, found.confidence, "cascade", found.alternatives) for found in verdicts]
    spent["cascade"] = 1000 * (time.process_time() - start) / len(names)
    rows = []
    for who, readings in read.items():
        others = [other for name, other in read.items() if name != who != "cascade"]  # which has them already
        exact = [words(reading.text) == words(name.text) for reading, name in zip(readings, names, strict=True)]
        matched = on_roster(language, names, readings, others, complete=False)
        whole = on_roster(language, names, readings, others, complete=True)
        read_right, ms = by_board(names, exact), round(spent[who], 2)
        rosters = {"roster of 200": matched, "complete roster of 200": whole}
        bench.keep(f"{language}.{set_name}.{who}", {"names": len(names), "exact": read_right, "ms": ms, **rosters})
        shares = [matched["right"], matched["wrong"], matched["strangers"], whole["right"], whole["wrong"]]
        n_boards = len({name.board for name in names})
        about = [f"{language} {set_name}", n_boards, len(names), who]
        rows.append([*about, shown(read_right), ms, *map(shown, shares)])
    bench.keep(f"{language}.{set_name}.either", {"value": round(either(names, list(read.values())[:-1]), 4)})
    return rows


@cache
def readers(language: Language) -> tuple[Engine, ...]:
    """Those that read text of the language."""
    own = (TextReader.bundled(language),) if language in ALPHABETS else ()
    return tuple(each for each in (*own, Tesseract(language), RapidOCR(language)) if each.reads("text", language))


def on_roster(
    language: Language, names: Sequence[Name], readings: Sequence[Reading], others: Sequence[Sequence[Reading]], *,
    complete: bool,
) -> dict[str, Figure]:  # fmt: skip
    """Shares found, taken for another, and taken for somebody else where the roster lacks them."""
    rng = np.random.default_rng(FRESH)
    right, wrong, strangers = list[bool](), list[bool](), list[bool]()
    for _, mine in grouped(names).items():
        players = [names[i].text for i in mine]
        drawn = [name for name in roster(language, LARGE + 60, rng) if name not in players]
        everybody = list(dict.fromkeys([*players, *drawn]))[:LARGE]
        said = [readings[i].text for i in mine]
        seconds = [[*readings[i].alternatives, *(other[i].text for other in others if other[i].text)] for i in mine]
        found = match(said, everybody, seconds=seconds, complete=complete)
        right += [one.name == player for one, player in zip(found, players, strict=True)]
        wrong += [one.name not in (None, player) for one, player in zip(found, players, strict=True)]
        for text, second, player in zip(said, seconds, players, strict=True):
            (one,) = match([text], [name for name in everybody if name != player], seconds=[second], complete=complete)
            strangers.append(one.name is not None)
    ordered = [names[i] for mine in grouped(names).values() for i in mine]
    counted = {"right": right, "wrong": wrong, "strangers": strangers}
    return {name: by_board(ordered, shares) for name, shares in counted.items()}


def grouped(names: Sequence[Name]) -> dict[str, list[int]]:
    """Places of the names of each board."""
    found: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        found.setdefault(name.board, []).append(place)
    return found


def by_board(names: Sequence[Name], hits: Sequence[bool]) -> Figure:
    """A share with its interval; whole boards are drawn, since names of one board are read well or badly together."""
    pairs = np.array([[sum(hits[i] for i in mine), len(mine)] for mine in grouped(names).values()], np.float64)
    return figure(pairs, lambda drawn: float(drawn[:, 0].sum() / drawn[:, 1].sum()))


def either(names: Sequence[Name], read: Sequence[Sequence[Reading]]) -> float:
    """Share that at least one of the readers has right."""
    return float(
        np.mean([any(words(each[i].text) == words(name.text) for each in read) for i, name in enumerate(names)])
    )


def shown(found: Figure) -> str:
    """In per cent."""
    return f"{100 * found['value']:.1f} ({100 * found['low']:.1f}-{100 * found['high']:.1f})"


if __name__ == "__main__":
    main()
