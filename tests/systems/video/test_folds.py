from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.contract import Fold
from hanok.systems.video import Catalogue, Config, Data, Video
from hanok.systems.video.folds import BY_TIME, LAST, MOST, RECENT, asked, latest

SIX = Catalogue("abcdef", "ABCDEF", [""] * 6, [""] * 6)


def data_of(views: list[tuple[str, str, float]]) -> Data:
    users, items, times = zip(*views, strict=True)
    return Data.of(SIX, users, items, times)


def test_both_protocols_are_cut_and_time_comes_first(site: Data) -> None:
    assert [fold.name for fold in Video.folds(site, Config(), seed=0)] == [BY_TIME, LAST]


def test_nothing_of_the_future_is_learnt(fold: Fold[Data]) -> None:
    valid, test = fold.valid.times[fold.valid.judged], fold.test.times[fold.test.judged]
    assert fold.train.times.max() < valid.min()
    assert valid.max() < test.min()
    assert fold.valid.times.max() < test.min()


def test_a_test_knows_all_that_was_before_it(site: Data, fold: Fold[Data]) -> None:
    assert len(fold.test) == len(site)
    parts = len(fold.train), int(fold.valid.judged.sum()), int(fold.test.judged.sum())
    assert sum(parts) == len(site)
    assert parts[0] > 0.75 * len(site)


def test_the_last_view_of_each_user_is_the_other_test(site: Data) -> None:
    fold = list(Video.folds(site, Config(), seed=0))[1]
    judged = fold.test.users[fold.test.judged]
    assert len(judged) == len(set(judged.tolist())) == len(site.names)
    for views in fold.test.by_user():
        assert fold.test.judged[views].tolist() == [False] * (len(views) - 1) + [True]


def test_where_all_happens_at_once_only_the_last_views_are_held_out() -> None:
    views = [(f"u{user}", item, 5.0) for user in range(9) for item in "abcd"]
    assert [fold.name for fold in Video.folds(data_of(views), Config(), seed=0)] == [LAST]


def test_a_question_is_a_new_video_after_another() -> None:
    found = asked(data_of([("u", "a", 1.0), ("u", "b", 2.0), ("w", "c", 3.0), ("u", "a", 4.0), ("u", "d", 5.0)]))
    assert [(SIX.items[s], SIX.items[t]) for s, t in zip(found.sources, found.targets, strict=True)] == [
        ("a", "b"),
        ("a", "d"),
    ]
    assert [SIX.items[video] for video in found.histories[1]] == ["b", "a"]


def test_many_questions_are_thinned_evenly() -> None:
    catalogue = Catalogue([f"{n}" for n in range(3000)], ["t"] * 3000, [""] * 3000, [""] * 3000)
    data = Data.of(catalogue, ["u"] * 3000, catalogue.items, list(range(3000)))
    found = asked(data)
    assert len(found) == MOST
    assert found.times[0] == 1
    assert found.times[-1] == 2999
    assert max(map(len, found.histories)) == RECENT


@given(st.lists(st.integers(0, 5), max_size=120))
def test_the_latest_are_distinct_and_in_the_order_in_which_they_were_last_watched(watched: list[int]) -> None:
    found = latest(np.array(watched, np.int64)).tolist()
    assert sorted(found) == sorted(set(watched))
    last = {video: place for place, video in enumerate(watched)}
    assert found == sorted(found, key=last.__getitem__)
