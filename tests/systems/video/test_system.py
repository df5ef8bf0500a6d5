from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hanok.core.contract import Fold
from hanok.core.ledger import Event
from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.systems.video import Click, Config, Data, Request, Slate, Video


def ask(video: Video, **given: Any) -> Slate:
    return video(Request(explore=False, **given))


def items(slate: Slate) -> list[str]:
    return [entry.item for entry in slate.entries]


# -- what is given -----------------------------------------------------------------------------------------------------


def test_a_source_gets_its_series(video: Video) -> None:
    slate = ask(video, source="camp3", k=5)
    assert slate.based_on == "source"
    assert [entry.category for entry in slate.entries].count("camp") >= 3
    assert slate.entries[0].category == "camp"
    assert "camp3" not in items(slate)
    assert [entry.position for entry in slate.entries] == list(range(5))
    assert [entry.score for entry in slate.entries] == sorted((e.score for e in slate.entries), reverse=True)


def test_a_history_gets_what_goes_on_from_it(video: Video) -> None:
    slate = ask(video, history=["race1", "race2"], k=4)
    assert slate.based_on == "history"
    assert all(entry.arm is None for entry in slate.entries)
    assert [entry.category for entry in slate.entries].count("race") >= 2
    assert slate.entries[0].category == "race"
    assert not {"race1", "race2"} & set(items(slate))


def test_a_user_is_known_from_training(video: Video, fold: Fold[Data]) -> None:
    user = fold.train.names[int(fold.train.users[0])]
    slate = ask(video, user=user, k=24)
    seen = {fold.train.catalogue.items[i] for i in fold.train.items[fold.train.users == fold.train.users[0]]}
    assert slate.based_on == "history"
    assert not seen & set(items(slate))


def test_a_source_and_a_history_both_count(video: Video) -> None:
    slate = ask(video, source="camp3", history=["camp1", "camp4"], k=20)
    assert slate.based_on == "source"
    assert not {"camp1", "camp3", "camp4"} & set(items(slate))


def test_what_was_watched_may_come_again_where_that_is_wanted(video: Video) -> None:
    again = video.reconfigure(video.config.model_copy(update={"repeat": True}))
    assert "camp4" in items(ask(again, source="camp3", history=["camp4"], k=20))
    assert "camp3" not in items(ask(again, source="camp3", history=["camp4"], k=20))


def test_only_candidates_are_recommended_and_all_of_them_if_wanted(video: Video) -> None:
    slate = ask(video, source="oil1", items=["race1", "oil2", "cold", "oil1"], k=10)
    assert set(items(slate)) == {"race1", "oil2", "cold"}
    assert items(slate)[0] == "oil2"


def test_a_video_nobody_watched_is_found_by_its_text(video: Video) -> None:
    assert "text" in next(e.why for e in ask(video, source="oil1", items=["cold"]).entries)
    assert {e.category for e in ask(video, source="cold", k=3).entries} == {"oil"}


# -- fallbacks, each of them stated ------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"history": []}, {"items": []}])
def test_with_nothing_known_the_most_watched_are_given(video: Video, given: dict[str, Any]) -> None:
    slate = ask(video, k=5, **given)
    viewers = video.people.viewers
    counts = [viewers[video.rankers.catalogue.number[item]] for item in items(slate)]
    assert slate.based_on == "popular"
    assert counts == sorted(viewers.tolist(), reverse=True)[:5]
    assert {entry.why for entry in slate.entries} == {"popular"}


def test_a_stranger_gets_the_most_watched_and_is_named(video: Video) -> None:
    slate = ask(video, user="nobody", history=["gone"])
    assert (slate.based_on, slate.left_out) == ("popular", ["gone", "nobody"])


def test_an_unknown_source_is_a_problem_in_its_place(video: Video) -> None:
    answers = video.predict([Request(source="oil1"), Request(source="gone"), Request(source="camp1")])
    assert isinstance(answers[1], Problem)
    assert (answers[1].code, answers[1].where) == ("unknown_item", "source")
    assert isinstance(answers[0], Slate)
    assert isinstance(answers[2], Slate)


def test_an_unknown_source_is_left_out_where_a_history_is_known(video: Video) -> None:
    slate = ask(video, source="gone", history=["oil1"])
    assert (slate.based_on, slate.left_out) == ("history", ["gone"])


def test_candidates_that_nobody_knows_are_left_out_or_a_problem(video: Video) -> None:
    slate = ask(video, source="oil1", items=["oil2", "gone"])
    assert (items(slate), slate.left_out) == (["oil2"], ["gone"])
    answer = video.predict([Request(source="oil1", items=["gone"])])[0]
    assert isinstance(answer, Problem)
    assert answer.code == "no_candidates"


def test_a_slate_is_filled_where_the_rankers_end(video: Video) -> None:
    update = {"weights": "given", "item2vec_weight": 0.0, "mf_weight": 0.0, "depth": 20}
    slate = ask(video.reconfigure(video.config.model_copy(update=update)), source="race1", k=24)
    assert len(set(items(slate))) == 24
    assert ["text" in entry.why for entry in slate.entries] == [True] * 20 + [False] * 4
    assert [entry.score for entry in slate.entries][20:] == [0.0] * 4


def test_nothing_is_left_where_everything_was_watched(video: Video) -> None:
    everything = list(video.rankers.catalogue.items)
    assert ask(video, history=everything).entries == []


# -- stages and learning -----------------------------------------------------------------------------------------------


def test_reconfigure_refuses_what_needs_a_fit(video: Video) -> None:
    with pytest.raises(Problem, match="train again"):
        video.reconfigure(video.config.model_copy(update={"factors": 16}))


def test_reconfigure_with_the_same_config_answers_alike(video: Video) -> None:
    assert ask(video.reconfigure(video.config), source="oil3") == ask(video, source="oil3")


def event(
    seq: int, source: str | None, shown: Slate, clicked: str | None, user: str | None = None
) -> Event[Any, Any, Any]:
    feedback = None if clicked is None else Click(clicked=clicked)
    return Event(seq, Request(source=source, user=user), shown, feedback, 1, 1_702_000_000.0)


def test_clicks_become_views(video: Video, fold: Fold[Data]) -> None:
    shown = ask(video, source="oil0", items=["race7"], k=1)
    events = [event(seq, "oil0", shown, "race7") for seq in range(60)]
    new = video.learn(fold, events, Run(threads=1))
    before, after = (items(ask(which, source="oil0", k=24)).index("race7") for which in (video, new))
    assert after < before
    assert new.facts["views"] == video.facts["views"] + 120


def test_what_was_not_shown_or_not_clicked_is_no_view(video: Video, fold: Fold[Data]) -> None:
    shown = ask(video, source="oil0", k=2)
    for clicked in (None, "race7", "gone"):
        with pytest.raises(Problem) as caught:
            video.learn(fold, [event(1, "oil0", shown, clicked)], Run(threads=1))
        assert caught.value.code == "nothing_to_learn"


def test_a_click_of_somebody_known_is_theirs(video: Video, fold: Fold[Data]) -> None:
    user = fold.train.names[int(fold.train.users[0])]
    shown = ask(video, user=user, items=["cold"], k=1)
    new = video.learn(fold, [event(1, None, shown, "cold", user)], Run(threads=1))
    assert new.people.history(user) == [*(video.people.history(user) or []), new.rankers.catalogue.number["cold"]]
    assert new.facts["users"] == video.facts["users"]


def test_a_click_is_worth_one(video: Video) -> None:
    shown = ask(video, source="oil0", k=1)
    assert Video.reward(event(1, "oil0", shown, None)) is None
    assert Video.reward(event(1, "oil0", shown, shown.entries[0].item)) == 1.0


def test_ratings_weigh(fold: Fold[Data], fit: Callable[..., Video]) -> None:
    from dataclasses import replace

    import numpy as np

    disliked = fold.train.items == fold.train.catalogue.number["oil3"]
    train = replace(fold.train, ratings=np.where(disliked, 0.0, 1.0))
    video = Video(Config(factors=8, vector_size=8)).fit(train, fold.valid, Run(threads=1))
    assert not video.rankers.factored[fold.train.catalogue.number["oil3"]]
