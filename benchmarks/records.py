"""Whole records from whole pictures: fields and records that are right, what goes to people, pictures per minute.

Two designs of `benchmarks.unseen_designs`, which says what was built on them: a few labelled pictures of each layout
teach the room, in fonts for training; photographs in fonts that nothing was trained on are judged, with and without the
event's roster. Beside it: boards of another program (`match_boards`, seeds that were not learnt from), and PP-OCR on
whole pages.
"""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.harness import Benchmark, Figure, data, figure, show, shown
from benchmarks.unseen_designs import UNSEEN
from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.ocr import Quad, check, numeral, words
from hanok.parts.ocr.boards import Board, board, roster
from hanok.parts.ocr.boards.fonts import Split
from hanok.parts.ocr.boards.names import TEAMS
from hanok.systems.match import Cell, Config, Data, Labelled, Match, Photo, Record, Sources
from hanok.systems.match.paths import kind_of
from hanok.systems.match.reading import KINDS

LANGUAGES = ("en", "ko", "ja")
OTHERS = 200
"""Names of people who are on no board, on every roster."""
CORES = 2


# -- boards ------------------------------------------------------------------------------------------------------------


def labelled(made: Board, name: str) -> Labelled:
    """A rendered board as the room takes it."""
    count: Counter[str] = Counter()
    cells = []
    for cell in made.cells:
        kind = KINDS[cell.kind]
        field = f"print.{cell.field}" if kind == "print" else cell.field
        count[field] += 1
        field = field if count[field] == 1 else f"{field}.{count[field]}"
        cells.append(Cell(field, cell.text, kind, tuple((float(x), float(y)) for x, y in cell.quad)))
    return Labelled(name, made.file, made.design, made.language, tuple(cells))


def drawn(seed: int, each: int, levels: Sequence[str], split: Split) -> Iterator[Labelled]:
    """So many boards of each layout in each language, at these levels in turn."""
    for design in UNSEEN:
        for players in range(design.players[0], design.players[1] + 1):
            layout = replace(design, players=(players, players))
            for place, language in enumerate(LANGUAGES):
                for turn in range(each):
                    level = levels[turn % len(levels)]
                    draw = [seed, players, place, turn]
                    made = board(draw, design=layout, language=language, degradation=level, split=split)
                    yield labelled(made, f"{design.name}-{players}-{language}-{turn}")


# -- judging -----------------------------------------------------------------------------------------------------------


def judged(
    bench: Benchmark, title: str, room: Match, boards: Sequence[Labelled], answers: Sequence[Record | None]
) -> list[str]:
    """Figures of answers to boards, with intervals of boards; as a row of a table. None: the picture was refused."""
    counts, records = [], []
    for each, record in zip(boards, answers, strict=True):
        values = dict(record.values()) if record else {}
        right = {path: path in values and same(str(values[path].value), text) for path, text in each.texts.items()}
        names = [hit for path, hit in right.items() if path.endswith(".name")]
        accepted = [path for path, value in values.items() if value.accepted]
        counts.append(
            (sum(right.values()), len(right), sum(names), len(names), len(accepted), sum(map(right.get, accepted)))
        )  # fmt: skip
        whole, auto = float(all(right.values())), float(record is not None and record.status == "auto")
        records.append((whole, auto, auto * whole, auto * (record is not None and broken(room, record))))
    fields, whole = np.array(counts, float), np.array(records)
    kept = {
        "records": figure(whole[:, 0], right=int(whole[:, 0].sum()), of=len(whole)),
        "fields": figure(fields[:, :2], ratio),
        "names": figure(fields[:, 2:4], ratio),
        "accepted": figure(fields[:, [4, 1]], ratio),
        "precision": figure(fields[:, [5, 4]], ratio),
        "automatic": figure(whole[:, 1]),
    }
    if whole[:, 1].any():
        kept["automatic_right"] = figure(whole[:, [2, 1]], ratio)
    for name, found in kept.items():
        bench.keep(f"{title}.{name}", found)
    bench.keep(f"{title}.refused", {"value": sum(record is None for record in answers), "of": len(answers)})
    violated = bench.keep(f"{title}.violated_in_silence", {"value": int(whole[:, 3].sum()), "of": len(whole)})
    return [
        title,
        str(len(boards)),
        *(shown(kept[name]) if name in kept else "" for name in HEADS),
        str(violated["value"]),
    ]


HEADS = ("records", "fields", "names", "accepted", "precision", "automatic", "automatic_right")


def broken(room: Match, record: Record) -> bool:
    """Whether sums or ranks of a record do not hold."""
    if record.design not in room.room.rules:
        return False
    rules = room.room.rules[record.design]
    numbers = {path: value.value for path, value in record.values() if rules.group(path) == "number"}
    whole = {path: value if isinstance(value, int) else None for path, value in numbers.items()}
    return bool(check(whole, rules.constraints(whole)))


def ratio(pairs: Any) -> float:
    """Of two columns the first's share of the second."""
    part, whole = pairs.sum(axis=0)
    return float(part / whole) if whole else float("nan")


def same(found: str, text: str) -> bool:
    """Whether two texts are one number, or the same words."""
    spelt = numeral(text)
    return numeral(found) == spelt if spelt else words(found).replace(" ", "") == words(text).replace(" ", "")


def asked(room: Match, photo: Photo) -> Record | None:
    """The record of a picture; None if it is refused."""
    try:
        return room(photo)
    except Problem:
        return None


def plain(room: Match, each: Labelled) -> Record | None:
    """The record of a picture that nothing else is known of."""
    return asked(room, Photo(image=each.image))


def with_roster(room: Match, each: Labelled) -> Record | None:
    """The record where it is known who may play: those on the board and others, and every team of the league."""
    own = [text for path, text in each.texts.items() if ".players." in path and path.endswith(".name")]
    others = roster(each.language, OTHERS, np.random.default_rng(99))
    sides = [text for path, text in each.texts.items() if kind_of(path) == "teams.name"]
    league = list(dict.fromkeys([*sides, *TEAMS[each.language]]))
    return asked(room, Photo(image=each.image, roster=list(dict.fromkeys([*own, *others])), teams=league))


# -- PP-OCR on whole pages, and time -----------------------------------------------------------------------------------


@cache
def _pages() -> Callable[[Any], Any]:
    from rapidocr import RapidOCR

    threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 1, "EngineConfig.onnxruntime.inter_op_num_threads": 1}
    read: Callable[[Any], Any] = RapidOCR(params={"Global.log_level": "critical", **threads})
    return read


@cache
def _room(folder: str) -> Match:
    room = Match(Config())
    room.load(Path(folder))
    return room


def page(each: Labelled) -> list[bool]:
    """Which fields PP-OCR gets right from the whole page: a text found in its place says the same."""
    found = _pages()(np.asarray(Image.open(io.BytesIO(each.image)).convert("RGB"))[..., ::-1])
    texts = [] if found.txts is None else list(zip(found.boxes, found.txts, strict=True))
    return [
        any(same(text, cell.text) for box, text in texts if _in(np.mean(box, axis=0), cell))
        for cell in each.cells
        if cell.kind != "print"
    ]


def _in(middle: Any, cell: Cell) -> bool:
    left, top, right, bottom = Quad.of(cell.quad).box
    return bool(left <= middle[0] <= right and top <= middle[1] <= bottom)


def _recorded(folder: str, each: Labelled) -> bool:
    return asked(_room(folder), Photo(image=each.image)) is not None


def beside_pages(bench: Benchmark, folder: str, boards: Sequence[Labelled]) -> None:
    """Pictures per minute of two processes, ours and PP-OCR taking turns, and what the latter reads."""
    rounds: dict[str, list[float]] = {"hanok": [], "PP-OCR": []}
    hits: list[list[bool]] = []
    os.environ |= {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"}
    with ProcessPoolExecutor(CORES, get_context("spawn")) as pool:
        list(pool.map(partial(_recorded, folder), boards[:CORES]))  # loaded
        list(pool.map(page, boards[:CORES]))
        for begin in range(0, len(boards), 10):
            some = boards[begin : begin + 10]
            start = time.perf_counter()
            list(pool.map(partial(_recorded, folder), some))
            middle = time.perf_counter()
            hits += pool.map(page, some)
            rounds["hanok"].append(60 * len(some) / (middle - start))
            rounds["PP-OCR"].append(60 * len(some) / (time.perf_counter() - middle))
    for name, found in rounds.items():
        bench.keep(
            f"per_minute.{name}", {"mean": round(float(np.mean(found)), 1), "rounds": [round(x, 1) for x in found]}
        )
    kept: dict[str, Figure] = {}
    for title, chosen in {"all": LANGUAGES, "without Korean": ("en", "ja")}.items():
        rows = [hit for hit, each in zip(hits, boards, strict=True) if each.language in chosen]
        kept[f"{title}: fields"] = figure([(sum(row), len(row)) for row in rows], ratio)
        kept[f"{title}: records"] = figure([float(all(row)) for row in rows])
    for name, one in kept.items():
        bench.keep(f"PP-OCR.{name}", one)
    show(f"PP-OCR on {len(boards)} whole pages", list(kept), [[shown(one) for one in kept.values()]])
    show("pictures per minute, two processes", list(rounds), [[f"{np.mean(found):.1f}" for found in rounds.values()]])


# -- the pieces --------------------------------------------------------------------------------------------------------


def unseen(bench: Benchmark) -> list[list[str]]:
    """The designs that nothing was built on."""
    train = list(drawn(1000, 3, ("clean", "mild", "photo"), "train"))
    start = time.process_time()
    room = Match(Config()).fit(Data(tuple(train)), Data(()), Run(threads=1))
    fitted = round(time.process_time() - start, 1)
    bench.keep("fit", {"pictures": len(train), "cpu_s": fitted, "templates": len(room.room.templates)})
    print(f"fitted on {len(train)} pictures, {len(room.room.templates)} templates, in {fitted} s of processor")
    test = list(drawn(2000, 1 if bench.quick else 14, ("photo",), "held_out"))
    start = time.process_time()
    rows = [judged(bench, "photographs", room, test, [plain(room, each) for each in test])]
    bench.keep("cpu_s", {"value": round((time.process_time() - start) / len(test), 3)})
    rostered = [with_roster(room, each) for each in test]
    rows.append(judged(bench, f"with a roster of {OTHERS} others", room, test, rostered))
    for language in LANGUAGES:
        some = [place for place, each in enumerate(test) if each.language == language]
        own, answers = [test[place] for place in some], [rostered[place] for place in some]
        rows.append(judged(bench, f"{language} with a roster", room, own, answers))
    with tempfile.TemporaryDirectory() as folder:
        room.save(Path(folder))
        beside_pages(bench, folder, test[::15] if bench.quick else test[::7])
    return rows


def elsewhere(bench: Benchmark) -> list[list[str]]:
    """Boards of another program: learnt from three seeds, judged on two."""
    everything = Match.read(Sources(boards=data("match_boards"))).boards
    held = [each for each in everything if each.name.rpartition("_")[2].startswith(("7003", "7004"))]
    learnt = [each for each in everything if each.name.rpartition("_")[2].startswith(("7000", "7001", "7002"))]
    if bench.quick:
        learnt, held = learnt[::4], held[:3]
    room = Match(Config()).fit(Data(tuple(learnt)), Data(()), Run(threads=1))
    return [
        judged(bench, "match_boards", room, held, [plain(room, each) for each in held]),
        judged(bench, "match_boards with a roster", room, held, [with_roster(room, each) for each in held]),
    ]


def main() -> None:
    """Run it."""
    bench = Benchmark("records", str(__doc__).splitlines()[0])
    rows = unseen(bench) + elsewhere(bench)
    show("records", ["", "pictures", *HEADS, "violated in silence"], rows)
    bench.finish()


if __name__ == "__main__":
    main()
