import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import NotFound, Problem, TooLarge
from hanok.core.table import cells, files
from hanok.core.table.cells import Cells
from hanok.core.table.files import SUFFIXES, read_cells


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(folder: Path, name: str, content: str | bytes) -> Cells:
    return read_cells(write(folder, name, content), ())


def refused(folder: Path, name: str, content: str | bytes) -> Problem:
    with pytest.raises(Problem) as caught:
        read(folder, name, content)
    assert caught.value.message
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("name", ["a.csv", "a.CSV", "a.tsv", "a.txt"])
def test_the_suffix_says_the_delimiter(tmp_path: Path, name: str) -> None:
    separator = "," if name.lower().endswith("csv") else "\t"
    found = read(tmp_path, name, f"q{separator}a\n1{separator}2\n")
    assert found.frame.to_dicts() == [{"q": "1", "a": "2"}]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_text_in_every_encoding_gives_the_same_cells(tmp_path: Path, codec: str, name: str) -> None:
    text = "질문,답\n환불은요?,3일입니다\n" if name == "a.csv" else '{"질문": "환불은요?", "답": "3일입니다"}\n'
    found = read(tmp_path, name, text.encode(codec))
    assert found.frame.to_dicts() == [{"질문": "환불은요?", "답": "3일입니다"}]
    assert found.encoding == codec


def test_japanese_from_excel(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", "質問,答え\r\n返金はいつですか?,三日です。\r\n".encode("cp932"))
    assert found.frame.row(0) == ("返金はいつですか?", "三日です。")


def test_a_missing_file_a_folder_and_a_device_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as gone:
        read_cells(tmp_path / "gone.csv", ())
    assert gone.value.code == "no_file"
    (tmp_path / "folder.csv").mkdir()
    for path in (tmp_path / "folder.csv", Path("/dev/null")):
        with pytest.raises(Problem) as caught:
            read_cells(path, ())
        assert caught.value.code == "not_a_file"


def test_a_name_the_system_cannot_open_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        read_cells(tmp_path / ("x" * 5000 + ".csv"), ())
    assert caught.value.code == "unreadable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_unreadable(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "q\n1\n")
    path.chmod(0)
    with pytest.raises(Problem) as caught:
        read_cells(path, ())
    assert caught.value.code == "unreadable"


def test_an_unknown_suffix_names_those_that_are_read(tmp_path: Path) -> None:
    problem = refused(tmp_path, "a.xlsx", b"PK")
    assert problem.code == "unknown_suffix"
    assert all(suffix in problem.message for suffix in SUFFIXES)


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.parquet"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path, name, b"").code == "empty_file"


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", "q,a\n"), ("a.csv", "q,a"), ("a.jsonl", "\n \n"), ("a.jsonl", "{}")]
)
def test_a_header_alone_is_refused(tmp_path: Path, name: str, content: str) -> None:
    assert refused(tmp_path, name, content).code == "no_rows"


def test_a_parquet_file_without_rows_is_refused(tmp_path: Path) -> None:
    pl.DataFrame({"q": pl.Series([], dtype=pl.String)}).write_parquet(tmp_path / "a.parquet")
    assert refused(tmp_path, "a.parquet", (tmp_path / "a.parquet").read_bytes()).code == "no_rows"


def test_more_bytes_than_the_limit_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 7)
    assert read(tmp_path, "a.csv", b"q\n1\n2\n3").frame.height == 3
    with pytest.raises(TooLarge):
        read(tmp_path, "a.csv", b"q\n1\n2\n34")


def test_more_rows_than_the_limit_are_refused_in_every_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pl.DataFrame({"q": [1, 2, 3]}).write_parquet(tmp_path / "p.parquet")
    contents = {"a.csv": b"q\n1\n2\n3\n", "a.jsonl": b'{"q":1}\n{"q":2}\n{"q":3}\n'}
    contents["a.parquet"] = (tmp_path / "p.parquet").read_bytes()
    for limit in (3, 2):
        monkeypatch.setattr(cells, "MAX_ROWS", limit)
        for name, content in contents.items():
            if limit == 3:
                assert read(tmp_path, name, content).frame.height == 3
            else:
                with pytest.raises(TooLarge):
                    read(tmp_path, name, content)


def test_json_lines_with_ever_new_keys_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TooLarge) as caught:
        read(tmp_path, "a.jsonl", "".join(f'{{"k{i}": 1}}\n' for i in range(1002)))
    assert caught.value.where == "a.jsonl:1001"


def test_json_lines_keep_their_types_and_a_missing_key_is_null(tmp_path: Path) -> None:
    found = read(tmp_path, "a.jsonl", '{"s": "x", "i": 1, "f": 1.5, "b": true}\n\n{"i": null, "m": 2}\n{"m": "2"}\n')
    assert found.frame.columns == ["s", "i", "f", "b", "m"]
    assert found.frame["i"].to_list() == [1, None, None]
    assert found.frame["m"].to_list() == [None, 2, "2"]
    assert found.lines.to_list() == [1, 3, 4]


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())


@given(st.lists(st.fixed_dictionaries({"a": VALUES, "b": st.one_of(VALUES, st.lists(VALUES))}), min_size=1, max_size=5))
def test_what_json_writes_is_read_back_equal(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    found = read(tmp_path_factory.mktemp("json"), "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    for name in ("a", "b"):
        values = found.frame[name].to_list()
        assert [(type(v), v) for v in values] == [(type(row[name]), row[name]) for row in rows]


def test_lines_that_are_no_json_object_are_named(tmp_path: Path) -> None:
    found = read(tmp_path, "a.jsonl", '{"q": 1}\n{"q": }\n[1]\n{"q": "\\ud800"}\n{"q": NaN}\n')
    assert found.frame.height == 1
    assert [p.where for _, p in found.broken] == [f"a.jsonl:{n}" for n in (2, 3, 4, 5)]
    assert "at column 7" in found.broken[0][1].message
    assert "found list, expected an object" in found.broken[1][1].message


def test_a_file_that_is_no_json_lines_at_all_says_so(tmp_path: Path) -> None:
    problem = refused(tmp_path, "a.jsonl", "[\n1,\n2]")
    assert (problem.code, problem.where) == ("bad_json", "a.jsonl:1")


def test_keys_that_differ_only_in_case_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "a.jsonl", '{"q": 1, "Q": 2}').code == "repeated_column"


def test_parquet_keeps_its_types_and_counts_rows(tmp_path: Path) -> None:
    frame = pl.DataFrame({"q": ["x", None], "n": [1, 2], "l": [[1], [2, 3]]})
    frame.write_parquet(tmp_path / "a[1].parquet")
    found = read_cells(tmp_path / "a[1].parquet", ())
    assert found.frame.equals(frame)
    assert found.lines.to_list() == [1, 2]
    assert found.encoding is None


@pytest.mark.parametrize("damage", [b"no parquet", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_damaged_parquet_is_refused(tmp_path: Path, damage: bytes) -> None:
    problem = refused(tmp_path, "a.parquet", damage)
    assert (problem.code, problem.where) == ("bad_parquet", "a.parquet")


@given(st.binary(max_size=200), st.sampled_from(SUFFIXES))
def test_any_bytes_are_read_or_refused_with_a_problem(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    with suppress(Problem):
        found = read(tmp_path_factory.mktemp("any"), f"a{suffix}", content)
        assert found.frame.height == len(found.lines)


@given(st.data())
def test_parquet_with_flipped_bytes_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("flip")
    pl.DataFrame({"q": ["x", "y"], "n": [1, 2]}).write_parquet(folder / "a.parquet")
    raw = bytearray((folder / "a.parquet").read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Problem):
        assert read(folder, "a.parquet", bytes(raw)).frame.height
