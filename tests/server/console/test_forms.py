from __future__ import annotations

import json
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, create_model

from hanok.core.marks import PICK, SESSION, Media
from hanok.server.console import forms


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Row(BaseModel):
    name: str
    count: int = 0


class Deep(BaseModel):
    rows: list[Row]


def one(annotation: Any, **field: Any) -> forms.Widget:
    """The widget of a field of this type."""
    model = create_model("Made", value=(annotation, Field(**field)))
    return forms.widgets(model.model_json_schema())[0]


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (str, "long"),
        (Annotated[str, Field(max_length=80)], "text"),
        (Annotated[str, Field(max_length=2000)], "long"),
        (Annotated[str, Field(pattern="^[a-z]+$")], "text"),
        (int, "number"),
        (float, "number"),
        (int | None, "number"),
        (bool, "tick"),
        (bool | None, "tick"),
        (date, "date"),
        (Literal["a", "b"], "choice"),
        (Literal["a", "b"] | None, "choice"),
        (Literal["only"], "choice"),
        (Colour, "choice"),
        (list[str], "tags"),
        (list[int] | None, "list"),
        (list[Row], "table"),
        (list[list[str]], "json"),
        (list[Deep], "json"),
        (dict[str, str], "pairs"),
        (dict[str, float], "pairs"),
        (dict[str, Any], "json"),
        (Row, "group"),
        (Row | None, "group"),
        (Deep, "group"),
        (int | str, "json"),
        (Any, "json"),
        (Annotated[bytes, Media("image/*")], "image"),
        (Annotated[bytes, Media("audio/wav")] | None, "audio"),
        (Annotated[bytes, Media("application/pdf")], "file"),
        (list[Annotated[bytes, Media("image/png")]], "list"),
        (Annotated[str, SESSION], "session"),
        (Annotated[str | None, SESSION], "session"),
        (list[date], "list"),
        (list[str] | None, "tags"),
        (Annotated[str, PICK], "text"),
        (Annotated[int, PICK], "number"),
    ],
)
def test_the_widget_follows_from_the_schema(annotation: Any, kind: str) -> None:
    assert one(annotation).kind == kind


def test_bounds_default_and_help_are_taken_over() -> None:
    found = one(int, default=3, ge=1, le=20, description="How many", title="Answers")
    assert (found.low, found.high, found.step, found.default) == (1, 20, "1", 3)
    assert (found.label, found.help, found.required, found.advanced) == ("Answers", "How many", False, True)


def test_a_reference_keeps_the_fields_own_words() -> None:
    found = one(Colour, default=Colour.RED, description="Of the roof")
    assert (found.choices, found.help, found.default) == (("red", "blue"), "Of the roof", "red")


def test_what_may_be_none_is_not_required() -> None:
    assert not one(str | None).required
    assert one(str).required


def test_a_table_has_its_columns_and_a_list_its_entry() -> None:
    assert [part.name for part in one(list[Row]).parts] == ["name", "count"]
    assert one(list[Annotated[bytes, Media("image/png")]]).parts[0].accept == "image/png"


class Question(BaseModel):
    k: int = 3
    text: str
    note: str = ""
    session: Annotated[str | None, SESSION] = None


@pytest.mark.parametrize(
    "annotation",
    [Annotated[str, PICK], Annotated[str | None, PICK], Annotated[list[str], PICK], list[Annotated[str, PICK]]],
)
def test_what_a_card_may_fill_in_is_known(annotation: Any) -> None:
    assert one(annotation).pick
    assert not one(list[str]).pick


def test_a_session_and_a_text_make_a_chat() -> None:
    chat = forms.chat(forms.widgets(Question.model_json_schema()))
    assert chat is not None
    assert chat.name == "text"
    assert forms.chat(forms.widgets(Row.model_json_schema())) is None


class Verdict(BaseModel):
    helpful: bool
    answer: str | None = None


class Score(BaseModel):
    grade: int
    fair: bool


def test_a_lone_yes_or_no_becomes_two_buttons() -> None:
    verdict = forms.verdict(forms.widgets(Verdict.model_json_schema()))
    assert verdict is not None
    assert verdict.name == "helpful"
    assert forms.verdict(forms.widgets(Score.model_json_schema())) is None


def test_a_recursive_model_ends() -> None:
    class Node(BaseModel):
        name: str
        children: list[Node] = []

    Node.model_rebuild()
    schema = Node.model_json_schema()
    definition = schema["$defs"]["Node"] if "$defs" in schema else schema
    assert json.dumps([w.kind for w in forms.widgets({**definition, "$defs": schema.get("$defs", {})})])
