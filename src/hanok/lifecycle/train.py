"""From the user's files to a published version: snapshot, read, fit, judge, publish; once, for every system."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from pydantic import BaseModel

from hanok.core import registry
from hanok.core.artifact import Manifest
from hanok.core.contract import AnySystem, Fold
from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.core.sources import Table
from hanok.core.summary import Dropped, Summary
from hanok.lifecycle import snapshot
from hanok.lifecycle.checks import Steps, refuse_degenerate
from hanok.lifecycle.evaluate import judge
from hanok.lifecycle.history import recorded
from hanok.lifecycle.model import validated
from hanok.lifecycle.workspace import Workspace


class Trained(NamedTuple):
    """A published version and its report."""

    manifest: Manifest
    summary: Summary


def train(
    workspace: Workspace, name: str, sources: Mapping[str, Any] | BaseModel, config: Mapping[str, Any], run: Run
) -> Trained:
    """Train system `name` on the user's sources and publish it.

    Parameters
    ----------
    workspace : Workspace
        Where it is published.
    name : str
        Of an installed system.
    sources : mapping or Sources
        A path, or more, for each slot.
    config : mapping
        Hyper-parameters that differ from the defaults.
    run : Run
        Seed, threads, device and who listens.

    Returns
    -------
    Trained
        The manifest of the new version and its report.

    Raises
    ------
    Problem
        The data or the configuration does not fit, or the fit learnt nothing; then nothing is published.
    Stopped
        The run was cancelled.
    """
    cls = registry.find(name)
    wanted = validated(cls.Config, config)
    given = validated(cls.Sources, sources)
    kept = snapshot.keep(workspace.home, given)
    with recorded(workspace, name, "train", wanted.model_dump(mode="json"), run, kept) as outcome:
        trained = _train(workspace, cls, given, wanted, kept, run)
        outcome.version, outcome.metrics = trained.manifest.version, trained.manifest.metrics
    return trained


def _train(
    workspace: Workspace, cls: type[AnySystem], given: BaseModel, config: BaseModel, kept: str, run: Run
) -> Trained:
    data = cls.read(snapshot.restore(workspace.home, kept, cls.Sources))
    fold = first_fold(cls, data, config, run.seed)
    steps = Steps(run.listener)
    started = time.perf_counter()
    system = cls(config).fit(fold.train, fold.valid, replace(run, listener=steps))
    seconds = time.perf_counter() - started
    report = system.evaluate(fold.test)
    refuse_degenerate(report, cls.objectives[0], steps)
    summary = judge(workspace, system, report, fold.name, seed=run.seed, test=fold.test)
    summary.dropped = dropped(given)
    summary.cost.training = seconds
    about = Manifest(
        system=cls.name,
        config=config.model_dump(mode="json"),
        data=kept,
        seed=run.seed,
        metrics=report.values(),
        run=run.id,
    )
    return Trained(workspace.publish(system, about, summary), summary)


def first_fold(cls: type[AnySystem], data: Any, config: BaseModel, seed: int) -> Fold[Any]:
    """The protocol that is tuned and reported.

    Raises
    ------
    Problem
        The system cut no fold from this data.
    """
    for fold in cls.folds(data, config, seed=seed):
        return fold
    raise Problem("no_fold", "there is too little data to hold some out for a test", hint="bring more rows")


def dropped(sources: BaseModel) -> list[Dropped]:
    """Rows that the user chose to leave out because they cannot be used, and why."""
    return [
        Dropped(where=problem.where, reason=problem.message)
        for _, table in sources
        if isinstance(table, Table) and table.skip
        for problem in table.check().problems
    ]
