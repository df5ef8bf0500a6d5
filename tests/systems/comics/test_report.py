from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hanok.core.contract import Fold
from hanok.core.problem import Problem
from hanok.core.summarise import summarise
from hanok.systems.comics import Catalogue, Comics, Data, Wish
from hanok.systems.comics import report as module

Fit = Callable[..., Comics]


def test_the_figures_are_what_the_answers_say(comics: Comics, fold: Fold[Data]) -> None:
    report = comics.evaluate(fold.test)
    number = comics.state.train.catalogue.number
    recall, ndcg, popular = [], [], []
    most = np.argsort(-comics.state.rankers.readers, kind="stable").tolist()
    for user in np.unique(fold.test.users):
        mine = fold.test.take(fold.test.users == user)
        before = [item for _, item in mine.take(~mine.judged).pairs()]
        after = {item for _, item in mine.take(mine.judged).pairs()}
        given = [entry.item for entry in comics(Wish(history=before, k=20)).entries]
        hits = [item in after for item in given]
        recall.append(sum(hits) / min(len(after), 20))
        gained = sum(hit / np.log2(rank + 2) for rank, hit in enumerate(hits))
        ndcg.append(gained / sum(1 / np.log2(rank + 2) for rank in range(len(after))))
        trivial = [n for n in most if n not in {number[item] for item in before}][:20]
        popular.append(sum(comics.state.train.catalogue.items[n] in after for n in trivial) / min(len(after), 20))
    assert report["recall@20"].values == pytest.approx(recall)
    assert report["ndcg@20"].values == pytest.approx(ndcg)
    assert report["recall@20"].baseline == pytest.approx(popular)


def test_it_beats_popularity_on_a_world_with_taste(comics: Comics, fold: Fold[Data]) -> None:
    measure = comics.evaluate(fold.test)["ndcg@20"]
    assert measure.baseline is not None
    assert measure.value > measure.baseline.mean() + 0.1


def test_rankers_are_shown_one_by_one_and_left_out_one_by_one(comics: Comics, fold: Fold[Data]) -> None:
    report = comics.evaluate(fold.test)
    rankers, without = report.tables
    assert [row[0] for row in rankers.rows][:4] == ["popularity", "cf", "text", "image"]
    assert [row[0] for row in without.rows] == ["cf", "text", "image"]
    assert "The key ranker is" in without.note
    assert rankers.rows[1][1] == pytest.approx(report["ndcg@20 cf"].value, abs=1e-4)
    assert any("verbs and adjectives" in note for note in report.notes)
    summarise(report, system="comics", fold="test")


def test_readers_are_grouped_by_how_much_they_had_read(comics: Comics, fold: Fold[Data]) -> None:
    report = comics.evaluate(fold.test)
    assert set(report.slices["reader"]) <= {f"read before: {n}" for n in ("up to 4", "5 to 9", "10 or more")}


def test_of_data_with_nothing_held_out_a_fifth_is_judged(comics: Comics, world: dict[str, Path]) -> None:
    data = Comics.read(Comics.Sources.model_validate(world))
    report = comics.evaluate(data)
    assert len(report.measures[0].values) == len(data.names)
    assert any("what the model learnt is not taken out" in note for note in report.notes)


def test_comics_unknown_to_the_model_count_as_missed(comics: Comics, fold: Fold[Data]) -> None:
    old = fold.test.catalogue
    asked = set(fold.test.items[fold.test.judged].tolist())
    items = [f"new{n}" if n in asked else item for n, item in enumerate(old.items)]
    other = Catalogue(items, old.titles, old.synopses, old.genres, old.authors, old.covers)
    report = comics.evaluate(replace(fold.test, catalogue=other))
    assert report["recall@20"].value == 0
    assert len(report.measures[0].values) == len(np.unique(fold.test.users))


def test_without_anything_to_judge_it_says_so(comics: Comics, fold: Fold[Data]) -> None:
    few = fold.test.take(fold.test.users == fold.test.users[0])
    few = few.take(np.arange(2), np.ones(len(few), bool))
    with pytest.raises(Problem) as caught:
        comics.evaluate(few)
    assert caught.value.code == "too_few_reads"


def test_of_very_long_histories_the_end_is_shown(
    comics: Comics, fold: Fold[Data], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = comics.evaluate(fold.test)
    monkeypatch.setattr(module, "MOST", 3)
    short = comics.evaluate(fold.test)
    assert short.values() == whole.values()
    assert [item.model_dump()["history"] for item in short.items] == [
        item.model_dump()["history"][-3:] for item in whole.items
    ]
