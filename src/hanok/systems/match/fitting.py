"""Making the room from labelled pictures: templates, rules, and cascades on cells cut out as they will be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.ocr import Cascade, Example, Quad, Sample, Template, opened
from hanok.parts.text import Language
from hanok.systems.match.config import Config
from hanok.systems.match.data import Data, Labelled
from hanok.systems.match.engines import LEAST, Group, key, kind_for, readers
from hanok.systems.match.folds import said
from hanok.systems.match.room import Room
from hanok.systems.match.rules import Rules, spelt
from hanok.systems.match.seeing import looked_at, seen
from hanok.systems.match.tuning import Cells, columns, parted, tuned


def furnish(train: Data, valid: Data, told: Sequence[Labelled], config: Config, run: Run) -> Room:
    """Learn templates and rules from `train`, and what readings are worth from `train` and `valid`.

    Parameters
    ----------
    train : Data
        Pictures to learn from.
    valid : Data
        Pictures to choose by.
    told : sequence of Labelled
        Pictures that people corrected.
    config : Config
        Engines, target, pictures of a template.
    run : Run
        Hears of each template and each picture.

    Raises
    ------
    Problem
        ``no_template``: from no layout a template could be learnt.
    """
    learnt = Data((*train.boards, *(board for board in told if board.whole)))
    templates, designs, notes = _templates(learnt, config, run.stage("templates"))
    rules = {design: Rules.learn([b for b in learnt.boards if b.design == design]) for design in designs.values()}
    languages: dict[str, tuple[Language, ...]] = {
        design: tuple(sorted({board.language for board in learnt.boards if board.design == design})) for design in rules
    }
    taught, kept = parted(train.boards) if config.base or config.rapidocr_lines else (train.boards, ())
    boards = [[board for board in part if board.design in rules] for part in ((*taught, *told), kept, valid.boards)]
    cells, missed = _cells(boards, templates, designs, rules, run.stage("cells"))
    if missed:
        notes.append(f"{missed} of {sum(map(len, boards))} pictures to learn from did not fit their layout's template.")
    cascades, missing = _cascades(cells, rules, languages, config)
    better, models, found = tuned(cascades, cells, config, run)
    cascades |= better
    engines = {name: tuple(engine.name for engine in cascade.engines) for name, cascade in cascades.items()}
    notes += [*missing, *found]
    return Room(templates, designs, rules, languages, cascades, engines, tuple(told), tuple(notes), tuple(models))


def _templates(data: Data, config: Config, run: Run) -> tuple[dict[str, Template], dict[str, str], list[str]]:
    """A template of each layout; layouts of one design are numbered."""
    templates, designs, notes = {}, {}, []
    layouts, count = data.layouts(), dict[str, int]()
    for number, ((design, _), rows) in enumerate(layouts.items(), 1):
        count[design] = count.get(design, 0) + 1
        name = f"{design}/{count[design]}"
        try:
            templates[name] = _template(name, [data.boards[row] for row in rows], config.examples)
            designs[name] = design
        except Problem as problem:
            notes.append(f"No template of {name}: {problem}.")
        run.report(number, len(layouts))
    if not templates:
        raise Problem("no_template", f"found {len(layouts)} layouts; {' '.join(notes) or 'none'}", "boards")
    return templates, designs, notes


def _template(name: str, boards: Sequence[Labelled], most: int) -> Template:
    """From the straightest pictures; one that does not lie on the others is passed over."""
    straightest = sorted(boards, key=lambda board: (not _has_print(board), _tilt(board)))
    try:
        return Template.learn(name, [_example(board) for board in straightest[:most]])
    except Problem:
        chosen: list[Example] = []
    for board in straightest:
        example = _example(board)
        try:
            template = Template.learn(name, [*chosen, example])
        except Problem:
            if not chosen and board is straightest[-1]:
                raise
            continue
        chosen.append(example)
        if len(chosen) == most:
            break
    return template


def _example(board: Labelled) -> Example:
    """A picture as it is opened, which may be smaller than the file, and where its fields stand in it."""
    picture = opened(board.image, where=board.name)
    fields = {cell.field: Quad.of(np.multiply(cell.quad, picture.scale)) for cell in board.cells}
    return Example(picture.pixels, fields)


def _has_print(board: Labelled) -> bool:
    """Whether words of the design are labelled, too: of what people corrected they are not."""
    return any(cell.kind == "print" for cell in board.cells)


def _tilt(board: Labelled) -> float:
    """How far texts are from level, on average."""
    tops = np.array([np.subtract(cell.quad[1], cell.quad[0]) for cell in board.cells])  # (n, 2)
    return float(np.abs(tops[:, 1]).sum() / max(np.abs(tops[:, 0]).sum(), 1e-6))


def _cells(
    boards: Sequence[Sequence[Labelled]], templates: dict[str, Template], designs: dict[str, str],
    rules: dict[str, Rules], run: Run,
) -> tuple[dict[str, Cells], int]:  # fmt: skip
    """Cells as they are cut out when the room is used, by cascade and part of the pictures; what did not fit."""
    cells: dict[str, Cells] = {}
    missed, known, matches = 0, list(templates.values()), dict[object, str]()
    every = [(part, board) for part, own in enumerate(boards) for board in own]
    for number, (part, board) in enumerate(every, 1):
        found = seen(*looked_at(board.image, known, where=board.name), known)
        run.report(number, len(every))
        texts, match = board.texts, matches.setdefault(said(board), str(len(matches)))
        if found is None or designs[found.layout] != board.design or not texts.keys() <= found.lines.keys():
            missed += 1
            continue
        for path, text in texts.items():
            group = rules[board.design].group(path)
            text = spelt(text, group) if group == "figures" else text  # others the cascade spells
            cell = Sample(found.lines[path], text, kind_for(group), board.design, match)
            cells.setdefault(key(group, board.language), Cells.none())[part].append(cell)
    return cells, missed


def _cascades(
    cells: dict[str, Cells],
    rules: dict[str, Rules],
    languages: dict[str, tuple[Language, ...]],
    config: Config,
) -> tuple[dict[str, Cascade], list[str]]:
    """A cascade for each group, of text for each language; and what is not installed."""
    wanted: dict[str, tuple[Group, Language]] = {}
    for design, known in languages.items():
        for group in rules[design].groups.values():
            for language in known:
                wanted.setdefault(key(group, language), (group, language if group == "text" else "en"))
    cascades, missing = dict[str, Cascade](), dict[str, str]()
    for name, (group, language) in wanted.items():
        engines, absent = readers(group, language, config.engines)
        missing |= {f"{reader} ({name})": why for reader, why in absent.items()}
        if not engines:
            missing[f"{name}: nobody"] = "no engine that is installed and chosen reads this; people have to"
            continue
        own = cells.get(name, Cells.none())
        cascade = Cascade(engines, language, target=config.target, least=LEAST)
        cascades[name] = cascade.fit(*columns([cell for part in own for cell in part]))
    return cascades, [f"{who} was left out: {why}." for who, why in missing.items()]
