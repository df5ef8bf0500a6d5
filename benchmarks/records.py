"""Whole records from whole pictures: fields and records that are right, what goes to people, pictures per minute.

Fitted on rendered boards of fonts for training, judged on photographs of boards in fonts that nothing was trained on.
Beside it: boards of another program (`match_boards`, seeds that were not learnt from), and PP-OCR on whole pages.
"""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.harness import Benchmark, data, figure, show, shown
from hanok.core.run import Run
from hanok.parts.ocr import Quad, numeral, words
from hanok.parts.ocr.boards import DESIGNS, Board, board, roster
from hanok.parts.ocr.boards.fonts import Split
from hanok.systems.match import Cell, Config, Data, Labelled, Match, Photo, Record, Sources
from hanok.systems.match.reading import KINDS

LANGUAGES = ("en", "ko", "ja")
OTHERS = 200
"""Names of people who are on no board, on every roster."""


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


def drawn(
    seed: int, designs: Sequence[str], each: int, levels: Sequence[str], split: Split, sizes: int | None = None
) -> Iterator[Labelled]:
    """So many boards of each layout of the designs; of each design only the first `sizes` layouts that turn up."""
    found: dict[str, Counter[tuple[str, ...]]] = {design: Counter() for design in designs}
    for turn in range(100_000):
        if all(
            len(layouts) >= (sizes or _sizes(design)) and min(layouts.values()) >= each
            for design, layouts in found.items()
        ):
            return
        design, language = designs[turn % len(designs)], LANGUAGES[turn // len(designs) % 3]
        level = levels[turn // len(designs) // 3 % len(levels)]
        one = labelled(
            board([seed, turn], design=design, language=language, degradation=level, split=split), f"{seed}-{turn}"
        )
        layout, layouts = one.layout[1], found[design]
        if layout not in layouts and sizes and len(layouts) >= sizes:
            continue
        if layouts[layout] < each:
            layouts[layout] += 1
            yield one


def _sizes(design: str) -> int:
    fewest, most = DESIGNS[design].players
    return most - fewest + 1


def judged(bench: Benchmark, title: str, room: Match, boards: Sequence[Labelled]) -> None:
    """The room's own report on boards, with intervals."""
    start, wall = time.process_time(), time.perf_counter()
    report = room.evaluate(Data(tuple(boards)))
    cpu, wall = time.process_time() - start, time.perf_counter() - wall
    kept = {m.name: bench.keep(f"{title}.{m.name}", figure(m.values, m.statistic)) for m in report.measures}
    bench.keep(f"{title}.cpu_s", {"value": round(cpu / len(boards), 3), "pictures_per_minute": 60 * len(boards) / wall})
    show(f"{title}: {len(boards)} pictures, {cpu / len(boards):.2f} s of processor each", list(kept), [
        [shown(each) for each in kept.values()]
    ])  # fmt: skip
    for grid in report.tables:
        show(grid.title, grid.columns, [[str(cell)[:32] for cell in row] for row in grid.rows[:8]])


def with_roster(bench: Benchmark, room: Match, boards: Sequence[Labelled]) -> None:
    """Records that nobody has to look at, and mistakes among them, where it is known who plays."""
    values = []
    for each in boards:
        own = [text for path, text in each.texts.items() if ".players." in path and path.endswith(".name")]
        others = roster(each.language, OTHERS, np.random.default_rng(99))
        record = room(Photo(image=each.image, roster=list(dict.fromkeys([*own, *others]))))
        values.append((float(record.status == "auto"), float(right(record, each))))
    pairs = np.array(values)
    auto = bench.keep("roster.automatic", figure(pairs[:, 0]))
    whole = bench.keep("roster.records", figure(pairs[:, 1]))
    both = np.column_stack([pairs[:, 0] * pairs[:, 1], pairs[:, 0]])
    clean = bench.keep("roster.automatic right", figure(both, ratio)) if pairs[:, 0].any() else None
    row = [shown(auto), shown(whole), shown(clean) if clean else ""]
    show(f"with a roster of {OTHERS} others", ["automatic", "records", "automatic right"], [row])


def ratio(pairs: Any) -> float:
    """Of two columns the first's share of the second."""
    part, whole = pairs.sum(axis=0)
    return float(part / whole) if whole else float("nan")


def right(record: Record, truth: Labelled) -> bool:
    """Whether every field says what the board says."""
    found = {path: str(value.value) for path, value in record.values()}
    return all(same(found.get(path, ""), text) for path, text in truth.texts.items())


def same(found: str, text: str) -> bool:
    """Whether two texts are one number, or the same words."""
    spelt = numeral(text)
    return numeral(found) == spelt if spelt else words(found).replace(" ", "") == words(text).replace(" ", "")


def page(bench: Benchmark, boards: Sequence[Labelled]) -> None:
    """PP-OCR on the whole page: a field is right if a text found in its place says the same."""
    try:
        from rapidocr import RapidOCR
    except ImportError as missing:
        print(f"left out: the whole page: {missing}")
        return
    read: Callable[[Any], Any] = RapidOCR(params={"Global.log_level": "critical"})
    exact, whole, start = [], [], time.process_time()
    for each in boards:
        found = read(np.asarray(Image.open(io.BytesIO(each.image)).convert("RGB"))[..., ::-1])
        texts = [] if found.txts is None else list(zip(found.boxes, found.txts, strict=True))
        hits = [
            any(same(text, cell.text) for box, text in texts if _in(np.mean(box, axis=0), cell))
            for cell in each.cells
            if cell.kind != "print"
        ]
        exact.append((sum(hits), len(hits)))
        whole.append(float(all(hits)))
    cpu = (time.process_time() - start) / len(boards)
    row = [shown(bench.keep("page.exact", figure(np.array(exact, float), ratio)))]
    row.append(shown(bench.keep("page.records", figure(np.array(whole)))))
    bench.keep("page.cpu_s", {"value": round(cpu, 3)})
    show(f"PP-OCR on the whole page: {cpu:.2f} s of processor each", ["exact", "records"], [row])


def _in(middle: Any, cell: Cell) -> bool:
    left, top, right_, bottom = Quad.of(cell.quad).box
    return bool(left <= middle[0] <= right_ and top <= middle[1] <= bottom)


def elsewhere(bench: Benchmark) -> None:
    """Boards of another program: learnt from three seeds, judged on two."""
    everything = Match.read(Sources(boards=data("match_boards"))).boards
    seeds = ("7003",) if bench.quick else ("7003", "7004")
    held = [each for each in everything if each.name.rpartition("_")[2].startswith(seeds)]
    learnt = [each for each in everything if each.name.rpartition("_")[2].startswith(("7000", "7001", "7002"))]
    learnt, held = (learnt[::4], held[:3]) if bench.quick else (learnt, held)
    room = Match(Config()).fit(Data(tuple(learnt)), Data(()), Run(threads=1))
    judged(bench, "match_boards", room, held)


def main() -> None:
    """Run it."""
    bench = Benchmark("records", str(__doc__).splitlines()[0])
    designs, sizes = (("dark", "scoreboard"), 1) if bench.quick else (tuple(DESIGNS), None)
    train = list(drawn(1000, designs, 3 if bench.quick else 6, ("clean", "mild", "photo"), "train", sizes))
    start = time.process_time()
    room = Match(Config()).fit(Data(tuple(train)), Data(()), Run(threads=1))
    fitted = time.process_time() - start
    known = {each.layout for each in train}
    test = [
        each for each in drawn(2000, designs, 3 if bench.quick else 9, ("photo",), "held_out") if each.layout in known
    ]
    test = test[:4] if bench.quick else test
    bench.keep("fit", {"pictures": len(train), "cpu_s": round(fitted, 1), "templates": len(room.room.templates)})
    print(f"fitted on {len(train)} pictures, {len(room.room.templates)} templates, in {fitted:.0f} s of processor")
    judged(bench, "photo", room, test)
    with_roster(bench, room, test)
    page(bench, test)
    elsewhere(bench)
    bench.finish()


if __name__ == "__main__":
    main()
