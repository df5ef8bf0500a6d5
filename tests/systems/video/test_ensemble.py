from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.systems.video import Request, Video
from hanok.systems.video.ensemble import Ask, many, ndcg, ranked, ranks
from hanok.systems.video.rankers import NAMES


def test_the_weights_are_tuned_and_what_was_found_is_kept(video: Video) -> None:
    said = video.blend.said
    assert set(NAMES) < set(said)
    assert sum(video.blend.fusion.weights.values()) == pytest.approx(1)
    assert said["gain low"] <= said["gain"] <= said["gain high"]


def test_the_best_ranker_stands_alone_where_the_fusion_does_not_win(video: Video) -> None:
    assert (video.blend.alone is None) == (video.blend.said["gain low"] > 0)


def test_given_weights_are_taken_as_they_are(fit: Callable[..., Video], video: Video) -> None:
    new = video.reconfigure(video.config.model_copy(update={"weights": "given", "mf_weight": 0.0, "fusion": "rrf"}))
    assert new.blend.fusion.method == "rrf"
    assert new.blend.fusion.weights == {"mf": 0.0, "item2vec": 0.3, "text": 0.2}
    assert new.blend.said == {}
    why = [entry.why for entry in new(Request(source="oil3", explore=False)).entries]
    assert not any("mf" in words for words in why)


def test_a_single_weight_gives_that_rankers_list(video: Video) -> None:
    update = {"weights": "given", "mf_weight": 0.0, "item2vec_weight": 0.0, "text_weight": 1.0}
    new = video.reconfigure(video.config.model_copy(update=update))
    source = video.rankers.catalogue.number["camp2"]
    own = ranked(video.rankers, Ask([source], [source]), 0.5, 5)[2].ids
    given = [entry.item for entry in new(Request(source="camp2", k=5, explore=False)).entries]
    assert given == [video.rankers.catalogue.items[i] for i in own]


def test_no_weight_at_all_is_refused(video: Video) -> None:
    update = {"weights": "given", "mf_weight": 0.0, "item2vec_weight": 0.0, "text_weight": 0.0}
    with pytest.raises(Problem, match="all three weights are 0"):
        video.reconfigure(video.config.model_copy(update=update))


def test_hidden_videos_are_never_listed_and_only_allowed_ones_are(video: Video) -> None:
    allowed = np.array([1, 4, 9, 12])
    for found in ranked(video.rankers, Ask([0], [0, 9], allowed), 0.5, 20):
        assert set(found.ids.tolist()) <= {1, 4, 12}
        assert (np.diff(found.scores) <= 0).all()


def test_many_questions_get_what_each_gets_alone(video: Video) -> None:
    asks = [Ask([0], [0]), Ask([3, 5], [5], np.array([1, 2])), Ask([], [])]
    together = many(video.rankers, asks, 0.5, 4)
    for row, ask in enumerate(asks):
        for ranker, found in enumerate(ranked(video.rankers, ask, 0.5, 4)):
            assert together[ranker].query(row).ids.tolist() == found.ids.tolist()


def test_ndcg_falls_with_the_rank() -> None:
    ids, targets = np.array([[7, 3, -1], [7, 3, -1], [7, 3, -1]]), np.array([7, 3, 5])
    assert ranks(ids, targets).tolist() == [1, 2, 0]
    assert ndcg(ids, targets).round(3).tolist() == [1.0, 0.631, 0.0]
