"""What a report says once intervals are drawn: what the artifact keeps, the console shows and `--json` prints."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from hanok.core.report import Chart, Grid


class Interval(BaseModel):
    """A figure with its 95 % bootstrap interval over `n` items."""

    value: float
    low: float
    high: float
    n: int


class Figure(Interval):
    """A measure's figure, beside what the trivial answer scores on the same items."""

    name: str
    maximize: bool = True
    unit: str = ""
    about: str = ""
    baseline: float | None = None


class Difference(Interval):
    """Paired difference of one measure, ours minus theirs, on the same items; `better`: surely so."""

    name: str
    against: str
    better: bool


class Slice(BaseModel):
    """The first measure on one group of the items."""

    by: str
    group: str
    figure: Interval


class Failure(BaseModel):
    """An item that was answered wrongly: what was asked, what was expected, what was said."""

    item: dict[str, Any]
    expected: str
    predicted: str


class Cost(BaseModel):
    """What the model costs: milliseconds of one answer, bytes of its files, seconds of its training."""

    latency_p50: float | None = None
    latency_p99: float | None = None
    size: int | None = None
    training: float | None = None


class Dropped(BaseModel):
    """Rows of the data that were left out, and why."""

    where: str
    reason: str


class Summary(BaseModel):
    """Everything a report page shows; made by `summarise`, kept as ``report.json`` in the artifact."""

    system: str
    fold: str
    figures: list[Figure]
    differences: list[Difference] = []
    slices: list[Slice] = []
    failures: list[Failure] = []
    examples: list[dict[str, Any]] = []
    charts: list[Chart] = []
    tables: list[Grid] = []
    notes: list[str] = []
    dropped: list[Dropped] = []
    cost: Cost = Cost()

    def __getitem__(self, name: str) -> Figure:
        """The figure called `name`."""
        return next(f for f in self.figures if f.name == name)
