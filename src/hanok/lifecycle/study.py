"""One tuning study: its trials, written to a journal as they end, so that it can be stopped and taken up again."""

from __future__ import annotations

import hashlib
import math
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, ValidationError

from hanok.core import registry
from hanok.core.contract import AnySystem, Fold, Objective
from hanok.core.home import Home
from hanok.core.problem import Problem, Stopped
from hanok.core.run import Progress, Run
from hanok.lifecycle import snapshot
from hanok.lifecycle.evaluate import latency
from hanok.lifecycle.space import Space
from hanok.lifecycle.train import first_fold

if TYPE_CHECKING:
    from optuna import Study, Trial

RETUNES = 4
"""How often a fitted model's later stages are tuned again before the next fit."""

MEASURED = (Objective("latency", maximize=False), Objective("size", maximize=False))
"""What the lifecycle measures for every system: median milliseconds of one answer, bytes of the saved model."""


class Plan(BaseModel):
    """What a study is about; its name is the hash of this, so the same question continues the same journal."""

    system: str
    data: str
    objectives: tuple[str, ...]
    fixed: dict[str, Any]
    seed: int

    @property
    def name(self) -> str:
        """The study's name, also of its journal file."""
        return f"{self.system}-{hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]}"

    def goals(self) -> list[Objective]:
        """The objectives by their names.

        Raises
        ------
        Problem
            The system has no such objective.
        """
        known = {o.name: o for o in (*registry.find(self.system).objectives, *MEASURED)}
        unknown = [name for name in self.objectives if name not in known]
        if unknown:
            raise Problem(
                "unknown_objective", f"no objective {unknown[0]!r}", "objective", f"known: {', '.join(known)}"
            )
        return [known[name] for name in self.objectives]


class Outcome(NamedTuple):
    """One finished trial."""

    number: int
    params: dict[str, Any]
    values: tuple[float, ...]
    refitted: bool


def open_study(home: Home, plan: Plan, sampler_seed: int) -> Study:
    """The study of a plan, new or continued."""
    import optuna
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    journal = JournalFileBackend(str(home.studies / f"{plan.name}.log"))
    goals = plan.goals()
    return optuna.create_study(
        study_name=plan.name,
        storage=optuna.storages.JournalStorage(journal),
        sampler=optuna.samplers.TPESampler(seed=sampler_seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=5),
        directions=["maximize" if goal.maximize else "minimize" for goal in goals],
        load_if_exists=True,
    )


def fits_done(study: Study) -> int:
    """How many fits have ended, whatever their end."""
    return sum(t.state.is_finished() and t.user_attrs.get("refitted", True) for t in study.get_trials(deepcopy=False))


def outcomes(study: Study) -> list[Outcome]:
    """The trials that ended with figures, in order."""
    import optuna

    done = study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,))
    return [Outcome(t.number, t.params, tuple(t.values), t.user_attrs.get("refitted", True)) for t in done]


class Candidate(NamedTuple):
    """A fitted system, and the parts of the data it was fitted and is judged on."""

    system: AnySystem
    fold: Fold[Any]


class Search:
    """Runs trials of a plan in this process until the study has `trials` fits, then returns."""

    def __init__(self, home: Home, plan: Plan, trials: int, run: Run) -> None:
        self.plan, self.trials, self.run, self.goals = plan, trials, run, plan.goals()
        self.cls = registry.find(plan.system)
        self.space = Space.of(self.cls.Config, tuple(plan.fixed))
        self.study = open_study(home, plan, run.seed)
        self.data = self.cls.read(snapshot.restore(home, plan.data, self.cls.Sources))

    def go(self) -> None:
        """Fit, re-tune later stages, repeat."""
        while (done := fits_done(self.study)) < self.trials:
            best = (
                {} if len(self.goals) > 1 or not outcomes(self.study) else {self.goals[0].name: self.study.best_value}
            )
            self.run.stage("trials").report(done, self.trials, **best)
            trial = self.study.ask()
            params = self.space.suggest(trial)
            fitted = self._tell(trial, partial(self._fit, trial, params))
            if fitted and self.space.later:
                self._retune(fitted, {name: params[name] for name in self.space.fit})

    def _fit(self, trial: Trial, params: dict[str, Any]) -> Candidate:
        config = self._config(params)
        fold = first_fold(self.cls, self.data, config, self.plan.seed)
        run = replace(self.run, seed=self.plan.seed, listener=self._pruning(trial))
        return Candidate(self.cls(config).fit(fold.train, fold.valid, run), fold)

    def _retune(self, fitted: Candidate, fixed: dict[str, Any]) -> None:
        """Later stages of one fitted model, with what it was fitted with held fixed."""
        import optuna

        sampler = self.study.sampler
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            self.study.sampler = optuna.samplers.PartialFixedSampler(fixed, sampler)
        for _ in range(RETUNES):
            trial = self.study.ask()
            trial.set_user_attr("refitted", False)
            self._tell(trial, partial(self._reconfigure, fitted, self.space.suggest(trial)))
        self.study.sampler = sampler

    def _reconfigure(self, fitted: Candidate, params: dict[str, Any]) -> Candidate:
        return Candidate(fitted.system.reconfigure(self._config(params)), fitted.fold)

    def _tell(self, trial: Trial, make: Callable[[], Candidate]) -> Candidate | None:
        """Make and judge a candidate; one that fails or is pruned is no loss to the study."""
        import optuna

        failed = optuna.trial.TrialState.FAIL
        try:
            candidate = make()
            values = self._values(candidate)
        except _Pruned:
            self.study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            return None
        except (Problem, ValidationError) as error:
            trial.set_user_attr("problem", str(error))
            self.study.tell(trial, state=failed)
            return None
        except BaseException:
            self.study.tell(trial, state=failed)
            raise
        if not all(math.isfinite(v) for v in values):
            self.study.tell(trial, state=failed)
            return None
        self.study.tell(trial, values)
        return candidate

    def _values(self, candidate: Candidate) -> list[float]:
        """Its objectives on the validation part."""
        system, fold = candidate
        report = system.evaluate(fold.valid)
        figures = report.values()
        if "latency" in self.plan.objectives:
            figures["latency"] = latency(system, report.items).latency_p50 or math.nan
        if "size" in self.plan.objectives:
            figures["size"] = float(_size(system))
        return [figures[goal.name] for goal in self.goals]

    def _config(self, params: dict[str, Any]) -> BaseModel:
        return self.cls.Config.model_validate({**self.plan.fixed, **params})

    def _pruning(self, trial: Trial) -> Callable[[Progress], None]:
        """Ends fits that do worse than the median at the same step, where the fit reports the objective."""
        goal = self.goals[0].name

        def listen(progress: Progress) -> None:
            self.run.listener(progress)
            if len(self.goals) == 1 and goal in progress.metrics:
                trial.report(progress.metrics[goal], progress.step)
                if trial.should_prune():
                    raise _Pruned

        return listen


class _Pruned(Stopped):
    """The pruner ended this fit."""


def _size(system: AnySystem) -> int:
    with tempfile.TemporaryDirectory() as folder:
        system.save(Path(folder))
        return sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file())


def front(found: Sequence[Outcome], goals: Sequence[Objective]) -> list[Outcome]:
    """The outcomes no other is better than in one objective and at least as good in all: the Pareto front."""
    signs = [1 if goal.maximize else -1 for goal in goals]

    def beats(a: Outcome, b: Outcome) -> bool:
        gains = [s * (x - y) for s, x, y in zip(signs, a.values, b.values, strict=True)]
        return all(g >= 0 for g in gains) and any(g > 0 for g in gains)

    return [o for o in found if not any(beats(other, o) for other in found)]
