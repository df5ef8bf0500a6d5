from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import NotFound, Problem
from hanok.systems.comics import Catalogue, Comics, Config, Data, Sources
from hanok.systems.comics.folds import LAST, UNSEEN

ITEMS = [{"item": f"c{n}", "title": f"題{n}"} for n in range(5)]
READS = [{"user": f"r{u}", "item": f"c{n}"} for u in range(4) for n in range(4)]


def written(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [",".join(row.get(name, "") for name in names) for row in rows]
    path.write_text("\n".join([",".join(names), *lines]) + "\n", encoding="utf-8")
    return path


def read(folder: Path, reads: Sequence[Mapping[str, str]] = READS, items: Any = ITEMS, **more: Any) -> Data:
    sources = {"reads": {"path": written(folder / "reads.csv", reads), **more.pop("table", {})}, **more}
    return Comics.read(Sources.model_validate({**sources, "items": written(folder / "items.csv", items)}))


def told(problem: Problem) -> str:
    return " ".join([str(problem), problem.hint, *map(str, problem.details)])


def test_columns_are_found_under_their_usual_names(tmp_path: Path) -> None:
    items = [{"作品": f"c{n}", "タイトル": f"題{n}", "あらすじ": "猫", "ジャンル": "日常"} for n in range(5)]
    data = read(tmp_path, [{"読者": r["user"], "漫画": r["item"]} for r in READS], items)
    assert list(data.catalogue.titles) == [f"題{n}" for n in range(5)]
    assert data.catalogue.genres[0] == "日常"


def test_what_is_read_twice_counts_once(tmp_path: Path) -> None:
    assert read(tmp_path, READS * 3).pairs() == read(tmp_path).pairs()


def test_reads_are_in_order_of_time_if_all_have_one(tmp_path: Path) -> None:
    timed = [{**row, "time": f"2025-01-{28 - n:02} 00:00:00"} for n, row in enumerate(READS)]
    data = read(tmp_path, timed)
    assert data.timed
    assert data.pairs()[0] == (READS[-1]["user"], READS[-1]["item"])
    some = read(tmp_path, [{**READS[0], "time": "2025-01-01 00:00:00"}, *READS[1:]])
    assert not some.timed
    assert any("no time" in note for note in some.notes)


@pytest.mark.parametrize("when", ["-5", "1969-12-31 00:00:00", "2999-01-01 00:00:00"])
def test_times_before_1970_and_in_the_future_are_refused(tmp_path: Path, when: str) -> None:
    with pytest.raises(Problem) as caught:
        read(tmp_path, [{**row, "time": when if n == 2 else "2025-01-01 00:00:00"} for n, row in enumerate(READS)])
    assert "time" in told(caught.value)
    assert "reads.csv" in told(caught.value)
    assert "4" in told(caught.value)  # the line


def test_reads_of_unknown_comics_are_refused_or_left_out(tmp_path: Path) -> None:
    reads = [*READS, {"user": "r0", "item": "zzz"}]
    with pytest.raises(Problem) as caught:
        read(tmp_path, reads)
    assert caught.value.code == "unknown_item"
    assert "zzz" in told(caught.value)
    assert "--skip" in caught.value.hint
    data = read(tmp_path, reads, table={"skip": True})
    assert len(data) == len(READS)
    assert any("left out" in note for note in data.notes)


def test_when_nothing_is_known_skipping_does_not_help(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="not in items"):
        read(tmp_path, [{"user": "r", "item": "zzz"}], table={"skip": True})


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([*ITEMS, ITEMS[0]], "repeated_item"),
        (ITEMS[:1], "one_item"),
    ],
)
def test_a_catalogue_is_of_distinct_comics_two_at_least(tmp_path: Path, items: Any, code: str) -> None:
    with pytest.raises(Problem) as caught:
        read(tmp_path, [{"user": "r0", "item": "c0"}], items)
    assert caught.value.code == code
    assert "items.csv" in caught.value.where


def test_somebody_must_have_read_three(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        read(tmp_path, [row for row in READS if row["item"] in ("c0", "c1")] * 2)
    assert caught.value.code == "too_few_reads"
    assert "2 comics" in caught.value.message


def test_missing_synopses_are_said(tmp_path: Path) -> None:
    data = read(tmp_path, items=[{**item, "synopsis": "猫" if n else " "} for n, item in enumerate(ITEMS)])
    assert any("1 comic without a synopsis" in note for note in data.notes)


# -- covers ------------------------------------------------------------------------------------------------------------


def with_covers(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / "covers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a picture")
    return folder / "covers"


def test_covers_are_found_by_name_wherever_in_the_folder(tmp_path: Path) -> None:
    covers = with_covers(tmp_path, "a.png", "more/b.png")
    names = ["a.png", "b.png", "old\\b.png", "elsewhere/a.png", "more/b.png"]
    data = read(tmp_path, items=[{**i, "cover": name} for i, name in zip(ITEMS, names, strict=True)], covers=covers)
    assert [path and path.name for path in data.catalogue.covers] == ["a.png", "b.png", "b.png", "a.png", "b.png"]


def test_missing_covers_are_named_and_count_as_none(tmp_path: Path) -> None:
    covers = with_covers(tmp_path, "a.png")
    items = [{**item, "cover": name} for item, name in zip(ITEMS, ["a.png", "b.png", "", "", ""], strict=True)]
    data = read(tmp_path, items=items, covers=covers)
    assert [path is None for path in data.catalogue.covers] == [False, True, True, True, True]
    assert any("b.png" in note for note in data.notes)
    assert any("3 comics without a cover" in note for note in data.notes)


def test_a_folder_in_which_no_cover_lies_is_refused(tmp_path: Path) -> None:
    covers = with_covers(tmp_path, "other.png")
    for items in (ITEMS, [{**item, "cover": "a.png"} for item in ITEMS]):
        with pytest.raises(Problem) as caught:
            read(tmp_path, items=items, covers=covers)
        assert caught.value.code == "no_covers"
    assert "a.png" in told(caught.value)
    assert "other.png" in told(caught.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "covers").mkdir()
    with pytest.raises(NotFound):
        read(tmp_path, covers=tmp_path / "covers")


def test_no_way_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    covers = with_covers(tmp_path, "a.png")
    names = ["a.png", "../secret.png", str(tmp_path / "secret.png"), "", ""]
    data = read(tmp_path, items=[{**i, "cover": name} for i, name in zip(ITEMS, names, strict=True)], covers=covers)
    assert [path is None for path in data.catalogue.covers] == [False, True, True, True, True]


# -- folds -------------------------------------------------------------------------------------------------------------


def data_of(sizes: Sequence[int], *, timed: bool) -> Data:
    n = max(sizes)
    texts = [""] * n
    catalogue = Catalogue([f"c{i}" for i in range(n)], texts, texts, texts, texts, [None] * n)
    return Data.of(catalogue, [(f"r{u}", f"c{i}") for u, size in enumerate(sizes) for i in range(size)], timed=timed)


@given(st.lists(st.integers(1, 12), min_size=2, max_size=20), st.booleans(), st.integers(0, 3))
def test_nothing_is_learnt_that_is_asked(sizes: list[int], timed: bool, seed: int) -> None:
    data = data_of(sizes, timed=timed)
    folds = list(Comics.folds(data, Config(), seed=seed))
    assert bool(folds) == (sum(size >= 3 for size in sizes) >= 2)
    for name, train, valid, test in folds:
        assert name == (LAST if timed else UNSEEN)
        learnt = set(train.pairs())
        for part in (valid, test):
            asked = part.take(part.judged)
            assert not learnt & set(asked.pairs())
            assert set(part.take(~part.judged).pairs()) <= learnt
            for user in np.unique(part.users):
                total, held = int((part.users == user).sum()), int((asked.users == user).sum())
                assert held == max(1, round(0.2 * total))
        assert not set(valid.users) & set(test.users)
        assert learnt | set(valid.pairs()) | set(test.pairs()) == set(data.pairs())


def test_with_times_the_last_reads_are_asked() -> None:
    fold = next(iter(Comics.folds(data_of([10, 10], timed=True), Config(), seed=0)))
    assert [item for _, item in fold.test.take(fold.test.judged).pairs()] == ["c8", "c9"]


def test_a_seed_cuts_always_the_same_way_and_another_differently() -> None:
    data = data_of([6] * 30, timed=False)
    pairs = [[next(iter(Comics.folds(data, Config(), seed=s))).test.pairs() for s in (0, 0, 1)]]
    assert pairs[0][0] == pairs[0][1] != pairs[0][2]


def test_of_very_many_readers_a_thousand_are_asked() -> None:
    fold = next(iter(Comics.folds(data_of([3] * 3000, timed=False), Config(), seed=0)))
    assert len(np.unique(fold.test.users)) == len(np.unique(fold.valid.users)) == 1000
