import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.core.table import delimited
from hanok.core.table.cells import Cells
from hanok.core.table.delimited import quotes_enclose, read_delimited

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def read(text: str, own: str = ",", known: tuple[str, ...] = ()) -> Cells:
    return read_delimited(text.encode(), "utf-8", "faq.csv", own, known)


def broken(cells: Cells) -> list[tuple[str, str]]:
    return [(problem.where, problem.code) for _, problem in cells.broken]


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=6)))
def test_what_csv_writes_is_read_back_equal(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[f"c{i}" for i in range(len(rows[0]))], *rows])
    cells = read(out.getvalue())
    assert [list(row) for row in cells.frame.rows()] == rows
    assert not cells.n_broken


@given(st.lists(st.lists(CELL, min_size=2, max_size=3), min_size=1, max_size=6))
def test_each_row_says_the_line_on_which_it_begins(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["a", "b"])
    begins = []
    for row in rows:
        # an editor counts \n, \r\n and a lone \r as one line end each
        begins.append(out.getvalue().replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1)
        writer.writerow(row)
    cells = read(out.getvalue())
    assert cells.lines.to_list() == [line for line, row in zip(begins, rows, strict=True) if len(row) == 2]
    assert [line for line, _ in cells.broken] == [line for line, row in zip(begins, rows, strict=True) if len(row) == 3]


def test_lines_are_right_after_cells_over_several_lines_and_blank_lines() -> None:
    cells = read('q,a\n"one\ntwo\nthree",x\n\n\nlast,y\nshort\n')
    assert cells.frame["q"].to_list() == ["one\ntwo\nthree", "last"]
    assert cells.lines.to_list() == [2, 7]
    assert broken(cells) == [("faq.csv:8", "ragged_row")]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_csv_with_another_delimiter_is_recognised(separator: str) -> None:
    text = f'question{separator}answer\n"a, {separator} b"{separator}c\n'
    assert read(text, known=("question", "answer")).frame.row(0) == (f"a, {separator} b", "c")
    assert read(text).frame.columns == ["question", "answer"]


def test_the_suffixs_own_delimiter_goes_before_others_that_give_no_more_known_columns() -> None:
    assert read("a;b;c,d\n1,2\n").frame.columns == ["a;b;c", "d"]
    assert read("a, b, c\td\n1\t2\n", own="\t").frame.columns == ["a, b, c", "d"]


def test_quotes_in_the_header_of_another_delimiter() -> None:
    assert read('"a";"b, c"\n1;2\n').frame.columns == ["a", "b, c"]


def test_one_column_needs_no_delimiter() -> None:
    assert read("question\nWhy?\nHow?\n").frame["question"].to_list() == ["Why?", "How?"]


def test_a_column_without_a_name_gets_its_number() -> None:
    assert read(",a\n0,x\n").frame.columns == ["column 1", "a"]


def test_too_few_and_too_many_cells_are_named_and_never_filled() -> None:
    cells = read("q,a\nx\ny,1\nz,1,2\n")
    assert cells.frame.rows() == [("y", "1")]
    first, second = (problem for _, problem in cells.broken)
    assert str(first) == "faq.csv:2: found 1 cell, expected 2"
    assert "'a'" in first.hint
    assert str(second) == "faq.csv:4: found 3 cells, expected 2"
    assert "double quotes" in second.hint


def test_text_after_a_closing_quote_costs_one_row() -> None:
    cells = read('q,a\n"x"y,1\nz,2\n')
    assert cells.frame.rows() == [("z", "2")]
    assert broken(cells) == [("faq.csv:2", "bad_quotes")]


def test_a_quote_inside_a_bare_cell_is_text() -> None:
    assert read('q,a\n6" pipe,1\n').frame.rows() == [('6" pipe', "1")]


@pytest.mark.parametrize("tail", ["", "x" * (csv.field_size_limit() + 1)])
def test_a_quote_that_never_closes_refuses_the_file_at_its_line(tail: str) -> None:
    with pytest.raises(Problem) as caught:
        read(f'q,a\nx,1\n"y,2\nz,3\n{tail}')
    assert (caught.value.code, caught.value.where) == ("bad_quotes", "faq.csv:3")


@pytest.mark.parametrize("text", ["\n\n", "  \n", "\r\n"])
def test_no_header_is_refused(text: str) -> None:
    with pytest.raises(Problem) as caught:
        read(text)
    assert caught.value.code == "empty_file"


def test_repeated_names_are_refused() -> None:
    with pytest.raises(Problem) as caught:
        read("q,a,Q\n1,2,3\n")
    assert (caught.value.code, caught.value.where) == ("repeated_column", "faq.csv:1")


def test_rows_beyond_one_chunk_stay_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "_CHUNK", 4)
    cells = read("q,a\n" + "".join(f"{i},{i + 1}\n" for i in range(11)))
    assert cells.frame.rows() == [(str(i), str(i + 1)) for i in range(11)]
    assert cells.lines.to_list() == list(range(2, 13))


def test_stray_quotes_in_tsv_are_text() -> None:
    text = 'size\tname\n6"\tHT\n"go there" bus\t"ok\n20" pipe\t"whole"\n'
    assert read(text, own="\t").frame.rows() == [('6"', "HT"), ('"go there" bus', '"ok'), ('20" pipe', '"whole"')]


def test_a_tsv_whose_quotes_enclose_cells_is_unquoted() -> None:
    text = 'text\tintent\n"Where is ""top-up""?"\ta\nplain\tb\n'
    assert read(text, own="\t").frame.rows() == [('Where is "top-up"?', "a"), ("plain", "b")]


def test_speech_over_lines_that_stand_alone_is_text() -> None:
    text = 'id\ttext\n1\t"Hello\n2\tmy friend"\n'
    assert not quotes_enclose(text)
    assert read(text, own="\t").frame.rows() == [("1", '"Hello'), ("2", 'my friend"')]


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=6))
def test_a_tsv_by_csv_writer_is_read_back_equal_unless_its_lines_stand_alone(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter="\t").writerows([["a", "b"], *rows])
    text = out.getvalue()
    if quotes_enclose(text):
        assert [list(row) for row in read(text, own="\t").frame.rows()] == rows
    else:
        assert {line.count("\t") for line in io.StringIO(text, newline="") if line.strip("\r\n")} == {1}


@pytest.mark.parametrize("name", ["korsts/sts-train.tsv", "korsts/sts-dev.tsv", "sroie_lines/lines.tsv"])
def test_real_files_with_stray_quotes_are_read_as_split_reads_them(data: Path, name: str) -> None:
    cells = read((data / name).read_text("utf-8"), own="\t")
    lines = (data / name).read_text("utf-8").rstrip("\n").split("\n")
    assert cells.frame.rows() == [tuple(line.split("\t")) for line in lines[1:]]


@pytest.mark.parametrize(("name", "n"), [("banking77/train.tsv", 10003), ("clinc150/clinc150.tsv", 23700)])
def test_real_files_with_enclosing_quotes_are_unquoted(data: Path, name: str, n: int) -> None:
    cells = read((data / name).read_text("utf-8"), own="\t")
    assert (cells.frame.height, cells.n_broken) == (n, 0)
    assert not cells.frame.filter(pl.col("text").str.contains('""', literal=True)).height
