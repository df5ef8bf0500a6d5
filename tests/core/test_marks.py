from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from hanok.core.marks import APPEND, LOCAL, LOG_SEARCH, SEARCH, SESSION, Mark, Media, Stage, fields, marked, within

MARKS = [SESSION, APPEND, LOCAL, SEARCH, LOG_SEARCH, Stage("rank"), Mark("mine", 3)]


class Clip(BaseModel):
    sound: Annotated[bytes, Media("audio/wav")]
    pictures: list[Annotated[bytes, Media("image/*")]] = []
    cover: Annotated[bytes, Media("image/png")] | None = None


class Inner(BaseModel):
    n: int = 0


contents = st.builds(Clip, sound=st.binary(), pictures=st.lists(st.binary(), max_size=3), cover=st.none() | st.binary())


@given(contents)
def test_any_bytes_come_back_from_json(clip: Clip) -> None:
    assert Clip.model_validate_json(clip.model_dump_json()) == clip
    assert Clip.model_validate(clip.model_dump(mode="json")) == clip
    assert Clip.model_validate(clip.model_dump()) == clip


@given(st.binary())
def test_json_has_the_standard_alphabet_with_padding(content: bytes) -> None:
    text = json.loads(Clip(sound=content).model_dump_json())["sound"]
    assert text == b64encode(content).decode("ascii")
    assert b64decode(text, validate=True) == content


@given(st.binary(), st.sampled_from(["image/png", "audio/wav", "text/plain;charset=utf-8", ""]))
def test_data_urls_are_taken_as_browsers_write_them(content: bytes, kind: str) -> None:
    url = f"data:{kind};base64,{b64encode(content).decode()}"
    assert Clip.model_validate({"sound": url}).sound == content
    assert Clip.model_validate_json(json.dumps({"sound": url})).sound == content


def test_in_python_bytes_stay_bytes() -> None:
    assert Clip(sound=b"iVBO").sound == b"iVBO"
    assert Clip(sound=b"iVBO").model_dump()["sound"] == b"iVBO"


@pytest.mark.parametrize(
    "text",
    ["-_-_", "abc", "ab cd", "abcd\n", "한글", "data:text/plain,abcd", "data:image/png;base64", "data:;base64,-_-_"],
    ids=["url-safe", "no padding", "space", "newline", "not ascii", "not base64", "no comma", "url-safe in a URL"],
)
def test_what_is_not_standard_base64_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Clip.model_validate({"sound": text})
    assert caught.value.errors()[0]["loc"] == ("sound",)


@pytest.mark.parametrize("value", [3, None, ["abcd"], {"sound": "abcd"}])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Clip.model_validate({"sound": value})


def test_the_length_of_the_bytes_can_be_bounded() -> None:
    class Small(BaseModel):
        photo: Annotated[bytes, Field(max_length=3), Media("image/*")]

    assert Small.model_validate({"photo": "AAAA"}).photo == b"\0\0\0"
    with pytest.raises(ValidationError):
        Small.model_validate({"photo": "AAAAAA=="})


def test_the_schema_says_the_media_type_however_deep_it_lies() -> None:
    found = dict(fields(Clip))
    assert found["sound"] == {
        "type": "string",
        "contentEncoding": "base64",
        "contentMediaType": "audio/wav",
        "title": "Sound",
    }
    assert found["pictures"]["items"]["contentMediaType"] == "image/*"
    assert found["cover"]["contentMediaType"] == "image/png"


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: f"{mark.key}={mark.value}")
@pytest.mark.parametrize("place", ["bare", "whole optional", "inner optional", "model", "optional model", "choice"])
def test_a_mark_is_found_wherever_the_annotation_holds_it(mark: Mark, place: str) -> None:
    annotations: dict[str, Any] = {
        "bare": Annotated[int, mark],
        "whole optional": Annotated[int | None, mark],
        "inner optional": Annotated[int, mark] | None,
        "model": Annotated[Inner, mark],
        "optional model": Annotated[Inner | None, mark],
        "choice": Annotated[Literal["a", "b"], mark],
    }
    model = type("Model", (BaseModel,), {"__annotations__": {"plain": int, "field": annotations[place]}})
    found = dict(fields(model))
    assert found["field"][f"x-{mark.key}"] == mark.value
    assert f"x-{mark.key}" not in found["plain"]
    assert marked(model, mark.key) == ("field",)


def test_marks_stand_side_by_side_and_beside_bounds() -> None:
    class Config(BaseModel):
        alpha: Annotated[float | None, Field(ge=0.1, le=10), LOG_SEARCH, Stage("rank")] = None

    schema = dict(fields(Config))["alpha"]
    assert (schema["x-search"], schema["x-stage"]) == ("log", "rank")
    assert (schema["minimum"], schema["maximum"], schema["default"]) == (0.1, 10, None)


def test_a_reference_is_followed() -> None:
    class Outer(BaseModel):
        one: Inner
        maybe: Inner | None = None

    found = dict(fields(Outer))
    assert found["one"]["properties"]["n"]["type"] == "integer"
    assert found["maybe"]["properties"]["n"]["type"] == "integer"


def test_what_is_written_at_the_field_wins_over_what_it_refers_to() -> None:
    class Outer(BaseModel):
        one: Annotated[Inner, Field(title="The first", description="of many")]

    schema = dict(fields(Outer))["one"]
    assert (schema["title"], schema["description"]) == ("The first", "of many")


def test_fields_come_in_their_order() -> None:
    assert [name for name, _ in fields(Clip)] == ["sound", "pictures", "cover"]


def test_a_model_without_fields_has_none() -> None:
    assert list(fields(type("Empty", (BaseModel,), {}))) == []


def test_a_mark_is_found_in_models_within_models_and_not_in_words() -> None:
    class Leaf(BaseModel):
        mine: Annotated[int, Mark("mine")] = 0

    class Tree(BaseModel):
        """About "x-other"."""

        branches: list[dict[str, Leaf]] = []

    assert within(Tree, "mine")
    assert not within(Tree, "other")
    assert marked(Tree, "mine") == ()
