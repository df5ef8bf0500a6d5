"""What was learnt, and how it reads a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from hanok.core.problem import Problem
from hanok.parts.ocr import Cascade, Picture, Template, Verdict
from hanok.parts.ocr.line import Line
from hanok.parts.text import Language, language
from hanok.systems.match.data import Labelled
from hanok.systems.match.engines import Group, key, kind_for
from hanok.systems.match.items import Photo, Record
from hanok.systems.match.models import Model
from hanok.systems.match.rules import Rules
from hanok.systems.match.seeing import Seen, how_it_lay, looked_at, seen
from hanok.systems.match.settle import named, owed, record, solved, told, value_of
from hanok.systems.match.unknown import guessed

UNREAD = Verdict("", "", 0.0, "", (), (), False, (), ())

ELSEWHERE = 0.25
"""Share of a picture's letters beside the board that was read above which a person should look for another board."""

SAMPLE = 8
"""Texts that every language's engines read, to find out whose they are."""


@dataclass(frozen=True, eq=False)
class Room:
    """Everything that answering needs.

    Parameters
    ----------
    templates : dict of str to Template
        By layout.
    designs : dict of str to str
        Of each layout.
    rules : dict of str to Rules
        Of each design.
    languages : dict of str to tuple of Language
        That boards of each design were seen in.
    cascades : dict of str to Cascade
        By `key`; what nobody reads here has none.
    engines : dict of str to tuple of str
        Names of each cascade's engines, in order.
    told : tuple of Labelled
        Pictures that people corrected, as far as they were learnt.
    notes : tuple of str
        What the report should say.
    models : tuple of Model
        Tuned on cells of this room.
    """

    templates: dict[str, Template]
    designs: dict[str, str]
    rules: dict[str, Rules]
    languages: dict[str, tuple[Language, ...]]
    cascades: dict[str, Cascade]
    engines: dict[str, tuple[str, ...]]
    told: tuple[Labelled, ...] = ()
    notes: tuple[str, ...] = ()
    models: tuple[Model, ...] = ()

    def answer(self, item: Photo, said: Mapping[str, str], stray: float) -> Record:
        """The record of a picture.

        Parameters
        ----------
        item : Photo
            With what its sender knows about it.
        said : mapping of str to str
            What people said of this very picture, by path.
        stray : float
            Share of the writing that may lie outside the fields.

        Raises
        ------
        Problem
            It is no picture, or shows several boards, each at its own angle; ``unknown_design``.
        """
        if item.design is not None and item.design not in self.rules:
            known = ", ".join(sorted(self.rules))
            raise Problem("unknown_design", f"found {item.design!r}; expected one of {known}", "design")
        names = [name for name, design in self.designs.items() if item.design in (None, design)]
        templates = [self.templates[name] for name in names]
        picture, board = looked_at(item.image, templates)
        found = seen(picture, board, templates)
        if board.several and (found is None or found.beside > ELSEWHERE):  # panels of one board lie within it
            hint = "cut the picture so that it shows one"
            raise Problem("several_boards", "the picture shows several boards; expected one", "picture", hint)
        return self._record(item, found, said, stray) if found else self._unknown(item, picture, said)

    def _unknown(self, item: Photo, picture: Picture, said: Mapping[str, str]) -> Record:
        """The record of a board that no template fits, as far as heads of columns tell; always for review."""
        known = item.design or "any design that was labelled"
        reasons = [f"the picture does not look like {known}"]
        readers = {
            spoken: cascade.engines[0]
            for name, cascade in self.cascades.items()
            for spoken in get_args(Language)
            if name == key("text", spoken) and item.language in (None, spoken)
        }
        try:
            found = guessed(picture, readers)
        except Problem as problem:
            return Record(status="review", reasons=[*reasons, problem.message], event=item.event)
        verdicts = self.read(found.lines, found.rules, found.language)
        values = {
            path: value_of(path, verdict, found.rules, found.quads[path]).model_copy(
                update={"accepted": False, "problem": "what a column means was guessed by its head"}
            )
            for path, verdict in verdicts.items()
        }
        told(values, said, found.rules)
        notes = [*picture.notes, *how_it_lay(found.board)]
        return record(values, reasons, event=item.event, language=found.language, notes=notes)

    def _record(self, item: Photo, found: Seen, said: Mapping[str, str], stray: float) -> Record:
        design = self.designs[found.layout]
        rules = self.rules[design]
        spoken = item.language or self._spoken(found, rules, self.languages[design], item.roster)
        verdicts = self.read(found.lines, rules, spoken)
        values = {path: value_of(path, verdict, rules, found.quads[path]) for path, verdict in verdicts.items()}
        reasons = []
        if found.stray > stray:
            reasons.append(f"{found.stray:.0%} of what is written lies where {design} has no field")
        if found.beside > ELSEWHERE:
            reasons.append(f"{found.beside:.0%} of what is written lies beside the board that was read")
        told(values, said, rules)
        if item.roster:
            reasons += named(values, item.roster, rules)
        if item.teams:
            reasons += named(values, item.teams, rules, of="teams.name")
        reasons += solved(values, rules)
        return record(
            values, reasons, event=item.event, design=design, score=round(found.score, 3), language=spoken,
            notes=list(found.notes), checks=owed(values, rules),
        )  # fmt: skip

    def read(self, lines: Mapping[str, Line], rules: Rules, spoken: Language) -> dict[str, Verdict]:
        """What the cascades say of each field."""
        groups: dict[Group, list[str]] = {}
        for path in lines:
            groups.setdefault(rules.group(path), []).append(path)
        found = dict.fromkeys(lines, UNREAD)
        for group, paths in groups.items():
            cascade = self.cascades.get(key(group, spoken))
            if cascade:
                kinds = [kind_for(group)] * len(paths)
                found.update(zip(paths, cascade.read([lines[path] for path in paths], kinds), strict=True))
        return found

    def _spoken(self, found: Seen, rules: Rules, languages: tuple[Language, ...], roster: Sequence[str]) -> Language:
        """The language in whose script an engine reads a few names, and is surest of them."""
        able = [spoken for spoken in languages if key("text", spoken) in self.cascades]
        lines = [line for path, line in found.lines.items() if rules.group(path) == "text"][:SAMPLE]
        if len(languages) == 1 or len(able) < 2 or not lines:
            return (able or list(languages))[0]
        if roster and language(" ".join(roster)) in able:
            return language(" ".join(roster))
        sure: dict[Language, float] = {}
        for spoken in able:
            for engine in self.cascades[key("text", spoken)].engines:
                if engine.name == "google":
                    continue
                readings = engine.read(lines, "text")
                own = language(" ".join(reading.text for reading in readings)) == spoken
                confidence = float(np.mean([reading.confidence for reading in readings]))
                sure[spoken] = max(sure.get(spoken, 0.0), confidence + own)
        return max(able, key=lambda spoken: sure.get(spoken, 0.0))
