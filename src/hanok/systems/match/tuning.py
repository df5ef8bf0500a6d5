"""Tesseract trained on with the room's own cells: when that is worth a try, and which cascades get it."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.ocr import Cascade, Engine, Kind, Sample, Tesseract, Tuning, finetune, route
from hanok.parts.ocr.evidence import Evidence
from hanok.parts.ocr.line import Line
from hanok.parts.ocr.tesseract import TUNED
from hanok.systems.match.config import Config
from hanok.systems.match.data import Labelled
from hanok.systems.match.folds import said

FILE = "tuned.traineddata"

FEWEST = 200
"""Lines to learn from, below which nothing is tried."""

KEPT = 3
"""Every so many of a layout's matches are not learnt from, so that readings of the tuned model can be weighed."""

HOPELESS = ("not_a_model", "integer_model")
"""What is wrong with the base whatever the cells are; anything else is said in the report."""


class Model:
    """A tuned model's file, which goes when nobody holds it any more.

    Parameters
    ----------
    path : Path
    folder : Path, optional
        Of its own, removed with it; none: it belongs to an artifact.
    """

    def __init__(self, path: Path, folder: Path | None = None) -> None:
        self.path = path
        if folder:
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    def reader(self) -> Engine:
        """The engine that reads with it, whatever the language."""
        return Tesseract(model=self.path)


class Cells(NamedTuple):
    """The labelled cells of a cascade by what is done with them; the source of each is its design.

    Parameters
    ----------
    taught : list of Sample
        A tuned model learns from them.
    kept : list of Sample
        Of pictures that it does not learn from.
    valid : list of Sample
        Of pictures to choose by.
    """

    taught: list[Sample]
    kept: list[Sample]
    valid: list[Sample]

    @classmethod
    def none(cls) -> Self:
        """Lists to be filled."""
        return cls([], [], [])


def parted(boards: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """Pictures that a tuned model learns from and that it does not; those of one match stay together."""
    matches: dict[object, dict[object, int]] = {}
    taught, kept = list[Labelled](), list[Labelled]()
    for board in boards:
        own = matches.setdefault(board.layout, {})
        number = own.setdefault(said(board), len(own) + 1)
        (kept if number % KEPT == 0 else taught).append(board)
    return taught, kept


def tuned(
    cascades: Mapping[str, Cascade], cells: Mapping[str, Cells], config: Config, run: Run
) -> tuple[dict[str, Cascade], Model | None, list[str]]:
    """Cascades that read better with a model that learnt from all their cells, that model, and what was found.

    Figures are left alone: Tesseract is told that digits are coming, and reads no 12/3/7 then.

    Raises
    ------
    Problem
        The base is no model, or one of whole numbers.
    """
    if config.base is None:
        return {}, None, []
    names = [name for name, cascade in cascades.items() if name in cells and name != "figures" and _has(cascade)]
    taught, kept, _ = ([cell for name in names for cell in cells[name][part]] for part in range(3))
    if len(taught) < FEWEST:
        return {}, None, [f"Tesseract was not tuned: found {len(taught)} cells to learn from; expected {FEWEST}."]
    folder = Path(tempfile.mkdtemp(dir=run.scratch))
    model = Model(folder / FILE, folder)
    try:
        found = finetune(taught, kept, config.base, model.path, Tuning(config.iterations), run.stage("tesseract"))
    except Problem as problem:
        if problem.code in HOPELESS:
            raise
        return {}, None, [f"Tesseract was not tuned: {problem}{f' ({problem.hint})' if problem.hint else ''}."]
    notes = [
        f"Tesseract was tuned on {found.lines} cells: after {found.iterations} iterations it read {found.exact:.1%} of "
        f"{len(kept)} others right.",
        *found.notes,
    ]
    better = dict[str, Cascade]()
    for name in names:
        new, why = promoted(name, cascades[name], cells[name], model)
        notes.append(why)
        if new:
            better[name] = new.fit(*columns([*cells[name].kept, *cells[name].valid]))
    return better, model if better else None, notes


def _has(cascade: Cascade) -> bool:
    return any(engine.name == "tesseract" for engine in cascade.engines)


def promoted(name: str, cascade: Cascade, cells: Cells, model: Model) -> tuple[Cascade | None, str]:
    """The cascade with the tuned model among its engines, if that pays, and in a sentence what was found.

    It pays if the model reads cells of some design better than Tesseract as it is installed, and all engines together
    read no design worse with it than without. Both are judged by cells to choose by, after learning from pictures
    that the model did not see: those it learnt from would praise it.
    """
    place = [engine.name for engine in cascade.engines].index("tesseract")
    reader = model.reader()
    found = route(cascade.engines[place], reader, cells.valid)
    each = [f"{design} {one.stock} → {one.tuned} of {one.lines}" for (_, design), one in found.slices.items()]
    where = ", ".join(each) or "no cells to choose by"
    if not any(found.tuned(*name) for name in found.slices):
        return None, f"{TUNED} was not taken for {name}: it reads no design better ({where})."
    engines = [*cascade.engines[: place + 1], reader, *cascade.engines[place + 1 :]]
    old, new = (
        Cascade(each, cascade.language, target=cascade.target, least=cascade.least)
        for each in (cascade.engines, engines)
    )
    before, after = (_read(one.fit(*columns(cells.kept)), cells.valid) for one in (old, new))
    worse = [f"{design} {before[design]} → {after[design]}" for design in before if after[design] < before[design]]
    if worse:
        return None, f"{TUNED} was not taken for {name}: all engines together read less with it: {', '.join(worse)}."
    return new, f"{TUNED} reads {name}, too ({where})."


def columns(cells: Sequence[Sample]) -> tuple[list[Line], list[str], list[Kind], list[str]]:
    """Cells as cascades learn from them: lines, texts, kinds, pictures."""
    lines, texts, kinds = [cell.line for cell in cells], [cell.text for cell in cells], [cell.kind for cell in cells]
    return lines, texts, kinds, [cell.picture for cell in cells]


def _read(cascade: Cascade, cells: Sequence[Sample]) -> Counter[str]:
    """How many cells of each design a cascade reads right, accepted or not."""
    lines, _, kinds, _ = columns(cells)
    found = Counter[str]()
    for cell, verdict in zip(cells, cascade.read(lines, kinds), strict=True):
        found[cell.source] += verdict.value == Evidence(cell.kind).spelt(cell.text)
    return found
