from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hanok.core.contract import Fold
from hanok.core.problem import Problem
from hanok.core.report import Grid, Report
from hanok.core.summarise import summarise
from hanok.systems.video import Catalogue, Data, Video
from hanok.systems.video.rankers import NAMES


@pytest.fixture(scope="module")
def report(video: Video, fold: Fold[Data]) -> Report:
    return video.evaluate(fold.test)


def table(report: Report, title: str) -> Grid:
    return next(grid for grid in report.tables if grid.title == title)


def test_it_beats_the_most_watched(report: Report) -> None:
    for name in ("ndcg@20", "mrr", "personal ndcg@20"):
        measure = report[name]
        assert measure.baseline is not None
        assert measure.value > measure.of(measure.baseline)


def test_measures_are_ordered_as_they_must_be(report: Report) -> None:
    assert 0 < report["mrr"].value <= report["recall@20"].value <= 1
    assert (report["ndcg@20"].values <= report["recall@20"].values).all()


def test_every_ranker_stands_beside_the_ensemble_and_the_most_watched(report: Report) -> None:
    assert [row[0] for row in table(report, "Rankers").rows] == [*NAMES, "ensemble", "most watched"]
    assert [row[0] for row in table(report, "Restricted lists").rows] == [*NAMES, "ensemble"]
    assert [row[0] for row in table(report, "The ensemble").rows][:3] == list(NAMES)


def test_the_note_says_whether_the_fusion_won(video: Video, report: Report) -> None:
    note = table(report, "The ensemble").note
    assert ("the fusion is used" in note) == (video.blend.alone is None)
    assert (f"{video.blend.alone} alone is used" in note) == (video.blend.alone is not None)


def test_given_weights_are_said_to_be_given(video: Video, fold: Fold[Data]) -> None:
    given = video.reconfigure(video.config.model_copy(update={"weights": "given"})).evaluate(fold.test)
    assert "given, not tuned" in table(given, "The ensemble").note
    assert table(given, "Which ranker is the key one").rows


def test_where_restricted_lists_come_from_is_a_histogram(report: Report) -> None:
    chart = next(chart for chart in report.charts if chart.title == "Where restricted lists come from")
    for series in chart.series:
        assert sum(series.y) == pytest.approx(1)


def test_the_policy_is_judged_against_an_untuned_one_on_the_same_sites(
    video: Video, report: Report, fold: Fold[Data]
) -> None:
    regret = report["simulated regret"]
    assert not regret.maximize
    assert regret.baseline is not None
    assert regret.value < regret.of(regret.baseline)
    trusting = video.reconfigure(
        video.config.model_copy(update={"prior_misses": 1.0, "prior_clicks": 1.0, "sharpness": 1.0})
    )
    again = trusting.evaluate(fold.test)["simulated regret"]
    assert np.array_equal(again.values, again.baseline)  # type: ignore[arg-type]  # it is the untuned one
    assert np.array_equal(again.baseline, regret.baseline)  # type: ignore[arg-type]


def test_the_ensemble_is_judged_alike_whatever_the_policy(video: Video, report: Report, fold: Fold[Data]) -> None:
    other = video.reconfigure(video.config.model_copy(update={"prior_misses": 500.0, "explored": 1.0}))
    assert np.array_equal(other.evaluate(fold.test)["ndcg@20"].values, report["ndcg@20"].values)


def test_a_page_can_be_made_of_it(report: Report) -> None:
    summary = summarise(report, system="video", fold="all")
    assert {one.by for one in summary.slices} <= {"watched by", "source watched by", "category"}
    assert summary.failures


def test_it_says_what_could_not_be_learnt(report: Report) -> None:
    assert any("no views in training" in note for note in report.notes)


def test_other_tables_are_judged_by_the_models_own_numbers(video: Video, site: Data) -> None:
    order = np.arange(len(site.catalogue))[::-1]
    columns = ([values[i] for i in order] for values in vars(site.catalogue).values() if isinstance(values, list))
    turned = replace(site, catalogue=Catalogue(*list(columns)[:4]), items=np.argsort(order)[site.items])
    assert np.array_equal(video.evaluate(turned)["ndcg@20"].values, video.evaluate(site)["ndcg@20"].values)


def test_tables_of_other_videos_are_refused(video: Video) -> None:
    foreign = Data.of(Catalogue("ab", "AB", ["", ""], ["", ""]), "uu", "ab", [1.0, 2.0])
    with pytest.raises(Problem, match="none of the videos is known"):
        video.evaluate(foreign)


def test_all_cold_users_leave_nothing_to_judge(video: Video, site: Data) -> None:
    alone = replace(site, users=np.arange(len(site)), names=[f"new {n}" for n in range(len(site))])
    with pytest.raises(Problem) as caught:
        video.evaluate(alone)
    assert caught.value.code == "nothing_to_judge"
