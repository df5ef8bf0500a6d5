"""What is found out while a network is made smaller, for the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from hanok.core.report import Chart, Grid

Cell = str | int | float | None


@dataclass(frozen=True)
class Study:
    """Tables, charts and sentences; all of it from validation images.

    Parameters
    ----------
    tables : sequence of Grid
    charts : sequence of Chart
    notes : sequence of str
    """

    tables: Sequence[Grid] = field(default_factory=list)
    charts: Sequence[Chart] = field(default_factory=list)
    notes: Sequence[str] = field(default_factory=list)

    def dump(self) -> dict[str, Any]:
        """As JSON has it."""
        tables, charts = ([one.model_dump(mode="json") for one in part] for part in (self.tables, self.charts))
        return {"tables": tables, "charts": charts, "notes": list(self.notes)}

    @classmethod
    def load(cls, given: Mapping[str, Any]) -> Self:
        """The mirror of `dump`."""
        tables = [Grid.model_validate(one) for one in given["tables"]]
        return cls(tables, [Chart.model_validate(one) for one in given["charts"]], list(given["notes"]))


def operations_table(before: Mapping[str, int], after: Mapping[str, int]) -> Grid:
    """Each kind of operation in the float network and in the file; the last row is all of them."""
    kinds = sorted(before.keys() | after.keys())
    rows: list[list[Cell]] = [[kind, before.get(kind, 0), after.get(kind, 0)] for kind in kinds]
    rows.append(["all", sum(before.values()), sum(after.values())])
    return Grid(title="Operations", columns=["operation", "before", "after"], rows=rows)
