"""What a system's `evaluate` hands back: per-item scores, and what else helps a person to judge them.

Nothing here is computed: `hanok.core.summary` makes intervals, comparisons and worst cases of it, for every system.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, FiniteFloat, model_validator

Floats = npt.NDArray[np.float64]
Statistic = Callable[[Floats], float]


@dataclass(frozen=True)
class Measure:
    """One figure of an evaluation, as the per-item values it is computed from.

    Parameters
    ----------
    name : str
        Its name in the field, such as ``"hit@1"``.
    values : array (n_items,) or (n_items, k), float64
        What each item contributes.
    baseline : array of the same shape, optional
        What the trivial answer (the majority, the most popular, chance) contributes on the same items.
    statistic : callable, optional
        ``statistic(values) -> float`` where the figure is not the mean: a precision, an area under a curve.
    maximize : bool
        Whether more is better.
    unit : str
        Such as ``"ms"``; empty for a share.
    about : str
        What it says, in half a sentence.

    Example
    -------
    >>> Measure("hit@1", np.array([1.0, 0.0]), baseline=np.array([0.0, 0.0])).value
    0.5
    """

    name: str
    values: Floats
    baseline: Floats | None = None
    statistic: Statistic | None = None
    maximize: bool = True
    unit: str = ""
    about: str = ""

    @property
    def value(self) -> float:
        """The figure itself."""
        return self.of(self.values)

    def of(self, values: Floats) -> float:
        """The figure computed on other values, such as the baseline's or a resample's."""
        return float(self.statistic(values) if self.statistic else values.mean())


class Series(BaseModel):
    """One line, row of bars or boxes, or cloud of points; `low` and `high` draw its intervals.

    Of boxes `y` are medians, `low` and `high` quartiles, `least` and `most` the ends of whiskers, `beyond` the furthest
    outliers and `mark` what each is held against; `hanok.core.boxes.boxed` makes them. Leave out what has no value.
    """

    name: str
    x: list[FiniteFloat] | list[str]
    y: list[FiniteFloat]
    low: list[FiniteFloat] | None = None
    high: list[FiniteFloat] | None = None
    least: list[FiniteFloat] | None = None
    most: list[FiniteFloat] | None = None
    beyond: list[list[FiniteFloat]] | None = None
    mark: list[FiniteFloat] | None = None

    @model_validator(mode="after")
    def _same_length(self) -> Self:
        for name in ("x", "low", "high", "least", "most", "beyond", "mark"):
            values = getattr(self, name)
            if values is not None and len(values) != len(self.y):
                raise ValueError(f"{name} has {len(values)} entries; expected {len(self.y)}, as y has")
        return self


class Dial(BaseModel):
    """A threshold that one may turn, and what each place of it would let through, the strictest first.

    Parameters
    ----------
    name : str
        What the threshold is on.
    at : list of float
        Its places: what scores that or more is let through.
    through, right : list of int
        Things let through, and of these the right ones.
    n : int
        All there are; a person looks at the rest.
    unit : str
        What they are, such as ``"fields"``.
    """

    name: str
    at: list[FiniteFloat]
    through: list[int]
    right: list[int]
    n: int
    unit: str

    @model_validator(mode="after")
    def _same_length(self) -> Self:
        if not len(self.at) == len(self.through) == len(self.right):
            raise ValueError(
                f"{len(self.at)} places, {len(self.through)} and {len(self.right)} counts; expected as many"
            )
        return self


class Chart(BaseModel):
    """A chart as data, so that it is drawn in light, dark, SVG and PNG, and has a table behind it.

    A heat map has a series for each row; `y_label` says what its cells show. `mark` names the marks of boxes. One with
    a `dial` shows precision by coverage, and the console lets its threshold be turned.
    """

    title: str
    kind: Literal["line", "bar", "scatter", "heat", "box"] = "line"
    x_label: str
    y_label: str
    series: list[Series]
    mark: str = ""
    note: str = ""
    dial: Dial | None = None


class Grid(BaseModel):
    """A table of a report; cells are text or numbers."""

    title: str
    columns: list[str]
    rows: list[list[str | int | float | None]]
    note: str = ""


@dataclass(frozen=True)
class Report:
    """What `System.evaluate` returns.

    Parameters
    ----------
    measures : sequence of Measure
        Each over the same `n_items`; the system's objectives are among them.
    items : sequence of Input, (n_items,) or empty
        The items answered: the lifecycle times some, and shows those that failed.
    expected, predicted : sequence of str, (n_items,) or empty
        The right answer and the one given, for a person's eye; a model that predicts one thing only is refused.
    slices : mapping of str to sequence of str, each (n_items,)
        Ways to group the items, such as ``{"language": ["ko", "en", ...]}``: scores are shown per group.
    charts, tables, notes
        Anything else worth seeing.
    """

    measures: Sequence[Measure]
    items: Sequence[BaseModel] = ()
    expected: Sequence[str] = ()
    predicted: Sequence[str] = ()
    slices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    charts: Sequence[Chart] = ()
    tables: Sequence[Grid] = ()
    notes: Sequence[str] = ()

    def __getitem__(self, name: str) -> Measure:
        """The measure called `name`.

        Raises
        ------
        KeyError
            There is none; the message lists those there are.
        """
        for measure in self.measures:
            if measure.name == name:
                return measure
        raise KeyError(f"no measure {name!r} among {[m.name for m in self.measures]}")

    def values(self) -> dict[str, float]:
        """Every measure's figure by name."""
        return {measure.name: measure.value for measure in self.measures}
