"""What boards have taught about fields: what they hold, in which range, and what they owe each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Self

from hanok.parts.ocr import Constraint, Count, Field, Ranks, Sum, numeral, words
from hanok.systems.match.data import Labelled
from hanok.systems.match.engines import Group, figures
from hanok.systems.match.paths import in_order, kind_of, name_of, team_of

SUMS = 4
"""Teams on which a sum has to hold, and it has to hold on all."""

STEPS = 12
"""Neighbours whose ranks have to rise, or to go up by one."""

WIDER = 10.0
"""How much larger than any number seen one may be."""


@dataclass(frozen=True)
class Rules:
    """Rules of one design.

    Parameters
    ----------
    groups : dict of str to Group
        What a field holds, by `kind_of` its path.
    high : dict of str to float
        The largest number a field may hold; the least is 0 unless a negative one was seen.
    low : dict of str to float
    whole : dict of str to bool
        Whether its numbers have no decimals.
    usual : dict of str to str
        Its commonest text: the trivial answer.
    shapes : dict of str to str
        Of figures that all look alike, such as 12/3/7, the pattern.
    sums : tuple of (str, str)
        A team's field and the players' field that adds up to it.
    ranks : tuple of str
        Players' fields that never fall from one player to the next.
    counts : tuple of str
        Those that go 1, 2, 3 from the first player of every team.
    """

    groups: dict[str, Group]
    low: dict[str, float]
    high: dict[str, float]
    whole: dict[str, bool]
    usual: dict[str, str]
    shapes: dict[str, str]
    sums: tuple[tuple[str, str], ...] = ()
    ranks: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()

    @classmethod
    def learn(cls, boards: Sequence[Labelled]) -> Self:
        """From all boards of a design."""
        seen: dict[str, list[str]] = {}
        written: dict[str, set[str]] = {}
        for board in boards:
            for cell in board.cells:
                if cell.kind != "print":
                    seen.setdefault(kind_of(cell.field), []).append(cell.text)
                    written.setdefault(kind_of(cell.field), set()).add(cell.kind)
        groups = {kind: _group(texts, written[kind]) for kind, texts in seen.items()}
        numbers = {kind: [float(numeral(text)) for text in seen[kind]] for kind in seen if groups[kind] == "number"}
        usual = {
            kind: Counter(spelt(text, groups[kind]) for text in texts).most_common(1)[0][0]
            for kind, texts in seen.items()
        }
        return cls(
            groups,
            low={kind: min(0.0, WIDER * min(found)) for kind, found in numbers.items()},
            high={kind: max(9.0, WIDER * max(found)) for kind, found in numbers.items()},
            whole={kind: all(value.is_integer() for value in found) for kind, found in numbers.items()},
            usual=usual,
            shapes={kind: shape for kind in seen if groups[kind] == "figures" and (shape := _shape(seen[kind]))},
            sums=_sums(boards, numbers),
            ranks=_steady(boards, numbers, lambda own: all(before <= after for before, after in pairwise(own))),
            counts=_steady(boards, numbers, lambda own: own == [*range(1, len(own) + 1)]),
        )

    def group(self, path: str) -> Group:
        """What a field holds."""
        return self.groups[kind_of(path)]

    def field(self, path: str) -> Field:
        """Its rules, as they are checked."""
        kind = kind_of(path)
        if self.groups[kind] != "number":
            return Field(path, "text", pattern=self.shapes.get(kind, ""))
        return Field(path, "number", self.low[kind], self.high[kind], self.whole[kind])

    def constraints(self, paths: Iterable[str]) -> list[Constraint]:
        """What the fields of a record owe each other."""
        teams: dict[str, list[str]] = {}
        for path in in_order(dict.fromkeys(paths)):
            teams.setdefault(team_of(path), []).append(path)
        teams.pop("", None)
        found: list[Constraint] = []
        for team, own in teams.items():
            for total, part in self.sums:
                parts = [path for path in own if _is_players(path) and name_of(path) == part]
                if f"{team}.{total}" in own and parts:
                    found.append(Sum(f"{team}.{total}", tuple(parts)))
            for name in self.ranks:
                ranks = tuple(path for path in own if _is_players(path) and name_of(path) == name)
                if len(ranks) > 1:
                    found.append(Count(ranks) if name in self.counts else Ranks(ranks))
        return found

    def as_dict(self) -> dict[str, Any]:
        """For JSON; `of` reads it back."""
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        """From what `as_dict` gave."""
        sums = tuple((total, part) for total, part in kept["sums"])
        return cls(**{**kept, "sums": sums, "ranks": tuple(kept["ranks"]), "counts": tuple(kept["counts"])})


def spelt(text: str, group: Group) -> str:
    """A text as texts of its group are compared."""
    if group == "number":
        return numeral(text)
    return figures(words(text)) if group == "figures" else words(text)


def _group(texts: Sequence[str], written: set[str]) -> Group:
    """A field whose numbers are not all plain ones holds figures."""
    if written != {"number"}:
        return "text"
    return "number" if all(map(numeral, texts)) else "figures"


def _shape(texts: Sequence[str]) -> str:
    """The pattern of figures if they all have one: runs of digits with the same signs between; else nothing."""
    shapes = {re.sub("[0-9]+", "#", spelt(text, "figures")) for text in texts}
    return re.escape(shapes.pop()).replace(re.escape("#"), "[0-9]+") if len(shapes) == 1 else ""


def _is_players(path: str) -> bool:
    return ".players." in path


def _numbers(board: Labelled, kinds: Iterable[str]) -> dict[str, dict[str, list[float]]]:
    """By team and name of the field: of a team's own field one number, of its players' all, in order."""
    known, found = set(kinds), dict[str, dict[str, list[float]]]()
    for path in in_order(board.texts):
        if team_of(path) and kind_of(path) in known:
            own = found.setdefault(team_of(path), {})
            name = name_of(path) if _is_players(path) else f"team {name_of(path)}"
            own.setdefault(name, []).append(float(numeral(board.texts[path])))
    return found


def _sums(boards: Sequence[Labelled], kinds: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Sums that hold for every team, and not only because nothing but zeros is added."""
    kinds = list(kinds)
    totals = [name_of(kind) for kind in kinds if kind.count(".") == 1]
    parts = [name_of(kind) for kind in kinds if kind.startswith("teams.players.")]
    teams = [team for board in boards if board.whole for team in _numbers(board, kinds).values()]
    found = []
    for total in totals:
        for part in parts:
            pairs = [(team[f"team {total}"][0], team[part]) for team in teams if {f"team {total}", part} <= team.keys()]
            telling = [said for said, of in pairs if said and len(of) > 1]
            if len(telling) >= SUMS and all(abs(said - sum(of)) < 1e-6 for said, of in pairs):
                found.append((total, part))
    return tuple(found)


def _steady(boards: Sequence[Labelled], kinds: Iterable[str], holds: Callable[[list[float]], bool]) -> tuple[str, ...]:
    """Players' fields of which something holds in every team, from the first player to the last."""
    kinds, found = list(kinds), []
    teams = [team for board in boards if board.whole for team in _numbers(board, kinds).values()]
    for kind in kinds:
        columns = [team.get(name_of(kind), []) for team in teams] if _is_players(kind) else []
        if sum(len(column) - 1 for column in columns if column) >= STEPS and all(map(holds, columns)):
            found.append(name_of(kind))
    return tuple(found)
