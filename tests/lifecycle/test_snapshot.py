from __future__ import annotations

from pathlib import Path

import pytest

from hanok.core.home import Home
from hanok.core.problem import NotFound
from hanok.lifecycle import snapshot
from sample_rooms.nearest import Sources as Points
from sample_rooms.sonify import Sources as Pictures


def test_a_table_comes_back_with_its_name_and_what_was_said_about_it(tmp_path: Path, points: Path) -> None:
    home = Home(tmp_path / "home")
    given = Points.model_validate({"points": {"path": points, "columns": {"x": "x"}, "where": {"y": "2"}}})
    kept = snapshot.restore(home, snapshot.keep(home, given), Points)
    assert kept.points.path.name == "points.csv"
    assert kept.points.path.read_bytes() == points.read_bytes()
    assert (kept.points.columns, kept.points.where) == ({"x": "x"}, {"y": "2"})


def test_what_was_kept_does_not_change_with_the_users_file(tmp_path: Path) -> None:
    home, path = Home(tmp_path / "home"), tmp_path / "p.csv"
    path.write_text("x,y\n1,2\n", encoding="utf-8")
    first = snapshot.keep(home, Points(points=path))
    path.write_text("x,y\n3,4\n", encoding="utf-8")
    second = snapshot.keep(home, Points(points=path))
    assert first != second
    assert "1,2" in snapshot.restore(home, first, Points).points.path.read_text(encoding="utf-8")


def test_the_same_data_twice_takes_its_room_once(tmp_path: Path, pictures: Path) -> None:
    home = Home(tmp_path / "home")
    given = Pictures(pictures=pictures)
    assert snapshot.keep(home, given) == snapshot.keep(home, given)
    assert len(list((home.snapshots / "files").iterdir())) == len(list(pictures.iterdir()))


def test_a_folder_comes_back_with_its_files(tmp_path: Path, pictures: Path) -> None:
    home = Home(tmp_path / "home")
    kept = snapshot.restore(home, snapshot.keep(home, Pictures(pictures=pictures)), Pictures)
    assert [f.name for f in kept.pictures.files("*.png")] == [f"{n}.png" for n in range(6)]


def test_a_file_in_a_folders_place_comes_back_as_that_file(tmp_path: Path, pictures: Path) -> None:
    home = Home(tmp_path / "home")
    kept = snapshot.restore(home, snapshot.keep(home, Pictures(pictures=pictures / "2.png")), Pictures)
    assert kept.pictures.path.name == "2.png"
    assert [f.read_bytes() for f in kept.pictures.files()] == [(pictures / "2.png").read_bytes()]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"nowhere\.csv"):
        snapshot.keep(Home(tmp_path / "home"), Points(points="nowhere.csv"))


def test_data_that_was_removed_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="not kept"):
        snapshot.restore(Home(tmp_path / "home"), "0" * 64, Points)
