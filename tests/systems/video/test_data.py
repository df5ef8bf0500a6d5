from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.systems.video import Catalogue, Config, Data, Sources, Video

ITEMS = [("a", "A", "", ""), ("b", "B", "", ""), ("c", "C", "", "")]
VIEWS = [("u", "a", 1_700_000_000), ("u", "b", 1_700_000_060), ("w", "c", 1_700_000_120)]


Read = Callable[..., Data]
Wrong = Callable[..., Problem]


@pytest.fixture
def read(bring: Callable[..., dict[str, Any]]) -> Read:
    """``read(views, items, header)`` through files."""

    def through(views: Any = VIEWS, items: Any = ITEMS, header: str = "") -> Data:
        return Video.read(Sources.model_validate(bring(views, items, header)))

    return through


@pytest.fixture
def wrong(read: Read) -> Wrong:
    """What is wrong with them."""

    def told(*given: Any) -> Problem:
        with pytest.raises(Problem) as caught:
            read(*given)
        return caught.value

    return told


# -- what is read ------------------------------------------------------------------------------------------------------


def test_times_are_read_as_seconds_and_as_dates(read: Read) -> None:
    for when in ("1700000000", "2023-11-14T22:13:20", "2023-11-14 22:13:20Z", "2023-11-15T07:13:20+09:00"):
        data = read([("u", "a", when), ("u", "b", 1_700_000_060)])
        assert data.times[0] == 1_700_000_000


def test_views_are_put_in_order_of_time_and_of_the_file_where_times_are_equal(read: Read) -> None:
    data = read([("u", "c", 30), ("w", "b", 20), ("u", "a", 20), ("w", "a", 10)])
    assert [data.catalogue.items[i] for i in data.items] == ["a", "b", "a", "c"]
    assert data.times.tolist() == [10, 20, 20, 30]


def test_ratings_become_weights_around_one(read: Read) -> None:
    data = read([("u", "a", 10, 5), ("u", "b", 20, 3), ("w", "c", 30, "")])
    assert data.ratings.tolist() == [1.25, 0.75, 1.0]


def test_a_view_that_stands_there_twice_counts_once_and_that_is_said(read: Read) -> None:
    data = read([*VIEWS, VIEWS[0]])
    assert len(data) == 3
    assert data.notes == ("1 view stands in the data twice and counts once.",)


def test_views_of_videos_that_are_not_in_the_table_are_left_out_and_that_is_said(read: Read) -> None:
    data = read([*VIEWS, ("u", "x", 1_700_000_500), ("w", "x", 1_700_000_500)])
    assert len(data) == 3
    assert data.notes == ("2 views of 1 video that the items table does not have left out.",)


def test_the_columns_may_have_other_names(read: Read) -> None:
    data = read(VIEWS, ITEMS, "user_id,video_id,timestamp")
    assert len(data) == 3


def test_the_same_row_twice_among_the_videos_is_one(read: Read) -> None:
    assert len(read(VIEWS, [*ITEMS, ITEMS[0]]).catalogue) == 3


# -- what cannot be used -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", [-5, "1969-12-31T23:59:59", "2999-01-01T00:00:00", "yesterday"])
def test_times_before_1970_or_to_come_are_refused_by_row(wrong: Wrong, when: Any) -> None:
    found = wrong([*VIEWS, ("u", "c", when)])
    assert found.code == "bad_rows"
    assert "views.csv:5 time" in found.message


def test_what_was_watched_today_is_no_future(read: Read) -> None:
    now = datetime.now(UTC) + timedelta(hours=9)  # a clock in Seoul that does not say so
    assert len(read([*VIEWS, ("u", "c", now.strftime("%Y-%m-%dT%H:%M:%S"))])) == 4


@pytest.mark.parametrize("row", [("", "a", 10), ("u", "", 10), ("u", "a", "")])
def test_empty_cells_are_refused_by_row(wrong: Wrong, row: Any) -> None:
    assert "views.csv:5" in wrong([*VIEWS, row]).message


def test_a_catalogue_of_one_is_refused(wrong: Wrong) -> None:
    found = wrong(VIEWS, ITEMS[:1])
    assert (found.code, found.where) == ("one_item", "items.csv")


def test_a_video_with_two_titles_is_refused(wrong: Wrong) -> None:
    found = wrong(VIEWS, [*ITEMS, ("a", "Other", "", "")])
    assert (found.code, found.where) == ("repeated_item", "items.csv")
    assert "'a'" in found.message


def test_tables_that_share_no_video_are_refused(wrong: Wrong) -> None:
    found = wrong([("u", "x", 1), ("u", "y", 2)])
    assert found.code == "no_known_items"
    assert "'x'" in found.message


def test_where_everybody_watched_one_video_nothing_can_be_learnt(wrong: Wrong) -> None:
    found = wrong([("u", "a", 1), ("u", "a", 5), ("v", "b", 2), ("w", "c", 3)])
    assert found.code == "no_sequences"
    assert "3 users" in found.message


def test_too_little_to_hold_anything_out_is_said(read: Read) -> None:
    assert list(Video.folds(read(), Config(), seed=0)) == []


# -- as a whole --------------------------------------------------------------------------------------------------------


def test_popularity_counts_people_not_views() -> None:
    data = Data.of(Catalogue("ab", "AB", ["", ""], ["", ""]), "uuuv", "aabb", [1.0, 2.0, 3.0, 4.0])
    assert data.popularity.tolist() == [1, 2]


def test_facts_say_how_sparse_it_is() -> None:
    data = Data.of(Catalogue("ab", "AB", ["", ""], ["", ""]), "uuv", "aba", [0.0, 86_400.0, 2 * 86_400.0])
    facts = data.facts()
    assert (facts["views"], facts["users"], facts["density"], facts["views per day"]) == (3, 2, 0.75, 1.5)


def test_taking_keeps_users_and_videos() -> None:
    data = Data.of(Catalogue("ab", "AB", ["", ""], ["", ""]), "uv", "ab", [1.0, 2.0])
    kept = data.take(np.array([False, True]))
    assert (len(kept), len(kept.names), kept.by_user()[0].tolist(), kept.by_user()[1].tolist()) == (1, 2, [], [0])
