"""Opening: fresh, again, at the same moment, the wrong thing, from the future."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

import hanok.store
from hanok.core.problem import Conflict, Problem, Unavailable
from hanok.store import NewAnswer, Store


def test_what_was_committed_is_there_when_opened_again(url: str, folder: Path) -> None:
    answer = NewAnswer("faq", 1, '{"text":"안녕"}', "{}")
    with Store.open(url, folder) as store:
        store.answers.record([answer])
    with Store.open(url, folder) as store:
        assert store.answers.get(answer.id).item == '{"text":"안녕"}'


def test_many_processes_open_a_fresh_database_at_once(children) -> None:
    opening = [children.start("open") for _ in range(6)]
    assert [child.stdout.readline() for child in opening] == ["ready\n"] * 6
    for child in opening:
        child.stdin.write("go\n")
        child.stdin.flush()
    assert [child.wait() for child in opening] == [0] * 6


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "hanok.db", "nonsense://x"])
def test_another_kind_of_database_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="expected sqlite:///<file> or postgresql"):
        Store.open(url, tmp_path)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "hanok.db").write_text("name,age\n" * 1000)
    with pytest.raises(Unavailable, match=r"hanok\.db: file is not a database"):
        Store.open(f"sqlite:///{tmp_path / 'hanok.db'}", tmp_path / "blobs")


def test_an_unreachable_server_is_named_without_its_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(Unavailable) as raised:
        Store.open("postgresql+psycopg://me:secret1@127.0.0.1:1/hanok", tmp_path)
    assert "127.0.0.1" in raised.value.message
    assert "secret1" not in str(raised.value.envelope())


def test_a_database_of_a_newer_release_is_refused_and_left_alone(url: str, folder: Path) -> None:
    with Store.open(url, folder) as store, store.database.write() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(Conflict, match="revision 9999"):
        Store.open(url, folder)


def test_exported_names_are_there() -> None:
    assert [name for name in hanok.store.__all__ if not hasattr(hanok.store, name)] == []


def test_hanok_itself_imports_no_database() -> None:
    program = "import sys, hanok; assert not {'sqlalchemy', 'alembic'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_opening_what_is_there_imports_no_migrations(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hanok.db'}"
    Store.open(url, tmp_path / "blobs").close()
    program = (
        "import sys; from pathlib import Path; from hanok.store import Store\n"
        "Store.open(sys.argv[1], Path(sys.argv[2])).close(); assert 'alembic' not in sys.modules"
    )
    line = [sys.executable, "-c", program, url, str(tmp_path / "blobs")]
    assert subprocess.run(line, check=False).returncode == 0


def test_a_copy_made_while_it_runs_can_be_opened(tmp_path: Path) -> None:
    answer = NewAnswer("faq", 1, "{}", "{}")
    with Store.open(f"sqlite:///{tmp_path / 'hanok.db'}", tmp_path / "blobs") as store:
        store.answers.record([answer])
        with closing(sqlite3.connect(tmp_path / "hanok.db")) as other:
            other.execute(f"vacuum into '{tmp_path / 'copy.db'}'")
    with Store.open(f"sqlite:///{tmp_path / 'copy.db'}", tmp_path / "blobs") as copy:
        assert copy.answers.get(answer.id).item == "{}"
