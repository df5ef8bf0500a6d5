"""Readers in order of price: the next is asked only where those before it are not sure enough together."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any, Self, get_args

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.calibration import Z95, threshold_for_precision
from hanok.parts.ocr.engine import Engine, Kind, Line, Reading
from hanok.parts.ocr.evidence import Evidence, learnt
from hanok.parts.ocr.ngrams import Wording
from hanok.parts.ocr.verdict import Stage, Verdict, conclude
from hanok.parts.ocr.wordings import Fold, Worded, folds, worded, wording
from hanok.parts.text.normalise import Language

SETTLED = 2.0
"""Above any probability: what an earlier stage accepted stays accepted."""

DOUBTFUL = 10
"""Times as likely to be wrong as `target` allows on average: no value that is less sure is accepted among sure ones."""

FIELDS = {"language", "target", "least", "wording", "engines", "stages"}
"""Of the file."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Known = dict[tuple[str, str, int], Reading]
"""What each engine, by name and version, has read of each line."""


class Cascade:
    """Reads cells with several engines, as few as it takes.

    After each engine the readings so far are weighed: who read the same, who read something else, how sure they were,
    and what else they thought of. A value is accepted where such evidence was right often enough on labelled lines.
    Where such lines are too few to say so, and before `fit`, a value is accepted that two engines read, unless labelled
    lines show that this is wrong too often.

    Safe to use from several threads once fitted, as its engines are.

    Parameters
    ----------
    engines : sequence of Engine
        The cheapest first; names differ. One that does not read a kind or the language is passed over there.
    language : "en", "ko" or "ja"
        Of the text.
    target : float, 0 to 1
        Wanted precision of what is accepted, for each kind: `fit` holds the lower end of its 95 % interval to it. One
        engine alone is never enough with fewer than 4 / (1 - target) labelled lines of a kind: 381 for .99, 765 for
        .995. No single value is accepted that is less likely than 1 - 10 (1 - target).
    least : int
        How many engines have to read the same, where as many read its kind. With two, one engine's word is never
        enough: what it is worth may have been learnt of easier lines than those that are read.

    Example
    -------
    >>> from hanok.parts.ocr import Reading
    >>> class Fixed:
    ...     version = "1"
    ...     def __init__(self, name, *texts): self.name, self.texts = name, dict(enumerate(texts))
    ...     def reads(self, kind, language): return True
    ...     def read(self, lines, kind): return [Reading(self.texts[line[0, 0]], 0.9, self.name) for line in lines]
    >>> lines = [np.full((48, 90), i, np.uint8) for i in range(2)]
    >>> cascade = Cascade([Fixed("cheap", "l2", "7"), Fixed("dear", "12", "1")])
    >>> [(found.value, found.agreed, found.accepted) for found in cascade.read(lines, ["number", "number"])]
    [('12', ('cheap', 'dear'), True), ('7', ('cheap',), False)]

    Source
    ------
    Viola and Jones 2001 for the cascade; Chow 1970, "On optimum recognition error and reject tradeoff", for the
    reject option. Thresholds by `threshold_for_precision`, probabilities by `Isotonic`, both of labelled lines of the
    very source: a threshold learnt elsewhere does not transfer. Values are ranked by the product of what each engine
    says of them (Hinton 2002, "Training products of experts", without its training), which labelled lines shift a
    little. Each stage learns from the lines that reach it, which are harder than all lines; therefore a dear engine is
    asked about these only, in `fit` too.
    """

    def __init__(
        self, engines: Sequence[Engine], language: Language = "en", *, target: float = 0.99, least: int = 1
    ) -> None:
        names = [engine.name for engine in engines]
        if not names or len(set(names)) < len(names):
            raise Problem("engines", f"found engines {names}; expected at least one, each name once", "engines")
        self.engines, self.language, self.target, self.least = tuple(engines), language, target, least
        self.wording: Wording | None = None
        unknown = tuple(Stage() for _ in engines)
        self.stages: dict[Kind, tuple[Stage, ...]] = dict.fromkeys(get_args(Kind), unknown)

    def fit(
        self,
        lines: Sequence[Line],
        texts: Sequence[str],
        kinds: Sequence[Kind],
        pictures: Sequence[Hashable] | None = None,
    ) -> Self:
        """Learn from labelled lines how the source words its text, what evidence is worth and how much is enough.

        Parameters
        ----------
        lines : sequence of n_lines arrays (height, width), uint8
            From the source that is to be read later.
        texts : sequence of n_lines str
            What they say; compared in the spelling of `Verdict.value`.
        kinds : sequence of n_lines "number" or "text"
            What they hold.
        pictures : sequence of n_lines, optional
            Which picture each is of; those that say the same are one. Engines then expect text to be worded like that
            of the others, unless fewer lines are read right with the wording of other pictures. Nothing is expected
            if not given.

        Raises
        ------
        Problem
            They are not of one length.
        """
        _same_length(lines, texts, kinds, *([] if pictures is None else [pictures]))
        learnt_of: dict[Kind, list[Stage]] = {}
        self.wording = None
        for kind in get_args(Kind):
            mine = [i for i, other in enumerate(kinds) if other == kind]
            own, labels, known = [lines[i] for i in mine], [texts[i] for i in mine], Known()
            learnt_of[kind], right = self._fit(own, labels, kind, [Fold(np.arange(len(mine)), None)], known)
            of = [pictures[i] for i in mine] if pictures is not None and kind == "text" else []
            if len(set(of)) > 1 and any(isinstance(engine, Worded) for engine in self.engines):
                stages, better = self._fit(own, labels, kind, folds(labels, of, self.language), known)
                if better.sum() >= right.sum():
                    learnt_of[kind], self.wording = stages, wording(labels, of, self.language)
        self.stages = {kind: tuple(stages) for kind, stages in learnt_of.items()}
        return self

    def _fit(
        self, lines: Sequence[Line], texts: Sequence[str], kind: Kind, parts: Sequence[Fold], known: Known
    ) -> tuple[list[Stage], Bools]:
        """What is known of each engine's stage, of lines of one kind; and which of these are read right."""
        cells = [Evidence(kind) for _ in lines]
        wanted = [cell.spelt(text) for cell, text in zip(cells, texts, strict=True)]
        scores, right = np.zeros(len(lines)), np.zeros(len(lines), dtype=np.bool_)
        stages: list[Stage] = []
        least = min(self.least, sum(engine.reads(kind, self.language) for engine in self.engines))
        floor = 1 - DOUBTFUL * (1 - self.target)
        for engine in self.engines:
            waiting = np.flatnonzero(scores < SETTLED)
            asked = [
                self._ask(worded(engine, part.wording), lines, cells, np.intersect1d(waiting, part.lines), known)
                for part in parts
            ]
            reached = np.sort(np.concatenate(asked))
            trust = learnt([cells[i] for i in reached], [wanted[i] for i in reached])
            two = np.zeros(len(lines), dtype=np.bool_)
            scores[reached] = 0.0
            for i in reached:
                if best := next(iter(cells[i].ranked(trust)), None):
                    scores[i], right[i] = best.probability, best.value == wanted[i]
                    two[i] = len(best.engines) > 1
                    if len(best.engines) < least:
                        scores[i] = 0.0
            some = scores > 0
            threshold = max(threshold_for_precision(scores[some], right[some], self.target, z=Z95), floor)
            scores = np.where(scores >= threshold, SETTLED, scores)
            two &= (scores >= floor) & (scores < SETTLED)
            agreement = _agreement(scores[two], right[two], self.target, floor)
            scores = np.where((scores == SETTLED) | (two & (scores >= agreement)), SETTLED, 0.0)
            enough = threshold if threshold < SETTLED else float("inf")  # else it is no more than what was settled
            stages.append(Stage(trust, enough, agreement, least))
        return stages, right

    def read(self, lines: Sequence[Line], kinds: Sequence[Kind]) -> list[Verdict]:
        """One verdict per line, in their order.

        Raises
        ------
        Problem
            Lines and kinds are not of one length, or a line is none.
        """
        _same_length(lines, kinds)
        cells = [Evidence(kind) for kind in kinds]
        verdicts = [conclude(cell, Stage()) for cell in cells]
        for place, engine in enumerate(worded(engine, self.wording) for engine in self.engines):
            waiting = np.array([i for i, found in enumerate(verdicts) if not found.accepted], dtype=np.int64)
            for i in self._ask(engine, lines, cells, waiting, Known()):
                verdicts[i] = conclude(cells[i], self.stages[kinds[i]][place])
        return verdicts

    def save(self, path: Path) -> None:
        """Keep what was learnt, as JSON."""
        engines = [{"name": engine.name, "version": engine.version} for engine in self.engines]
        stages = {kind: [stage.as_dict() for stage in of_kind] for kind, of_kind in self.stages.items()}
        told: dict[str, Any] = {"language": self.language, "target": self.target, "least": self.least}
        told["wording"] = self.wording and self.wording.texts
        kept = {**told, "engines": engines, "stages": stages}
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path, engines: Sequence[Engine]) -> Self:
        """What was learnt, with the engines it was learnt of.

        Parameters
        ----------
        path : Path
            As `save` wrote it.
        engines : sequence of Engine
            The same in the same order. The last may be missing, and new ones may follow: of these nothing is known.

        Raises
        ------
        Problem
            The file is none of these, or an engine is another, or another version: its readings may be others.
        """
        kept = _read(path)
        for known, engine in zip(kept["engines"], engines, strict=False):
            found, learnt_of = f"{engine.name} {engine.version}", f"{known['name']} {known['version']}"
            if found != learnt_of:
                raise Problem("other_engine", f"found {found}; expected {learnt_of}", path.name, "fit it again")
        cascade = cls(engines, kept["language"], target=kept["target"], least=kept["least"])
        if kept["wording"]:
            cascade.wording = Wording(kept["wording"], cascade.language)
        for kind, unknown in cascade.stages.items():
            stages = [Stage.of(stage) for stage in kept["stages"][kind][: len(engines)]]
            cascade.stages[kind] = (*stages, *unknown[len(stages) :])
        return cascade

    def _ask(
        self,
        engine: Engine,
        lines: Sequence[Line],
        cells: Sequence[Evidence],
        waiting: Ints,
        known: Known,
    ) -> Ints:
        """Let an engine read those of the waiting lines that are for it, and say which these were."""
        asked: list[int] = []
        for kind in get_args(Kind):
            mine = [int(i) for i in waiting if cells[i].kind == kind] if engine.reads(kind, self.language) else []
            new = [i for i in mine if (engine.name, engine.version, i) not in known]
            if new:
                for i, reading in zip(new, engine.read([lines[i] for i in new], kind), strict=True):
                    known[engine.name, engine.version, i] = reading
            for i in mine:
                cells[i].add(known[engine.name, engine.version, i])
            asked += mine
        return np.array(sorted(asked), dtype=np.int64)


def _agreement(probabilities: Floats, right: Bools, target: float, floor: float) -> float:
    """The probability that is enough where two engines read the same: the target's share of labelled lines is right."""
    return floor if not len(right) or right.mean() >= target else threshold_for_precision(probabilities, right, target)


def _read(path: Path) -> dict[str, Any]:
    expected = "expected what Cascade.save writes"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Problem("not_a_cascade", f"{error}; {expected}", path.name) from error
    if not isinstance(kept, dict) or kept.keys() != FIELDS:
        raise Problem("not_a_cascade", f"found other fields; {expected}", path.name)
    if not all(isinstance(text, str) for text in kept["wording"] or ()):
        raise Problem("not_a_cascade", f"found a wording that is no list of texts; {expected}", path.name)
    return kept


def _same_length(lines: Sequence[Line], *others: Sequence[object]) -> None:
    for other in others:
        if len(other) != len(lines):
            raise Problem("lengths_differ", f"found {len(lines)} lines and {len(other)} labels; expected as many")
