"""What an evaluation of the match recorder shows."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.core.report import Chart, Grid, Measure, Report
from hanok.parts.calibration import dial
from hanok.systems.match.config import Config
from hanok.systems.match.data import Data, Labelled
from hanok.systems.match.items import Photo, Record, Value
from hanok.systems.match.paths import in_order, kind_of
from hanok.systems.match.room import Room
from hanok.systems.match.rules import Rules, spelt

Floats = npt.NDArray[np.float64]

SHOWN = 20
"""Wrong values of the table."""


class Judged(NamedTuple):
    """A field: what it says, what was made of it, and what the trivial answer makes of it."""

    path: str
    text: str
    number: bool
    found: Value
    right: bool
    trivial: bool


def report(room: Room, data: Data, config: Config) -> Report:
    """Judge a fitted room on pictures whose texts are known.

    A picture is an item: its fields err together, so that intervals are those of pictures. A field of a picture that
    was refused, or whose layout was not recognised, counts as wrong.

    Parameters
    ----------
    room : Room
        Fitted or loaded.
    data : Data
        Not used for fitting.
    config : Config
        How much may lie outside the fields.
    """
    items = [Photo(image=board.image) for board in data.boards]
    answers = [_answer(room, item, config) for item in items]
    judged = [_judged(board, answer, room.rules) for board, answer in zip(data.boards, answers, strict=True)]
    return Report(
        measures=_measures(judged, answers),
        items=items,
        expected=[_line({each.path: each.text for each in fields}) for fields in judged],
        predicted=[_line(_said(answer)) for answer in answers],
        slices={
            "design": [board.design for board in data.boards],
            "language": [board.language for board in data.boards],
        },
        charts=[_curve(judged)],
        tables=[_asked(judged), *_wrong(data, judged)],
        notes=[*data.notes, *room.notes],
    )


def _answer(room: Room, item: Photo, config: Config) -> Record:
    """The record; of a picture that was refused one that says why."""
    try:
        return room.answer(item, {}, config.stray)
    except Problem as problem:
        return Record(status="review", reasons=[str(problem)])


def _judged(board: Labelled, answer: Record, rules: dict[str, Rules]) -> list[Judged]:
    known, found = rules.get(board.design), dict(answer.values())
    judged = []
    for cell in board.cells:
        if cell.kind == "print":
            continue
        group = known.groups.get(kind_of(cell.field), "text") if known else "text"
        text = spelt(cell.text, group)
        value = found.get(cell.field, Value())
        right = value.value is not None and spelt(str(value.value), group) == text
        usual = known.usual.get(kind_of(cell.field)) if known else None
        judged.append(Judged(cell.field, text, cell.kind == "number", value, right, usual == text))
    return judged


def _measures(judged: list[list[Judged]], answers: list[Record]) -> list[Measure]:
    whole = np.array([float(all(each.right for each in fields)) for fields in judged])
    auto = np.array([float(answer.status == "auto") for answer in answers])
    measures = [
        _share("exact", judged, "fields that are right, accepted or not; the trivial answer is the commonest value"),
        Measure("records", whole, np.zeros(len(whole)), about="pictures of which every field is right"),
        _share("numbers", [[each for each in fields if each.number] for fields in judged], "exact, of numbers"),
        _share("texts", [[each for each in fields if not each.number] for fields in judged], "exact, of names"),
        Measure("automatic", auto, about="records that nobody has to look at"),
    ]
    if auto.any():
        pairs = np.column_stack([auto * whole, auto])
        about = "automatic records of which every field is right"
        measures.append(Measure("automatic right", pairs, statistic=_ratio, about=about))
    accepted = [[float(each.found.accepted) for each in fields] for fields in judged]
    pairs = np.array([(sum(fields), len(fields)) for fields in accepted], np.float64)
    measures.append(Measure("accepted", pairs, statistic=_ratio, about="fields that are sure enough to stand"))
    if pairs[:, 0].any():
        right = [sum(each.right and each.found.accepted for each in fields) for fields in judged]
        pairs = np.column_stack([np.array(right, np.float64), pairs[:, 0]])
        measures.append(Measure("precision", pairs, statistic=_ratio, about="accepted fields that are right"))
    return [measure for measure in measures if measure is not None and np.isfinite(measure.value)]


def _share(name: str, judged: list[list[Judged]], about: str) -> Measure:
    """Right of all fields, and the same of the trivial answer: (n_pictures, 2)."""
    ours = np.array([(sum(each.right for each in fields), len(fields)) for fields in judged], np.float64)
    trivial = np.array([(sum(each.trivial for each in fields), len(fields)) for fields in judged], np.float64)
    return Measure(name, ours, trivial, statistic=_ratio, about=about)


def _ratio(pairs: Floats) -> float:
    part, whole = pairs.sum(axis=0)
    return float(part / whole) if whole else float("nan")


def _curve(judged: list[list[Judged]]) -> Chart:
    """What a threshold on confidence alone would accept."""
    fields = [each for own in judged for each in own]
    accepted = [each for each in fields if each.found.accepted]
    right = sum(each.right for each in accepted)
    note = (
        f"By confidence alone. What is accepted also needs engines that agree, the roster and sums that hold: "
        f"{len(accepted)} of {len(fields)} fields, {right} of them right."
    )
    scores = np.array([each.found.confidence for each in fields])
    return dial(scores, np.array([each.right for each in fields]), unit="fields", note=note)


def _said(answer: Record) -> dict[str, str]:
    return {path: "" if each.value is None else str(each.value) for path, each in answer.values()}


def _line(texts: dict[str, str]) -> str:
    """A record on one line."""
    return " ".join(texts[path] for path in in_order(texts))


def _asked(judged: list[list[Judged]]) -> Grid:
    """Where values come from, and how many of them are right."""
    fields = [each for fields in judged for each in fields]
    by: dict[str, list[Judged]] = {}
    for each in fields:
        value = each.found
        by.setdefault(value.source if value.source != "ocr" else value.engine or "nobody", []).append(each)
    rows: list[list[str | int | float | None]] = [
        [name, len(own), round(len(own) / len(fields), 3), round(sum(each.right for each in own) / len(own), 4),
         sum(each.found.accepted for each in own)]
        for name, own in sorted(by.items(), key=lambda pair: -len(pair[1]))
    ]  # fmt: skip
    return Grid(title="Who read it", columns=["source", "fields", "share", "right", "accepted"], rows=rows)


def _wrong(data: Data, judged: list[list[Judged]]) -> list[Grid]:
    """Values that are wrong, those accepted first."""
    wrong = [
        (board, each) for board, fields in zip(data.boards, judged, strict=True) for each in fields if not each.right
    ]
    if not wrong:
        return []
    wrong.sort(key=lambda pair: not pair[1].found.accepted)
    rows: list[list[str | int | float | None]] = [
        [board.name, each.path, each.text, str(each.found.value), each.found.raw, each.found.engine,
         round(each.found.confidence, 3), "yes" if each.found.accepted else "no"]
        for board, each in wrong[:SHOWN]
    ]  # fmt: skip
    kinds = Counter(kind_of(each.path) for _, each in wrong)
    note = f"{len(wrong)} wrong: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(5))
    columns = ["picture", "field", "right", "value", "read", "by", "confidence", "accepted"]
    return [Grid(title="Wrong values", columns=columns, rows=rows, note=note)]
