"""Judging a model: intervals, paired comparison with the trivial answer and the champion, cost; for every system."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel

from hanok.core.contract import AnySystem
from hanok.core.problem import NotFound, Problem
from hanok.core.report import Report
from hanok.core.summarise import compare, summarise
from hanok.core.summary import Cost, Difference, Summary
from hanok.lifecycle.model import Model, validated
from hanok.lifecycle.workspace import Workspace
from hanok.store import CHAMPION

TIMED = 100
"""How many single answers the latency is measured on."""


def evaluate(workspace: Workspace, reference: str, sources: Mapping[str, Any] | BaseModel, *, seed: int = 0) -> Summary:
    """Judge a published version on data of the user's choice, side by side with the champion.

    Parameters
    ----------
    workspace : Workspace
        Where the version is.
    reference : str
        Such as ``"faq@2"``.
    sources : mapping or Sources
        A path, or more, for each slot; all of it is test data.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Summary
        Also kept in the home's reports.
    """
    model = workspace.load(reference)
    cls = type(model.system)
    given = validated(cls.Sources, sources)
    data = cls.read(given)
    summary = judge(workspace, model.system, model.system.evaluate(data), "given", seed=seed, test=data, own=model)
    from hanok.core.render import write

    write(summary, workspace.home.reports / cls.name / str(model.manifest.version))
    return summary


def judge(
    workspace: Workspace,
    system: AnySystem,
    report: Report,
    fold: str,
    *,
    seed: int,
    test: Any,
    own: Model | None = None,
) -> Summary:
    """A report with intervals, compared with the trivial answer and with the champion on the same items, and timed."""
    summary = summarise(report, system=system.name, fold=fold, seed=seed)
    champion = _champion(workspace, system.name)
    if champion and (own is None or champion.manifest.version != own.manifest.version):
        summary.differences += _against(champion, report, test, seed)
    summary.cost = latency(system, report.items)
    return summary


def _champion(workspace: Workspace, name: str) -> Model | None:
    try:
        return workspace.load(f"{name}@{CHAMPION}")
    except NotFound:
        return None


def _against(champion: Model, report: Report, test: Any, seed: int) -> list[Difference]:
    """The champion on the same test items; one that cannot read them any more is simply not compared with."""
    name = f"champion (version {champion.manifest.version})"
    try:
        theirs = champion.system.evaluate(test)
    except Problem:
        return []
    return compare(report, theirs, against=name, seed=seed)


def latency(system: AnySystem, items: Sequence[BaseModel]) -> Cost:
    """Median and 99th percentile of one answer at a time, in milliseconds, over up to `TIMED` of the items."""
    chosen = list(items[:TIMED])
    if not chosen:
        return Cost()
    system.predict(chosen[:1])  # the first call pays for what is loaded lazily
    seconds = []
    for item in chosen:
        start = time.perf_counter()
        system.predict([item])
        seconds.append(time.perf_counter() - start)
    p50, p99 = np.percentile(seconds, [50, 99]) * 1000
    return Cost(latency_p50=float(p50), latency_p99=float(p99))
