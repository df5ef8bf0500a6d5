from __future__ import annotations

from pathlib import Path

import pytest

from hanok.core.problem import Problem, Stopped
from hanok.core.run import Progress, Run
from hanok.lifecycle.evaluate import evaluate
from hanok.lifecycle.improve import learn, optimize
from hanok.lifecycle.train import train
from hanok.lifecycle.workspace import Workspace


def test_a_training_leaves_a_version_a_report_and_a_run(workspace: Workspace, points: Path) -> None:
    manifest, summary = train(workspace, "nearest", {"points": points}, {"k": 1}, Run(seed=3))
    assert (manifest.system, manifest.version, manifest.seed, manifest.config) == ("nearest", 1, 3, {"k": 1})
    assert summary["error"].baseline is not None
    assert summary["error"].value < summary["error"].baseline
    assert summary.cost.latency_p50 is not None
    assert workspace.summary("nearest") == summary
    assert [(run.state, run.version) for run in workspace.store.runs.list("nearest")] == [("done", 1)]


def test_a_second_version_is_compared_with_the_champion_on_the_same_items(workspace: Workspace, points: Path) -> None:
    train(workspace, "nearest", {"points": points}, {"k": 2}, Run())
    _, summary = train(workspace, "nearest", {"points": points}, {"k": 5}, Run())
    difference = next(d for d in summary.differences if "champion" in d.against)
    assert difference.value > 0
    assert not difference.better


@pytest.mark.parametrize(("config", "where"), [({"k": 9}, "k"), ({"k": "many"}, "k")])
def test_a_configuration_that_does_not_fit_is_named(
    workspace: Workspace, points: Path, config: dict[str, object], where: str
) -> None:
    with pytest.raises(Problem) as caught:
        train(workspace, "nearest", {"points": points}, config, Run())
    assert caught.value.where == where


def test_a_missing_slot_is_named(workspace: Workspace) -> None:
    with pytest.raises(Problem) as caught:
        train(workspace, "nearest", {}, {}, Run())
    assert caught.value.where == "points"


def test_a_fit_that_learnt_nothing_is_not_published(workspace: Workspace, tmp_path: Path) -> None:
    flat = tmp_path / "flat.csv"
    flat.write_text("x,y\n" + "1,1\n" * 30, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        train(workspace, "nearest", {"points": flat}, {}, Run())
    assert caught.value.code == "degenerate_fit"
    assert workspace.store.versions.list("nearest") == []
    assert workspace.store.runs.list("nearest")[0].state == "failed"


def test_a_stopped_run_publishes_nothing(workspace: Workspace, pictures: Path) -> None:
    def stop(progress: Progress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        train(workspace, "sonify", {"pictures": pictures}, {}, Run(listener=stop))
    assert workspace.store.versions.list("sonify") == []
    assert workspace.store.runs.list("sonify")[0].state == "stopped"


def test_rows_left_out_are_in_the_report(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("x,y\n" + "".join(f"{x},{x}\n" for x in range(30)) + "far,1\n", encoding="utf-8")
    with pytest.raises(Problem, match="1 of 31"):
        train(workspace, "nearest", {"points": path}, {}, Run())
    _, summary = train(workspace, "nearest", {"points": {"path": path, "skip": True}}, {}, Run())
    assert [row.where for row in summary.dropped] == ["points.csv:32 x"]


def test_evaluating_on_other_data_compares_with_the_champion(workspace: Workspace, points: Path) -> None:
    for k in (1, 5):
        train(workspace, "nearest", {"points": points}, {"k": k}, Run())
    summary = evaluate(workspace, "nearest@2", {"points": points})
    assert any("champion (version 1)" in d.against for d in summary.differences)
    assert not any("champion" in d.against for d in evaluate(workspace, "nearest@1", {"points": points}).differences)


def test_learning_takes_the_feedback_in_once(workspace: Workspace, teasers: Path) -> None:
    train(workspace, "teaser", {"teasers": teasers}, {}, Run())
    model = workspace.load("teaser")
    for seed in range(20):
        answer = model.answer([{"seed": seed}])[0]
        assert model.feedback(answer.id, {"clicked": True})
        assert not model.feedback(answer.id, {"clicked": True})
    present = model.system.arms.now(model.system.ledger)
    manifest, _ = learn(workspace, "teaser", Run())
    assert (manifest.parent, manifest.learned_until) == (1, 20)
    wiser = workspace.load("teaser@2").system
    assert wiser.arms.start == present
    assert wiser.arms.now(wiser.ledger) == present
    with pytest.raises(Problem, match="no feedback since"):
        learn(workspace, "teaser@2", Run())


def test_a_system_that_cannot_says_so(workspace: Workspace, points: Path) -> None:
    train(workspace, "nearest", {"points": points}, {}, Run())
    with pytest.raises(Problem, match="nothing to make smaller"):
        optimize(workspace, "nearest", Run())
