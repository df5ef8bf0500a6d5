"""Searching the hyper-parameters of any system: resumable, in parallel, for one objective or several at once."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from hanok.core import registry
from hanok.core.home import Home
from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.lifecycle import snapshot
from hanok.lifecycle.model import validated
from hanok.lifecycle.space import Space
from hanok.lifecycle.study import Outcome, Plan, Search, fits_done, front, open_study, outcomes
from hanok.lifecycle.train import Trained, train
from hanok.lifecycle.workspace import Workspace


class Tuned(NamedTuple):
    """The published best model, every finished trial, and the Pareto front among them."""

    best: Trained
    objectives: tuple[str, ...]
    trials: list[Outcome]
    front: list[Outcome]


def tune(
    workspace: Workspace,
    name: str,
    sources: Mapping[str, Any] | BaseModel,
    run: Run,
    *,
    trials: int = 20,
    objectives: Sequence[str] = (),
    workers: int = 1,
    fixed: Mapping[str, Any] | None = None,
) -> Tuned:
    """Search the hyper-parameters of system `name`, choosing on validation data, and publish the best.

    The journal is kept in the home: the same call continues where an interrupted one stopped. Fields with a `Stage` are
    tuned again on each fitted model without fitting it again.

    Parameters
    ----------
    workspace : Workspace
        Where the best is published.
    name : str
        Of an installed system.
    sources : mapping or Sources
        As for `train`.
    run : Run
        Seed, threads (shared among the workers) and who listens.
    trials : int
        How many fits in all, those of an interrupted call included.
    objectives : sequence of str
        Names of the system's objectives, ``"latency"``, ``"size"``; several give a Pareto front. Default: its first.
    workers : int
        Processes that fit side by side.
    fixed : mapping, optional
        Hyper-parameters that do not vary.

    Returns
    -------
    Tuned
        The best by the first objective, judged on the test part as `train` does.

    Raises
    ------
    Problem
        Nothing to vary, or no trial succeeded.
    """
    cls = registry.find(name)
    given = validated(cls.Sources, sources)
    plan = Plan(
        system=name,
        data=snapshot.keep(workspace.home, given),
        objectives=tuple(objectives) or (cls.objectives[0].name,),
        fixed=dict(fixed or {}),
        seed=run.seed,
    )
    if not any(Space.of(cls.Config, tuple(plan.fixed))):
        raise Problem("nothing_to_tune", f"no hyper-parameter of {name} is left to vary", hint=f"hanok train {name}")
    study = open_study(workspace.home, plan, run.seed)
    if workers == 1:
        Search(workspace.home, plan, trials, run).go()
    else:
        _side_by_side(workspace.home, plan, trials, run, workers)
    run.stage("trials").report(min(fits_done(study), trials), trials)
    found = outcomes(study)
    if not found:
        raise Problem("no_trial", f"none of {fits_done(study)} trials succeeded", hint=_last_problem(study))
    goals = plan.goals()
    best = (max if goals[0].maximize else min)(found, key=lambda outcome: outcome.values[0])
    trained = train(workspace, name, given, {**plan.fixed, **best.params}, run)
    return Tuned(trained, plan.objectives, found, front(found, goals))


def _side_by_side(home: Home, plan: Plan, trials: int, run: Run, workers: int) -> None:
    """Worker processes on one journal; a worker that dies costs its trial only."""
    context = multiprocessing.get_context("spawn")
    threads = max(1, run.threads // workers)
    crew: list[BaseProcess] = [
        context.Process(
            target=_work, args=(str(home.path), plan.model_dump(), trials, run.seed + k, threads), daemon=True
        )
        for k in range(workers)
    ]
    study = open_study(home, plan, run.seed)
    for member in crew:
        member.start()
    try:
        while any(member.is_alive() for member in crew):
            run.stage("trials").report(min(fits_done(study), trials), trials)
            time.sleep(0.5)
    finally:
        for member in crew:
            member.terminate()
            member.join()


def _work(home: str, plan: dict[str, Any], trials: int, seed: int, threads: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches everybody; the parent ends its crew
    run = replace(Run(), seed=seed, threads=threads, scratch=Path(home) / "scratch")
    Search(Home(home), Plan.model_validate(plan), trials, run).go()


def _last_problem(study: Any) -> str:
    problems = [t.user_attrs["problem"] for t in study.get_trials(deepcopy=False) if "problem" in t.user_attrs]
    return f"the last one: {problems[-1]}" if problems else "run with --debug to see why"
