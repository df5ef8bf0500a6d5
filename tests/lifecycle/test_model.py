from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from hanok.core.artifact import Manifest
from hanok.core.contract import System
from hanok.core.problem import Failed, Problem, Unavailable
from hanok.lifecycle.model import Model, validated


class Config(BaseModel):
    pass


class Number(BaseModel):
    n: int = Field(ge=0)


class Moody(System[Config, Config, None, Number, Number]):
    """Doubles numbers; a batch that holds 13 raises, 7 is a bad item, 0 wants a setting."""

    name, title, summary, objectives = "moody", "", "", ()

    def predict(self, batch: Sequence[Number]) -> list[Number | Problem]:
        if any(item.n == 13 for item in batch):
            raise RuntimeError("thirteen")
        if any(item.n == 0 for item in batch):
            raise Unavailable("settings_missing", "no key")
        return [Problem("seven", "not seven", "n") if item.n == 7 else Number(n=2 * item.n) for item in batch]

    def _unused(self, *args: Any, **kwargs: Any) -> Any: ...

    read = folds = fit = evaluate = save = load = _unused


MODEL = Model(Moody(Config()), Manifest(system="moody", config={}))


@given(st.lists(st.integers(1, 20), max_size=40))
def test_a_guilty_item_stands_alone_and_its_neighbours_are_answered(numbers: list[int]) -> None:
    outputs = MODEL.predict([Number(n=n) for n in numbers])
    assert len(outputs) == len(numbers)
    for n, output in zip(numbers, outputs, strict=True):
        if n == 13:
            assert isinstance(output, Failed)
            assert "thirteen" in output.message
        elif n == 7:
            assert isinstance(output, Problem)
            assert output.code == "seven"
        else:
            assert output == Number(n=2 * n)


def test_a_missing_setting_is_nobodys_fault_and_is_not_searched_for() -> None:
    outputs = MODEL.predict([Number(n=1), Number(n=0)])
    assert all(isinstance(output, Unavailable) for output in outputs)


def test_a_bad_raw_item_names_its_field_and_leaves_the_others_alone() -> None:
    good, bad, also = MODEL.answer([{"n": 1}, {"n": -1}, {"n": 2}])
    assert (good.output, also.output) == (Number(n=2), Number(n=4))
    assert isinstance(bad.output, Problem)
    assert bad.output.where == "n"


def test_calling_raises_the_problem_of_the_item() -> None:
    with pytest.raises(Problem, match="not seven"):
        MODEL({"n": 7})


def test_everything_wrong_is_listed_and_the_first_leads() -> None:
    class Two(BaseModel):
        a: int
        b: int

    with pytest.raises(Problem) as caught:
        validated(Two, {"a": "x", "b": "y"})
    assert caught.value.where == "a"
    assert [detail.where for detail in caught.value.details] == ["b"]


@pytest.mark.parametrize("raw", [None, 3, "text", [1]])
def test_what_is_no_object_is_told_the_fields(raw: Any) -> None:
    with pytest.raises(Problem) as caught:
        MODEL.parse(raw)
    assert "n" in caught.value.hint
