"""The organiser's tables: competitions with whatever columns they have, their rules, and what is known of rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from hanok.core.problem import Problem
from hanok.core.sources import Table
from hanok.systems.rules.values import as_text, pieces

if TYPE_CHECKING:
    import polars as pl

Ints = npt.NDArray[np.int64]
Features = Mapping[str, str]

GAME, NAME = "game", "name"


class CompetitionRow(BaseModel):
    """One past competition; every further column is a feature."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True)

    competition: Annotated[
        str, Field(min_length=1, validation_alias=AliasChoices("competition", "competition_id", "id", "대회", "大会"))
    ]
    name: Annotated[str, Field(validation_alias=AliasChoices("name", "title", "이름", "大会名", "名前"))] = ""
    game: Annotated[str, Field(validation_alias=AliasChoices("game", "mod", "sport", "종목", "種目", "競技"))] = ""


class RuleRow(BaseModel):
    """One rule that one competition had."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    competition: Annotated[
        str, Field(min_length=1, validation_alias=AliasChoices("competition", "competition_id", "대회", "大会"))
    ]
    rule: Annotated[str, Field(min_length=1, validation_alias=AliasChoices("rule", "rule_id", "규칙", "ルール"))]
    kind: Annotated[str, Field(validation_alias=AliasChoices("kind", "type", "종류", "種類"))] = ""


class CatalogueRow(BaseModel):
    """What is known of one rule; several games are written a | b, none means all."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    rule: Annotated[str, Field(min_length=1, validation_alias=AliasChoices("rule", "name", "규칙", "ルール"))]
    kind: Annotated[str, Field(validation_alias=AliasChoices("kind", "type", "종류", "種類"))] = ""
    text: Annotated[str, Field(validation_alias=AliasChoices("text", "desc", "description", "설명", "説明"))] = ""
    games: Annotated[str, Field(validation_alias=AliasChoices("games", "game", "종목", "種目"))] = ""


class Sources(BaseModel):
    """What training needs."""

    competitions: Annotated[
        Table[CompetitionRow], Field(description="Past competitions; every column but the first is a feature")
    ]
    rules: Annotated[Table[RuleRow], Field(description="Which rules each competition had, one a row")]
    catalogue: Annotated[
        Table[CatalogueRow] | None, Field(description="What rules say, and the games they are for")
    ] = None


class Entry(NamedTuple):
    """What the catalogue says of a rule; no games: it may be used in all."""

    text: str = ""
    games: tuple[str, ...] = ()


@dataclass(frozen=True)
class Data:
    """Competitions, their features and their rules.

    Parameters
    ----------
    names : sequence of str, (n_competitions,)
        What to call each.
    features : sequence of mapping, (n_competitions,)
        Text by column; empty cells are left out. The game is the feature "game".
    rules : sequence of sequence of str, (n_competitions,)
        Each rule as ``kind: rule``, or just the rule where it has no kind.
    catalogue : mapping of str to Entry
        By the same names.
    notes : sequence of str
        What reading left out.
    kinds : sequence of str
        What may stand before a rule's name.

    Example
    -------
    >>> data = Data.of([{"game": "Go"}, {"game": "Shogi"}], [["Byo-yomi"], ["Byo-yomi", "Impasse rule"]])
    >>> len(data), data.games
    (2, ['Go', 'Shogi'])
    """

    names: Sequence[str]
    features: Sequence[Features]
    rules: Sequence[Sequence[str]]
    catalogue: Mapping[str, Entry] = field(default_factory=dict)
    notes: Sequence[str] = ()
    kinds: Sequence[str] = ()

    @classmethod
    def of(cls, features: Sequence[Features], rules: Sequence[Sequence[str]], kinds: Sequence[str] = ()) -> Self:
        """Competitions as Python has them."""
        names = [f.get(NAME) or f"competition {i}" for i, f in enumerate(features, 1)]
        return cls(names, features, rules, kinds=kinds)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def games(self) -> list[str]:
        """The game of each, "" where it is not given."""
        return [features.get(GAME, "") for features in self.features]

    def take(self, rows: Sequence[int] | Ints) -> Self:
        """Some of the competitions, in the order given."""
        return replace(
            self,
            names=[self.names[row] for row in rows],
            features=[self.features[row] for row in rows],
            rules=[self.rules[row] for row in rows],
        )


def label(rule: str, kind: str = "") -> str:
    """What a rule is called: the same words as a ban and as a permission are two rules.

    Example
    -------
    >>> label("Coaching", "ban"), label("Byo-yomi")
    ('ban: Coaching', 'Byo-yomi')
    """
    return f"{kind}: {rule}" if kind else rule


def unlabel(name: str, kinds: Sequence[str]) -> tuple[str, str]:
    """Kind and rule of what `label` made.

    Example
    -------
    >>> unlabel("ban: Coaching", ["ban"]), unlabel("Time limit: none", ["ban"])
    (('ban', 'Coaching'), ('', 'Time limit: none'))
    """
    kind, colon, rule = name.partition(": ")
    return (kind, rule) if colon and kind in kinds else ("", name)


def read(sources: Sources) -> Data:
    """The tables, joined.

    Raises
    ------
    Problem
        A competition stands there twice and differently, a rule is of a competition that is not there, or nothing is
        left; naming file and row.
    """
    competitions = _competitions(sources.competitions)
    rules, kinds = _rules(sources.rules, competitions)
    names = [features.get(NAME) or id for id, features in competitions.items()]
    some = [row for row, id in enumerate(competitions) if rules[id]]
    catalogue = _catalogue(sources.catalogue)
    data = Data(names, list(competitions.values()), [list(rules[id]) for id in competitions], catalogue, (), kinds)
    if len(some) == len(data):
        return data
    note = f"{len(data) - len(some)} of {len(data)} competitions have no rule and are left out."
    return replace(data.take(some), notes=[note])


def _competitions(table: Table[CompetitionRow]) -> dict[str, Features]:
    found: dict[str, Features] = {}
    for number, row in _rows(table.read()):
        id = row.pop("competition")
        features = {name: text for name, text in row.items() if text}
        if found.setdefault(id, features) != features:
            raise Problem(
                "repeated_competition",
                f"found {id!r} again with other features; expected each competition once",
                f"{table.path.name} row {number} competition",
                "give it an id of its own, or remove one of the two",
            )
    return found


def _rules(table: Table[RuleRow], competitions: Mapping[str, Features]) -> tuple[dict[str, dict[str, None]], list[str]]:
    """Labels of each competition, in the order of the file, each once; and the kinds there are."""
    found: dict[str, dict[str, None]] = {id: {} for id in competitions}
    kinds: set[str] = set()
    for number, row in _rows(table.read()):
        id = row["competition"]
        if id in found:
            found[id][label(row["rule"], row["kind"])] = None
            kinds.add(row["kind"])
        elif not table.skip:
            raise Problem(
                "unknown_competition",
                f"found a rule of {id!r}, which is not among the competitions",
                f"{table.path.name} row {number} competition",
                "add the competition to the competitions table, or leave such rows out with --skip",
            )
    return found, sorted(kinds - {""})


def _catalogue(table: Table[CatalogueRow] | None) -> dict[str, Entry]:
    if table is None:
        return {}
    entries: dict[str, Entry] = {}
    for _, row in _rows(table.read()):
        entries[label(row["rule"], row["kind"])] = Entry(row["text"], tuple(pieces(row["games"])))
    return entries


def _rows(frame: pl.DataFrame) -> list[tuple[int, dict[str, str]]]:
    """Usable rows as text, numbered from 1."""
    rows = zip(*(map(as_text, frame[name].to_list()) for name in frame.columns), strict=True)
    return [(number, dict(zip(frame.columns, row, strict=True))) for number, row in enumerate(rows, 1)]
