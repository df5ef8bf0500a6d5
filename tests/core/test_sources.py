from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import BaseModel, Field, ValidationError

from hanok.core.marks import fields
from hanok.core.problem import NotFound, Problem
from hanok.core.sources import Folder, Source, Table


class Row(BaseModel):
    x: int
    label: str = Field(default="", alias="kind")


class Sources(BaseModel):
    points: Table[Row]
    pictures: Folder | None = None


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    path.write_text("number,kind\n1,a\n2,b\nthree,b\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("given", ["a.csv", Path("a.csv"), {"path": "a.csv"}, Table[Row](path=Path("a.csv"))])
def test_a_bare_path_stands_for_the_slot(given: object) -> None:
    assert Sources.model_validate({"points": given}).points == Table[Row](path=Path("a.csv"))


@pytest.mark.parametrize("given", [3, None, {}, {"path": "a.csv", "skip": "perhaps"}, ["a.csv"]])
def test_what_is_no_source_is_refused(given: object) -> None:
    with pytest.raises(ValidationError):
        Sources.model_validate({"points": given})


def test_a_source_survives_json() -> None:
    table = Table[Row](path=Path("a.csv"), columns={"x": "number"}, where={"kind": "b"}, skip=True)
    sources = Sources(points=table, pictures=Folder(path=Path("p")))
    assert Sources.model_validate_json(sources.model_dump_json()) == sources
    assert json.loads(sources.model_dump_json())["pictures"] == {"path": "p"}


def test_a_source_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Source(path=Path("a.csv")).path = Path("b.csv")  # type: ignore[misc]


def test_a_table_knows_the_model_of_its_rows() -> None:
    assert Table[Row].row() is Row
    assert Sources.model_fields["points"].annotation is Table[Row]


def test_rows_are_read_as_the_user_said(csv: Path) -> None:
    table = Table[Row](path=csv, columns={"x": "number"}, where={"kind": "b"}, skip=True)
    assert table.read().to_dicts() == [{"x": 2, "label": "b"}]


def test_rows_that_do_not_fit_are_refused_with_their_place_or_left_out(csv: Path) -> None:
    table = Table[Row](path=csv, columns={"x": "number"})
    assert table.check().n_bad == 1
    with pytest.raises(Problem, match=r"points\.csv:4"):
        table.read()
    assert table.model_copy(update={"skip": True}).read()["x"].to_list() == [1, 2]


def test_checking_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Table[Row](path=tmp_path / "none.csv").check()


def test_the_schema_tells_forms_what_the_slot_takes() -> None:
    found = dict(fields(Sources))
    assert found["points"]["x-source"] == "table"
    assert set(found["points"]["x-row"]["properties"]) == {"x", "kind"}
    assert found["points"]["properties"].keys() == {"path", "columns", "where", "skip"}
    assert found["pictures"]["x-source"] == "folder"


def test_a_folder_gives_its_files_sorted_each_once_however_deep(tmp_path: Path) -> None:
    for name in ("b.wav", "a.wav", "deep/er/c.wav", "notes.txt", "folder.wav/d.mp3"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    folder = Folder(path=tmp_path)
    named = [path.relative_to(tmp_path).as_posix() for path in folder.files("*.wav", "a.*", "*.mp3")]
    assert named == ["a.wav", "b.wav", "deep/er/c.wav", "folder.wav/d.mp3"]
    assert len(folder.files()) == 5


def test_a_file_stands_for_a_folder_of_it_alone(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"")
    folder = Folder(path=tmp_path / "a.wav")
    assert folder.files() == folder.files("*.wav") == [tmp_path / "a.wav"]
    with pytest.raises(NotFound):
        folder.files("*.mp3")


@pytest.mark.parametrize(("name", "patterns"), [("none", ()), ("empty", ()), ("empty", ("*.wav", "*.mp3"))])
def test_a_folder_without_what_is_wanted_says_what_was_looked_for(
    tmp_path: Path, name: str, patterns: tuple[str, ...]
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFound) as caught:
        Folder(path=tmp_path / name).files(*patterns)
    assert str(tmp_path / name) in caught.value.where
    assert all(pattern in caught.value.message for pattern in patterns)


def test_a_table_that_does_not_say_what_a_row_is_is_an_authors_fault() -> None:
    with pytest.raises(TypeError, match=r"Table\[Row\]"):
        Table.row()
