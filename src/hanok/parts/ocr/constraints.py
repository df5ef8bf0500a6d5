"""What cells of a record owe each other, and what follows from it for those that are uncertain."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from hanok.parts.ocr.fields import Field

Values = Mapping[str, int | None]


class Sum(NamedTuple):
    """A cell holds the sum of others: a total of scores, a team's score of its players' kills.

    Parameters
    ----------
    total : str
        Name of a cell.
    parts : tuple of str
        Names of the cells that add up to it.
    """

    total: str
    parts: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """All it speaks of."""
        return (self.total, *self.parts)


class Ranks(NamedTuple):
    """Cells, from the top, hold ranks: each is as large as the one above or larger.

    Parameters
    ----------
    cells : tuple of str
        Names.
    """

    cells: tuple[str, ...]


class Count(NamedTuple):
    """Cells, from the top, hold 1, 2, 3 and so on: the places of a table without ties.

    Parameters
    ----------
    cells : tuple of str
        Names.
    """

    cells: tuple[str, ...]


Constraint = Sum | Ranks | Count
"""What cells may owe each other."""


class Broken(NamedTuple):
    """A constraint that does not hold, and why, in a sentence."""

    constraint: Constraint
    problem: str


class Solved(NamedTuple):
    """What followed.

    Parameters
    ----------
    values : dict of str to int
        Cells that were uncertain and follow from a constraint. Their source is ``"constraint"`` now: show it.
    broken : tuple of Broken
        What does not hold, these values put in. The cells of a broken constraint want a person.
    """

    values: dict[str, int]
    broken: tuple[Broken, ...]


def check(values: Values, constraints: Sequence[Constraint]) -> tuple[Broken, ...]:
    """Which constraints do not hold; one with a cell that has no value is passed over.

    Example
    -------
    >>> [found.problem for found in check({"a": 3, "b": 4, "total": 8}, [Sum("total", ("a", "b"))])]
    ['total is 8; a + b is 7']
    """
    broken = []
    for constraint in constraints:
        known = [value for cell in constraint.cells if (value := values.get(cell)) is not None]
        if isinstance(constraint, Count):
            held = [(values.get(cell), place) for place, cell in enumerate(constraint.cells, 1)]
            off = next((pair for pair in held if pair[0] not in (None, pair[1])), None)
            if off:
                broken.append(Broken(constraint, f"place {off[1]} from the top holds {off[0]}"))
        elif isinstance(constraint, Ranks):
            wrong = next((pair for pair in pairwise(known) if pair[0] > pair[1]), None)
            if wrong:
                broken.append(Broken(constraint, f"rank {wrong[1]} stands below rank {wrong[0]}"))
        elif len(known) == len(constraint.cells) and known[0] != sum(known[1:]):
            said = f"{constraint.total} is {known[0]}; {' + '.join(constraint.parts)} is {sum(known[1:])}"
            broken.append(Broken(constraint, said))
    return tuple(broken)


def solve(
    values: Values,
    uncertain: Collection[str],
    constraints: Sequence[Constraint],
    fields: Mapping[str, Field] | None = None,
) -> Solved:
    """Compute uncertain cells from sums in which all others are certain, and from their places in what counts.

    Parameters
    ----------
    values : mapping of str to int or None
        As read; None where a cell could not be read.
    uncertain : collection of str
        Cells whose value may be wrong. Cells without value are uncertain in any case.
    constraints : sequence of Sum, Ranks or Count
        Ranks are checked and solve nothing.
    fields : mapping of str to Field, optional
        What a cell may hold: a value that does not fit is not taken.

    Returns
    -------
    Solved
        A cell that follows from two constraints differently follows from neither. A cell once solved counts as certain
        for further sums.

    Example
    -------
    >>> solve({"a": 3, "b": 1, "total": 8}, {"b"}, [Sum("total", ("a", "b"))])
    Solved(values={'b': 5}, broken=())
    """
    now = dict(values)
    named = {cell for constraint in constraints for cell in constraint.cells}
    open_cells = {cell for cell in named if cell in uncertain or values.get(cell) is None}
    found: dict[str, int] = {}
    while True:
        claims: dict[str, set[int]] = {}
        for constraint in constraints:
            missing = [cell for cell in constraint.cells if cell in open_cells]
            if isinstance(constraint, Count):
                for cell in missing:
                    claims.setdefault(cell, set()).add(1 + constraint.cells.index(cell))
            elif isinstance(constraint, Sum) and len(missing) == 1:
                claims.setdefault(missing[0], set()).add(_missing(constraint, missing[0], now))
        new = {cell: said.pop() for cell, said in claims.items() if len(said) == 1}
        new = {cell: value for cell, value in new.items() if _fits(value, (fields or {}).get(cell))}
        if not new:
            return Solved(found, check(now, constraints))
        found |= new
        now |= new
        open_cells -= new.keys()


def _missing(constraint: Sum, cell: str, values: Values) -> int:
    """What the sum leaves for one of its cells."""
    known = {name: values.get(name) or 0 for name in constraint.cells if name != cell}
    if cell == constraint.total:
        return sum(known.values())
    return known.pop(constraint.total) - sum(known.values())


def _fits(value: int, field: Field | None) -> bool:
    return field is None or field.check(str(value)).value == value
