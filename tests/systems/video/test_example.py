"""The example is whole, says that it is invented, and is what its script makes."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import pytest

from hanok.systems.video import Config, Data, Sources, Video

EXAMPLE = Path(__file__).parents[3] / "examples" / "video"


@pytest.fixture(scope="module")
def data() -> Data:
    return Video.read(Sources(views=EXAMPLE / "views.csv", items=EXAMPLE / "items.csv"))


def test_it_is_read_without_a_remark(data: Data) -> None:
    assert data.notes == ()
    assert len(data.catalogue) == 150
    assert len(data.names) == 600
    assert [fold.name for fold in Video.folds(data, Config(), seed=0)] == ["next views by time", "last views"]


def test_there_are_titles_in_three_languages_and_no_two_are_the_same() -> None:
    with (EXAMPLE / "items.csv").open(encoding="utf-8", newline="") as file:
        titles = [row["title"] for row in csv.DictReader(file, strict=True)]
    assert len(titles) == len(set(titles))
    for first, last in (("가", "힣"), ("ぁ", "ヿ"), ("A", "z")):
        assert sum(any(first <= letter <= last for letter in title) for title in titles) >= 40


def test_it_says_that_it_is_synthetic() -> None:
    assert "synthetic" in (EXAMPLE / "README.md").read_text(encoding="utf-8")


def test_the_script_makes_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("make_video_example", EXAMPLE / "make.py")
    assert spec
    assert spec.loader
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    monkeypatch.setattr(make, "HERE", tmp_path)
    make.main()
    for name in ("views.csv", "items.csv"):
        assert (tmp_path / name).read_bytes() == (EXAMPLE / name).read_bytes()
