"""New versions made from old ones: smaller by `optimize`, wiser by `learn`; once, for every system."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from hanok.core.artifact import Manifest
from hanok.core.contract import AnySystem, Fold
from hanok.core.problem import Problem
from hanok.core.report import Report
from hanok.core.run import Run
from hanok.core.summarise import compare
from hanok.core.summary import Summary
from hanok.lifecycle import snapshot
from hanok.lifecycle.checks import Steps, refuse_degenerate
from hanok.lifecycle.evaluate import judge
from hanok.lifecycle.model import Model
from hanok.lifecycle.train import Trained, first_fold
from hanok.lifecycle.workspace import Workspace


def optimize(workspace: Workspace, reference: str, run: Run) -> Trained:
    """Publish a smaller or faster version of a model, with its price measured on the same test items.

    Raises
    ------
    Problem
        The system has nothing to make smaller, or its training data is no longer kept.
    """
    model = workspace.load(reference)
    fold = _fold(workspace, model)
    started = time.perf_counter()
    steps = Steps(run.listener)
    system = model.system.optimize(fold.valid, replace(run, listener=steps))
    seconds = time.perf_counter() - started
    return _publish(
        workspace, model, system, fold, steps, _child(model, run, workspace.learned_until(model.manifest)), seconds
    )


def learn(workspace: Workspace, reference: str, run: Run) -> Trained:
    """Publish a version that has taken in the feedback gathered since the model's own learning ended.

    Raises
    ------
    Problem
        There is no new feedback, the system does not learn from it, or its training data is no longer kept.
    """
    model = workspace.load(reference)
    page = model.system.ledger.feedback()
    if not page.events:
        hint = "people give it in the console, or: hanok feedback"
        since = f"{model.manifest.system}@{model.manifest.version}"
        raise Problem("no_feedback_yet", f"no feedback since {since} was made", hint=hint)
    fold = _fold(workspace, model)
    steps = Steps(run.listener)
    started = time.perf_counter()
    system = model.system.learn(fold, page.events, replace(run, listener=steps))
    seconds = time.perf_counter() - started
    return _publish(workspace, model, system, fold, steps, _child(model, run, page.upto), seconds)


def _fold(workspace: Workspace, model: Model) -> Fold[Any]:
    """What the model was fitted on: its snapshot, cut by its seed."""
    about, cls = model.manifest, type(model.system)
    if about.data is None:
        raise Problem("no_snapshot", f"{about.system}@{about.version} was published without its training data")
    data = cls.read(snapshot.restore(workspace.home, about.data, cls.Sources))
    return first_fold(cls, data, model.system.config, about.seed)


def _child(old: Model, run: Run, learned_until: int) -> Manifest:
    about = {"parent": old.manifest.version, "run": run.id, "learned_until": learned_until}
    return old.manifest.model_copy(update=about)


def _publish(
    workspace: Workspace, old: Model, system: AnySystem, fold: Fold[Any], steps: Steps, about: Manifest, seconds: float
) -> Trained:
    report = system.evaluate(fold.test)
    refuse_degenerate(report, system.objectives[0], steps)
    summary = judge(workspace, system, report, fold.name, seed=about.seed, test=fold.test)
    _add_parent(summary, old, report, fold)
    summary.cost.training = seconds
    config = system.config.model_dump(mode="json")
    about = about.model_copy(update={"config": config, "metrics": report.values()})
    return Trained(workspace.publish(system, about, summary), summary)


def _add_parent(summary: Summary, old: Model, report: Report, fold: Fold[Any]) -> None:
    """The version it came from is compared with, unless it is the champion and so already is."""
    name = f"version {old.manifest.version}"
    if not any(name in difference.against for difference in summary.differences):
        theirs = old.system.evaluate(fold.test)
        summary.differences += compare(report, theirs, against=name, seed=old.manifest.seed)
