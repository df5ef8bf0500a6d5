"""The bandits: a fold of the ledger, which draws the order of a slate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.ledger import Cursor, Event, Ledger, Past
from hanok.systems.video import Click, Config, Entry, Request, Slate, Video
from hanok.systems.video.arms import Shown, lasting

CANDIDATES = [f"v{n:02}" for n in range(20)]
SCORES = np.linspace(1, 0.2, 20)
COUNTED = {"pooling": 0.0, "position_bias": 0.0, "sharpness": 1.0}  # views and clicks are whole numbers then


def answer(source: str | None, *items: str, based_on: Any = "source", at: float = 1000.0) -> Event[Any, Any, Any]:
    entries = [
        Entry(item=item, title=item, position=place, score=0.0, why="mf 1", arm=None)
        for place, item in enumerate(items)
    ]
    return Event(1, Request(source=source), Slate(entries=entries, based_on=based_on), None, 1, at)


def click(event: Event[Any, Any, Any], item: str) -> Event[Any, Any, Any]:
    return event._replace(feedback=Click(clicked=item))


class Memory(Ledger[Any, Any, Any]):
    """A ledger in memory."""

    def __init__(self, answers: Sequence[Event[Any, Any, Any]], clicks: Sequence[Event[Any, Any, Any]]) -> None:
        self.answers, self.clicks = list(answers), list(clicks)

    def past(self, after: Cursor, most: int) -> Past[Any, Any, Any]:
        answers, clicks = self.answers[after.answers :], self.clicks[after.feedback :]
        return Past([*answers, *clicks], Cursor(len(self.answers), len(self.clicks)))


def folded(events: Sequence[Event[Any, Any, Any]], **config: Any) -> Shown:
    state = lasting(Config(**{**COUNTED, **config})).start.fork()
    for event in events:
        state.step(event)
    return state


def seen(state: Shown, source: str, *items: str) -> list[tuple[float, float]]:
    return [(arm.views, arm.clicks) for arm in state.beliefs(source, items, np.ones(len(items)))]


# -- folding -----------------------------------------------------------------------------------------------------------


def test_an_answer_is_a_view_of_all_on_its_slate_and_feedback_a_click() -> None:
    shown = answer("a", "b", "c")
    state = folded([shown, shown, click(shown, "c")])
    assert seen(state, "a", "b", "c", "d") == [(2, 0), (2, 1), (0, 0)]


def test_sources_have_arms_of_their_own() -> None:
    shown = answer("a", "b")
    assert seen(folded([shown, click(shown, "b")]), "other", "b") == [(0, 0)]


@pytest.mark.parametrize(
    "event", [answer(None, "b"), answer("a", "b", based_on="history"), answer(None, "b", based_on="popular")]
)
def test_without_a_known_source_there_is_no_bandit(event: Event[Any, Any, Any]) -> None:
    state = folded([event, click(event, "b")])
    assert state.arms.events == 0


def test_a_click_on_what_was_not_shown_says_nothing() -> None:
    shown = answer("a", "b")
    assert folded([shown, click(shown, "z")]).arms.events == 1


def test_a_fork_is_a_copy_of_its_own() -> None:
    shown = answer("a", "b")
    first = folded([shown])
    second = first.fork()
    second.step(click(shown, "b"))
    assert seen(first, "a", "b") == [(1, 0)]
    assert seen(second, "a", "b") == [(1, 1)]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("cde"), st.booleans()), max_size=30))
def test_what_is_kept_is_what_was_folded(told: list[tuple[str, str, bool]]) -> None:
    events = []
    for place, (source, item, clicked) in enumerate(told):
        shown = answer(source, item, at=float(place))
        events += [shown, click(shown, item)] if clicked else [shown]
    state = folded(events, half_life=2.0, hours=4, position_bias=0.5)
    again = lasting(Config(half_life=2.0, hours=4, position_bias=0.5, pooling=0.0)).start.load(state.dump())
    assert again.arms.events == state.arms.events
    for source in "ab":
        assert np.allclose(seen(again, source, *"cde"), seen(state, source, *"cde"))


def test_what_other_weighing_kept_is_not_read() -> None:
    kept = folded([answer("a", "b")], half_life=2.0).dump()
    with pytest.raises(ValueError, match="weighed"):
        lasting(Config()).start.load(kept)
    with pytest.raises(ValueError, match="not a dump"):
        lasting(Config()).start.load(b"not ours")


def test_the_key_changes_with_the_weighing_and_not_with_the_priors() -> None:
    key = lasting(Config()).key
    assert key == lasting(Config(prior_misses=7, explored=1, pooling=3, factors=8)).key
    assert len({key, *(lasting(Config(**c)).key for c in ({"half_life": 1}, {"hours": 2}, {"position_bias": 1}))}) == 4


# -- drawing -----------------------------------------------------------------------------------------------------------


def drawn(state: Shown, seed: int = 0, k: int = 10, **config: Any) -> list[int]:
    return state.slate(Config(**config), Request(source="a", seed=seed, k=k), CANDIDATES, SCORES).tolist()


def test_a_request_gets_the_same_slate_until_something_happens() -> None:
    before, after = folded([]), folded([answer("a", "v00")])
    assert drawn(before) == drawn(before)
    assert drawn(before, seed=1) != drawn(before)
    assert drawn(after) != drawn(before)


def test_a_slate_has_no_video_twice_and_is_as_long_as_wanted() -> None:
    for explored in (0.0, 0.3, 1.0):
        for k in (1, 7, 20, 50):
            places = drawn(folded([]), k=k, explored=explored)
            assert len(places) == len(set(places)) == min(k, 20)


def test_the_share_that_is_not_explored_stays_on_the_slate() -> None:
    for seed in range(20):
        assert set(range(6)) <= set(drawn(folded([]), seed=seed, explored=0.4))
        assert set(drawn(folded([]), seed=seed, explored=0.0)) == set(range(10))
    assert len({tuple(drawn(folded([]), seed=seed, explored=0.0)) for seed in range(9)}) > 1


def test_clicks_bring_a_video_to_the_front_and_misses_away_from_it() -> None:
    shown = answer("a", "v19", "v00")
    state = folded([*[shown] * 400, *[click(shown, "v19")] * 200])
    slates = [drawn(state, seed=seed, explored=1.0, k=5) for seed in range(20)]
    assert all(slate[0] == 19 for slate in slates)
    assert sum(0 in slate for slate in slates) < 10


def test_what_the_ensemble_ranks_first_is_likelier_to_be_shown_before_anything_is_known() -> None:
    places = [place for seed in range(200) for place in drawn(folded([]), seed=seed, explored=1.0, k=5)]
    assert places.count(0) > 1.5 * places.count(19)


# -- in the system -----------------------------------------------------------------------------------------------------


def with_ledger(video: Video, ledger: Memory) -> Video:
    new = video.reconfigure(video.config)
    new.ledger = ledger
    return new


def test_the_answer_shows_what_is_believed(video: Video) -> None:
    slate = video(Request(source="oil0", k=3, explore=False))
    first = answer("oil0", *[entry.item for entry in slate.entries])
    ledger = Memory([first] * 30, [click(first, slate.entries[2].item)] * 12)
    again = with_ledger(video, ledger)(Request(source="oil0", k=3, explore=False))
    assert [entry.item for entry in again.entries] == [entry.item for entry in slate.entries]
    arms = [entry.arm for entry in again.entries]
    assert [(arm.views, arm.clicks) for arm in arms if arm] == [(30, 0), (30, 0), (30, 12)]
    before = slate.entries[2].arm
    assert arms[2]
    assert before
    assert (arms[2].alpha, arms[2].beta) == pytest.approx((before.alpha + 12, before.beta + 18))


def test_clicks_change_the_order_at_once(video: Video) -> None:
    first = video(Request(source="oil0", k=12, explore=False)).entries[-1].item
    shown = answer("oil0", first)
    clicked = with_ledger(video, Memory([shown] * 200, [click(shown, first)] * 150))
    assert clicked(Request(source="oil0", k=5)).entries[0].item == first
    assert clicked(Request(source="oil0", k=12, explore=False)).entries[-1].item == first
