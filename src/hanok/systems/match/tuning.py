"""Readers trained on with the room's own cells: when that is worth a try, and which cascades get them."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Self

from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.ocr import Cascade, Kind, Sample, Tuned, Tuning, finetune_rapidocr, finetune_tesseract, route
from hanok.parts.ocr.evidence import Evidence
from hanok.parts.ocr.finetuning.rapidocr import TUNING
from hanok.parts.ocr.line import Line
from hanok.parts.text import Language
from hanok.systems.match.config import Config
from hanok.systems.match.data import Labelled
from hanok.systems.match.engines import parts_of, wrapped
from hanok.systems.match.folds import said
from hanok.systems.match.models import TUNED, Model, Trained, file_of

FEWEST = 200
"""Lines to learn from, below which nothing is tried."""

KEPT = 3
"""Every so many of a layout's matches are not learnt from, so that readings of the tuned model can be weighed."""

HOPELESS = ("not_a_model", "integer_model")
"""What is wrong with the base whatever the cells are; anything else is said in the report."""

TITLES: dict[Trained, str] = {"tesseract": "Tesseract", "rapidocr": "RapidOCR"}


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


class Attempt(NamedTuple):
    """Whom to train on, and the cascades whose cells it learns from and that may get it.

    Parameters
    ----------
    trained : "tesseract" or "rapidocr"
    language : "en", "ko" or "ja"
        Of these cascades; Tesseract learns from all at once.
    names : list of str
        Of the cascades.
    """

    trained: Trained
    language: Language
    names: list[str]


def attempts(cascades: Mapping[str, Cascade], config: Config) -> Iterator[Attempt]:
    """What the configuration asks for.

    Tesseract is not given figures: it is told that digits are coming, and reads no 12/3/7 then. RapidOCR has a model
    for each language, as it is cut to its letters.
    """
    if config.base:
        yield Attempt("tesseract", "en", [name for name in _with(cascades, "tesseract") if name != "figures"])
    if config.rapidocr_lines:
        able = _with(cascades, "rapidocr")
        for language in sorted({cascades[name].language for name in able}):
            yield Attempt("rapidocr", language, [name for name in able if cascades[name].language == language])


def _with(cascades: Mapping[str, Cascade], reader: str) -> list[str]:
    return [name for name, cascade in cascades.items() if any(engine.name == reader for engine in cascade.engines)]


def tuned(
    cascades: Mapping[str, Cascade], cells: Mapping[str, Cells], config: Config, run: Run
) -> tuple[dict[str, Cascade], list[Model], list[str]]:
    """Cascades that read better with models that learnt from all their cells, those models, and what was found.

    Raises
    ------
    Problem
        The base is no model, or one of whole numbers.
    """
    better, models, notes = dict[str, Cascade](), list[Model](), list[str]()
    for attempt in attempts(cascades, config):
        names = [name for name in attempt.names if name in cells]
        model, said_of = _trained(attempt, [cells[name] for name in names], config, run)
        notes += said_of
        if model is None:
            continue
        taken = dict[str, Cascade]()
        for name in names:
            new, why = promoted(name, better.get(name, cascades[name]), cells[name], model)
            notes.append(why)
            if new:
                taken[name] = new.fit(*columns([*cells[name].kept, *cells[name].valid]))
        better |= taken
        if taken:
            models.append(model)
    return better, models, notes


def _trained(attempt: Attempt, cells: Sequence[Cells], config: Config, run: Run) -> tuple[Model | None, list[str]]:
    """The model, if there is enough to learn from, and what is to be said."""
    title = TITLES[attempt.trained] + (f" ({attempt.language})" if attempt.trained == "rapidocr" else "")
    taught, kept = ([cell for own in cells for cell in own[part]] for part in range(2))
    if len(taught) < FEWEST:
        return None, [f"{title} was not tuned: found {len(taught)} cells to learn from; expected {FEWEST}."]
    folder = Path(tempfile.mkdtemp(dir=run.scratch))
    model = Model(attempt.trained, attempt.language, folder / file_of(attempt.trained, attempt.language), folder)
    try:
        found = _finetuned(model, taught, kept, config, run.stage(attempt.trained))
    except Problem as problem:
        if problem.code in HOPELESS:
            raise
        return None, [f"{title} was not tuned: {problem}{f' ({problem.hint})' if problem.hint else ''}."]
    return model, [
        f"{title} was tuned on {found.lines} cells: after {found.iterations} iterations it read {found.exact:.1%} of "
        f"{len(kept)} others right.",
        *found.notes,
    ]


def _finetuned(model: Model, taught: Sequence[Sample], kept: Sequence[Sample], config: Config, run: Run) -> Tuned:
    if model.trained == "tesseract":
        assert config.base
        return finetune_tesseract(taught, kept, config.base, model.path, Tuning(config.iterations), run)
    tuning = replace(TUNING, iterations=config.rapidocr_lines)
    return finetune_rapidocr(taught, kept, model.path, model.language, tuning, run)


def promoted(name: str, cascade: Cascade, cells: Cells, model: Model) -> tuple[Cascade | None, str]:
    """The cascade with the tuned model among its engines, if that pays, and in a sentence what was found.

    It pays if the model reads cells of some design better than the engine as it is installed, and all engines together
    read no design worse with it than without. Both are judged by cells to choose by, after learning from pictures
    that the model did not see: those it learnt from would praise it.
    """
    place = [engine.name for engine in cascade.engines].index(model.trained)
    reader, called = wrapped(model.reader, parts_of(name)[0]), TUNED[model.trained]
    found = route(cascade.engines[place], reader, cells.valid)
    each = [f"{design} {one.stock} → {one.tuned} of {one.lines}" for (_, design), one in found.slices.items()]
    where = ", ".join(each) or "no cells to choose by"
    if not any(found.tuned(*name) for name in found.slices):
        return None, f"{called} was not taken for {name}: it reads no design better ({where})."
    engines = [*cascade.engines[: place + 1], reader, *cascade.engines[place + 1 :]]
    old, new = (
        Cascade(each, cascade.language, target=cascade.target, least=cascade.least)
        for each in (cascade.engines, engines)
    )
    before, after = (_read(one.fit(*columns(cells.kept)), cells.valid) for one in (old, new))
    worse = [f"{design} {before[design]} → {after[design]}" for design in before if after[design] < before[design]]
    if worse:
        return None, f"{called} was not taken for {name}: all engines together read less with it: {', '.join(worse)}."
    return new, f"{called} reads {name}, too ({where})."


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
