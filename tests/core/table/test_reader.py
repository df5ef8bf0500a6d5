import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from hanok.core.problem import Problem
from hanok.core.sources import Table
from hanok.core.table import Check, check


class Row(BaseModel):
    question: str = Field(min_length=1, validation_alias=AliasChoices("question", "text"))
    answer: str = Field(min_length=1)
    stars: int = Field(3, ge=1, le=5)


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    path = tmp_path / "faq.csv"
    path.write_text('Text,answer,note,label\n Why? ,"Because,\nso.",x,0\nHow?,,y,0\nWho?,me,z,1\nshort\n', "utf-8")
    return path


def test_a_check_tells_everything_about_a_file(faq: Path) -> None:
    found = check(faq, Row)
    assert [(c.field, c.column, c.how) for c in found.recognised] == [
        ("question", "Text", "alias"),
        ("answer", "answer", "name"),
        ("stars", None, "missing"),
    ]
    assert [c.required for c in found.recognised] == [True, True, False]
    assert found.unused == ["note", "label"]
    assert (found.n_rows, found.n_bad, found.encoding) == (4, 2, "utf-8")
    assert [p.where for p in found.problems] == ["faq.csv:4 answer", "faq.csv:6"]
    assert found.preview(1) == [{"question": "Why?", "answer": "Because,\nso.", "stars": 3}]


def test_bad_rows_refuse_the_file_unless_skipped(faq: Path) -> None:
    found = check(faq, Row)
    with pytest.raises(Problem) as caught:
        found.frame()
    assert caught.value.code == "bad_rows"
    assert caught.value.message.startswith("2 of 4 rows cannot be used")
    assert list(caught.value.details) == found.problems
    assert found.frame(skip=True).columns == ["question", "answer", "stars"]
    assert found.frame(skip=True)["question"].to_list() == ["Why?", "Who?"]


def test_details_are_the_first_twenty(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_text("question,answer\nq,a\n" + "q,\n" * 30)
    with pytest.raises(Problem) as caught:
        check(path, Row).frame()
    assert [d.where for d in caught.value.details] == [f"faq.csv:{n} answer" for n in range(3, 23)]


def test_nothing_usable_is_refused_even_if_skipped(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_text("question,answer\nq,\n")
    with pytest.raises(Problem) as caught:
        check(path, Row).frame(skip=True)
    assert caught.value.code == "no_rows"
    assert "1 of 1 rows" in caught.value.message


def test_a_missing_column_is_shown_by_the_check_and_refused_by_the_frame(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_text("question,anwser\nq,a\n")
    found = check(path, Row)
    assert [c.how for c in found.recognised] == ["name", "missing", "missing"]
    assert (found.unused, found.n_rows, found.preview()) == (["anwser"], 1, [])
    for skip in (False, True):
        with pytest.raises(Problem) as caught:
            found.frame(skip=skip)
        assert caught.value.code == "missing_column"
        assert caught.value.hint == "--columns answer=anwser"
    assert check(path, Row, columns={"answer": "anwser"}).frame().height == 1


def test_where_keeps_rows_and_their_lines(faq: Path) -> None:
    found = check(faq, Row, where={"Label": "1"})
    assert found.preview() == [{"question": "Who?", "answer": "me", "stars": 3}]
    assert found.problems[0].where == "faq.csv:6"  # whether a row without cells was asked for, nobody knows
    assert check(faq, Row, where={"label": "0"}).problems[0].where == "faq.csv:4 answer"
    assert check(faq, Row, where={"label": "0", "note": "x"}).frame(skip=True).height == 1


def test_where_compares_values_of_other_types_as_written(tmp_path: Path) -> None:
    frame = pl.DataFrame({"question": ["a", "b"], "answer": ["c", "d"], "label": [0, 1], "sure": [True, False]})
    frame.write_parquet(tmp_path / "faq.parquet")
    frame.write_ndjson(tmp_path / "faq.jsonl")
    for name in ("faq.parquet", "faq.jsonl"):
        assert check(tmp_path / name, Row, where={"label": "1"}).frame()["question"].to_list() == ["b"]
        assert check(tmp_path / name, Row, where={"sure": "true"}).frame()["question"].to_list() == ["a"]


def test_where_that_keeps_nothing_says_what_there_is(faq: Path) -> None:
    with pytest.raises(Problem) as caught:
        check(faq, Row, where={"label": "9"})
    assert caught.value.code == "no_rows"
    assert "'0', '1'" in caught.value.message
    with pytest.raises(Problem) as caught:
        check(faq, Row, where={"lable": "9"})
    assert caught.value.hint == "did you mean 'label'?"


@pytest.mark.parametrize("name", ["faq.csv", "faq.tsv", "faq.jsonl", "faq.parquet"])
def test_every_format_gives_the_same_frame(tmp_path: Path, name: str) -> None:
    frame = pl.DataFrame({"question": ['the "how"', "질문"], "answer": ["a, b", "답"], "stars": [1, 5]})
    path = tmp_path / name
    if name.endswith("parquet"):
        frame.write_parquet(path)
    elif name.endswith("jsonl"):
        frame.write_ndjson(path)
    else:
        frame.write_csv(path, separator="," if name.endswith("csv") else "\t")
    found = check(path, Row)
    assert not found.problems
    assert found.frame().equals(frame)


def test_a_source_reads_through_it(faq: Path) -> None:
    source = Table[Row](path=faq, columns={"answer": "note"}, skip=True)
    assert isinstance(source.check(), Check)
    assert source.read()["answer"].to_list() == ["x", "y", "z"]


def test_importing_the_reader_does_not_import_polars() -> None:
    program = "import sys, hanok.core.table; sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


class Open(Row):
    model_config = ConfigDict(extra="allow")


@pytest.mark.parametrize("row", [Row, Open])
def test_only_an_open_model_keeps_further_columns_of_the_usable_rows(faq: Path, row: type[Row]) -> None:
    found = check(faq, row)
    further = {"note": "x", "label": "0"} if row is Open else {}
    kept = {"question": "Why?", "answer": "Because,\nso.", "stars": 3, **further}
    assert found.frame(skip=True).row(0, named=True) == kept
    assert found.frame(skip=True).height == 2
    assert found.unused == ([] if row is Open else ["note", "label"])


def test_further_columns_stay_beside_their_rows_whichever_way_these_were_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f"q{i},a,{'3.0' if i % 2 else '3'}, tag{i} \n" for i in range(20))  # pydantic takes 3.0, one by one
    path.write_text("question,answer,stars,tag\n" + rows, "utf-8")
    frame = check(path, Open).frame()
    assert frame["question"].to_list() == [f"q{i}" for i in range(20)]
    assert frame["tag"].to_list() == [f"tag{i}" for i in range(20)]


def test_further_columns_keep_the_types_of_json(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"question": "q", "answer": "a", "n": 2, "many": ["x", "y"]}\n{"question": "r", "answer": "b"}\n')
    assert check(path, Open).frame().select("n", "many").rows() == [(2, ["x", "y"]), (None, None)]


def test_a_further_column_never_takes_the_place_of_a_field(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,Question,answer\nWhy?,other,So.\n", "utf-8")
    found = check(path, Open, columns={"question": "title"})
    assert found.frame().columns == ["question", "answer", "stars"]
    assert found.unused == ["Question"]
