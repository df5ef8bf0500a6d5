"""Arguments whose names come from a system."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from hanok.cli import arguments
from hanok.cli.failure import Usage
from hanok.core.marks import LOCAL, Media
from hanok.core.problem import NotFound
from hanok.core.sources import Folder, Table


class Row(BaseModel):
    user: str


class Sources(BaseModel):
    views: Table[Row]
    items: Table[Row] | None = None
    pictures: Folder | None = None


class Config(BaseModel):
    name: str = ""
    layers: list[int] = []
    rate: float = 0.1
    kind: Literal["a", "b"] = "a"
    module: Annotated[str, LOCAL] = ""


class Item(BaseModel):
    image: Annotated[bytes | None, Media("image/*")] = None
    text: str
    top_k: int = 3
    without: list[str] = []
    where: dict[str, int] = {}


class Video:
    name = "video"
    Sources, Config = Sources, Config


CLS: Any = Video


# -- words -----------------------------------------------------------------------------------------------------------


@given(st.text(), st.text())
def test_a_value_may_be_anything(value: str, other: str) -> None:
    assert arguments.split(["--text", value, f"--text={other}"]) == ([], {"text": [value, other]})


def test_hyphens_and_underscores_are_the_same_in_names_only() -> None:
    assert arguments.split(["--top-k", "a-b", "--top_k", "c"]) == ([], {"top_k": ["a-b", "c"]})


# -- slots -----------------------------------------------------------------------------------------------------------


def table(path: str, **more: object) -> dict[str, object]:
    return {"path": path, "columns": {}, "where": {}, "skip": False, **more}


def test_the_first_slot_needs_no_name() -> None:
    assert arguments.slots(CLS, ["v.csv"]) == arguments.slots(CLS, ["--views", "v.csv"]) == {"views": table("v.csv")}


def test_other_slots_go_by_name_and_folders_are_paths() -> None:
    given = arguments.slots(CLS, ["v.csv", "--items", "i.csv", "--pictures", "p"])
    assert given == {"views": table("v.csv"), "items": table("i.csv"), "pictures": "p"}
    Sources.model_validate(given)


def test_columns_and_where_belong_to_the_table_they_name() -> None:
    found = arguments.slots(
        CLS, ["v.csv", "--items", "i.csv"], ["views.user=who", "items.user=u"], ["items.label=a=b"], skip=True
    )
    assert found["views"] == table("v.csv", columns={"user": "who"}, skip=True)
    assert found["items"] == table("i.csv", columns={"user": "u"}, where={"label": "a=b"}, skip=True)


def test_of_several_tables_one_must_be_named() -> None:
    with pytest.raises(Usage, match="of which table") as caught:
        arguments.slots(CLS, ["v.csv"], ["user=who"])
    assert "views.user" in caught.value.hint


def test_of_one_table_a_dot_is_part_of_the_column() -> None:
    class One:
        name = "one"

        class Sources(BaseModel):
            views: Table[Row]

    system: Any = One
    found = arguments.slots(system, ["v.csv"], ["user=who"], ["meta.label=0"])
    assert found == {"views": table("v.csv", columns={"user": "who"}, where={"meta.label": "0"})}


# -- values ----------------------------------------------------------------------------------------------------------


def test_hyper_parameters_are_read_by_their_type() -> None:
    found = arguments.config(CLS, ["name=007", "layers=[1, 2]", "rate=1e-3", "kind=b", "module=a.b:c"])
    assert found == {"name": "007", "layers": [1, 2], "rate": 0.001, "kind": "b", "module": "a.b:c"}


def test_an_item_from_words(tmp_path: Path) -> None:
    picture = tmp_path / "p.png"
    picture.write_bytes(b"\x89PNG")
    words = [
        "hello",
        "--top-k",
        "5",
        "--without",
        "a",
        "--without",
        "b",
        "--where",
        '{"x": 1}',
        "--image",
        str(picture),
    ]
    item = arguments.item(Item, words)
    assert Item.model_validate(item) == Item(
        text="hello", top_k=5, without=["a", "b"], where={"x": 1}, image=b"\x89PNG"
    )


def test_text_stays_text_whatever_it_looks_like() -> None:
    assert arguments.item(Item, ["--text", "-5"]) == {"text": "-5"}
    assert arguments.item(Item, ["true"]) == {"text": "true"}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        arguments.item(Item, ["--image", str(tmp_path / "none.png")])


def test_a_field_given_twice_that_takes_one_value() -> None:
    with pytest.raises(Usage, match="twice"):
        arguments.item(Item, ["hello", "--text", "again"])


def test_a_lone_value_goes_to_the_field_people_mean() -> None:
    class Picture(BaseModel):
        size: int = 0
        image: Annotated[bytes, Media("image/*")]

    class Search(BaseModel):
        limit: int = 3
        query: str = ""

    assert arguments.main_field(Item) == "text"
    assert arguments.main_field(Picture) == "image"
    assert arguments.main_field(Search) == "query"
    with pytest.raises(Usage):
        arguments.main_field(type("Empty", (BaseModel,), {}))
