from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from hanok.core.marks import LOG_SEARCH, SEARCH, Stage
from hanok.lifecycle.space import Choice, Range, Space


class Config(BaseModel):
    encoder: Annotated[Literal["a", "b"], SEARCH] = "a"
    deep: Annotated[bool, SEARCH] = False
    rate: Annotated[float, Field(ge=1e-4, le=1), LOG_SEARCH] = 0.1
    layers: Annotated[int, Field(ge=1, le=4), SEARCH] = 1
    cut: Annotated[float | None, Field(ge=0, le=1), SEARCH, Stage("rank")] = None
    note: str = ""


def test_marks_become_dimensions_and_stages_come_later() -> None:
    space = Space.of(Config)
    assert space.fit == {
        "encoder": Choice(("a", "b")),
        "deep": Choice((False, True)),
        "rate": Range(1e-4, 1, log=True, integer=False),
        "layers": Range(1, 4, log=False, integer=True),
    }
    assert list(space.later) == ["cut"]


def test_what_is_fixed_does_not_vary() -> None:
    assert "rate" not in Space.of(Config, fixed=("rate",)).fit


@pytest.mark.parametrize("bounds", [{}, {"gt": 0, "le": 1}, {"ge": 0, "le": 1}])
def test_a_log_range_needs_inclusive_bounds_above_zero(bounds: dict[str, float]) -> None:
    class Loose(BaseModel):
        rate: Annotated[float, Field(**bounds), LOG_SEARCH] = 0.5

    with pytest.raises(TypeError, match=r"Loose\.rate"):
        Space.of(Loose)
