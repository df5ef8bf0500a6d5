from datetime import date, datetime
from typing import Literal

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, Field

from hanok.core.problem import Problem
from hanok.core.table.columns import descriptions, known_names, missing, recognise


class Row(BaseModel):
    question: str = Field(validation_alias=AliasChoices("q", "text"))
    answer: str = Field(alias="reply")
    category: str | None = None


def found(
    names: list[str], given: dict[str, str] | None = None, row: type[BaseModel] = Row
) -> dict[str, tuple[str | None, str]]:
    return {c.field: (c.column, c.how) for c in recognise(row, names, given or {}, "faq.csv")}


def test_a_field_is_found_by_name_before_alias_and_by_the_first_alias_there() -> None:
    assert found(["text", "question", "answer"])["question"] == ("question", "name")
    assert found(["text", "q", "answer"])["question"] == ("q", "alias")
    assert found(["Text", "reply"]) == {
        "question": ("Text", "alias"),
        "answer": ("reply", "alias"),
        "category": (None, "missing"),
    }


def test_case_space_and_unicode_composition_do_not_matter() -> None:
    class Korean(BaseModel):
        text: str = Field(alias="질문")

    assert found(["  QUESTION ", "Ａｎｓｗｅｒ"])["answer"] == ("Ａｎｓｗｅｒ", "name")
    assert found(["  QUESTION ", "answer"])["question"] == ("  QUESTION ", "name")
    decomposed = "\u110c\u1175\u11af\u1106\u116e\u11ab"  # how macOS writes 질문
    assert found([decomposed], row=Korean)["text"] == (decomposed, "alias")


def test_what_is_given_goes_before_everything() -> None:
    assert found(["question", "Q1", "answer"], {"question": "q1"})["question"] == ("Q1", "given")


def test_a_column_that_is_a_field_by_name_is_not_taken_as_an_alias() -> None:
    class Two(BaseModel):
        title: str = Field("", alias="text")
        text: str

    assert found(["text"], row=Two) == {"title": (None, "missing"), "text": ("text", "name")}


def test_alias_paths_of_one_step_are_names() -> None:
    class Path(BaseModel):
        a: int = Field(validation_alias=AliasChoices(AliasPath("x"), AliasPath("y", 0)))

    assert known_names(Path, {}) == {"a", "x"}


@pytest.mark.parametrize("given", [{"question": "q9"}, {"quetsion": "q"}])
def test_given_names_that_are_not_there_say_what_is(given: dict[str, str]) -> None:
    with pytest.raises(Problem) as caught:
        recognise(Row, ["q", "reply"], given, "faq.csv")
    assert caught.value.code == "unknown_column"
    assert "expected one of" in caught.value.message


def test_a_missing_column_is_named_with_what_was_found_and_the_nearest() -> None:
    names = ["frage", "anser"]
    problem = missing(recognise(Row, names, {}, "faq.csv"), Row, names, "faq.csv")
    assert problem is not None
    assert (problem.code, problem.where) == ("missing_column", "faq.csv")
    assert "'frage', 'anser'" in problem.message
    assert "'question'" in problem.message
    assert problem.hint == "--columns question=<column> --columns answer=anser"


def test_optional_fields_may_be_missing() -> None:
    names = ["q", "reply"]
    assert missing(recognise(Row, names, {}, "faq.csv"), Row, names, "faq.csv") is None


def test_what_cells_should_hold_is_said_in_words() -> None:
    class All(BaseModel):
        text: str = Field(min_length=1)
        code: str = Field("", pattern="^[a-z]+$", max_length=5)
        stars: int = Field(ge=1, le=5)
        price: float | None = Field(None, gt=0, lt=10)
        on: bool = True
        day: date
        at: datetime
        kind: Literal["a", "b"]
        only: Literal["a"]

    assert descriptions(All) == {
        "text": "text, not empty",
        "code": "text, at most 5 characters long, matching ^[a-z]+$",
        "stars": "a whole number, at least 1, at most 5",
        "price": "a number, above 0, below 10",
        "on": "true or false",
        "day": "a date such as 2024-12-31",
        "at": "a date and time such as 2024-12-31T23:59:59",
        "kind": "one of a, b",
        "only": "a",
    }
