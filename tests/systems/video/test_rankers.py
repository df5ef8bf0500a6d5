from __future__ import annotations

import numpy as np

from hanok.core.run import Run
from hanok.systems.video import Catalogue, Config, Data, Video
from hanok.systems.video.rankers import NAMES, Rankers, sessions

MF, ITEM2VEC, TEXT = range(len(NAMES))


def number(video: Video, item: str) -> int:
    return video.rankers.catalogue.number[item]


def best(video: Video, ranker: int, *watched: str, recency: float = 0.5) -> str:
    numbers = [number(video, item) for item in watched]
    scores = video.rankers.scores(numbers, recency)[ranker]
    scores[numbers] = -np.inf
    return video.rankers.catalogue.items[int(scores.argmax())]


def test_each_ranker_finds_the_series(video: Video) -> None:
    for ranker in range(len(NAMES)):
        assert best(video, ranker, "camp3").startswith("camp")
        assert best(video, ranker, "race6").startswith("race")


def test_a_video_nobody_watched_is_known_to_the_texts_only(video: Video) -> None:
    cold = number(video, "cold")
    scores = video.rankers.scores([number(video, "oil2")], 0.5)[:, cold]
    assert np.isneginf(scores[[MF, ITEM2VEC]]).all()
    assert scores[TEXT] > 0
    assert best(video, TEXT, "cold").startswith("oil")
    assert np.isneginf(video.rankers.scores([cold], 0.5)[[MF, ITEM2VEC]]).all()


def test_the_latest_weighs_most_and_recency_says_how_much(video: Video) -> None:
    history = ["camp1", "camp2", "camp3", "camp4", "camp5", "race4"]
    assert best(video, MF, *history, recency=0.1).startswith("race")
    assert best(video, MF, *history, recency=1.0).startswith("camp")


def test_of_a_history_only_its_end_counts_without_recency(video: Video) -> None:
    alone, after = (
        video.rankers.scores([number(video, i) for i in given], 0.0) for given in (["oil1"], ["camp2", "oil1"])
    )
    assert np.allclose(alone, after, atol=1e-6)


def test_sessions_end_after_a_gap_and_repeats_in_a_row_count_once() -> None:
    catalogue = Catalogue("abc", "ABC", [""] * 3, [""] * 3)
    hour = 3600.0
    data = Data.of(catalogue, "uuuuu", "aabca", [0.0, hour, 2 * hour, 9 * hour, 10 * hour])
    whole, _ = sessions(data, 0, 1)
    assert [part.tolist() for part in whole] == [[0, 1, 2, 0]]
    cut, counts = sessions(data, 5, 1)
    assert [part.tolist() for part in cut] == [[0, 1], [2, 0]]
    assert counts.tolist() == [2, 1, 1]
    _, counts = sessions(data, 0, 2)
    assert counts.tolist() == [0, 0, 0]  # what is left is one video twice in a row


def test_views_without_a_session_leave_item2vec_silent_and_the_others_work() -> None:
    catalogue = Catalogue(list("abcd"), ["one oil", "two oil", "one tyre", "two tyre"], [""] * 4, [""] * 4)
    data = Data.of(catalogue, "uvwxu", "aabbb", [1.0, 2.0, 3.0, 4.0, 5.0])
    rankers = Rankers.fit(Config(factors=4, vector_size=4, min_count=9), data, Run(threads=1))
    scores = rankers.scores([0], 0.5)
    assert np.isneginf(scores[ITEM2VEC]).all()
    assert np.isfinite(scores[MF, 1])
    assert scores[TEXT, 1] > 0
