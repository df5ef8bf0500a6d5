"""From a report's per-item values to what is shown: intervals, paired differences, groups and items that fail."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel

from hanok.core.bootstrap import interval, paired
from hanok.core.problem import Problem
from hanok.core.report import Floats, Measure, Report
from hanok.core.summary import Difference, Failure, Figure, Slice, Summary

TRIVIAL = "trivial"
"""What `Difference.against` says when the other side is the trivial answer."""

SLICES, SMALLEST, FAILURES, EXAMPLES = 30, 5, 12, 3
_LONGEST = 50_000 * 4 // 3  # characters of 50 kB in base64


def summarise(report: Report, *, system: str, fold: str, seed: int = 0) -> Summary:
    """Everything a report page shows, computed from per-item values.

    Parameters
    ----------
    report : Report
        What `System.evaluate` returned.
    system, fold : str
        Their names.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Summary
        Figures with intervals and baselines; differences against the trivial answer; the first measure per group of at
        least 5 items, worst first, at most 30; up to 12 items answered wrongly, worst first; up to 3 answered right.
        `cost` and `dropped` are the caller's to add.

    Raises
    ------
    Problem
        The report has no measure, its parts differ in length, or a measure has a value that is not finite.

    Example
    -------
    >>> from hanok.core.report import Measure
    >>> hits = Measure("hit@1", np.array([1.0, 1.0, 0.0, 1.0]), baseline=np.zeros(4))
    >>> summarise(Report([hits]), system="faq", fold="held-out")["hit@1"].value
    0.75
    """
    _check(report)
    slices, undefined = _slices(report, seed)
    failures, short = _failures(report)
    notes = list(report.notes)
    if undefined:
        notes.append(f"{report.measures[0].name} is undefined on {undefined} of the groups, which are not shown.")
    if short:
        notes.append("Images, sounds and texts of more than 50 kB are left out of the items shown.")
    return Summary(
        system=system,
        fold=fold,
        figures=[_figure(measure, seed) for measure in report.measures],
        differences=against_trivial(report, seed=seed),
        slices=slices,
        failures=failures,
        examples=_examples(report),
        charts=list(report.charts),
        tables=list(report.tables),
        notes=notes,
    )


def compare(ours: Report, theirs: Report, *, against: str, seed: int = 0) -> list[Difference]:
    """The paired difference, ours − theirs, of every measure that both reports have.

    Parameters
    ----------
    ours, theirs : Report
        Made on the same items in the same order.
    against : str
        What the other one is called, such as ``"champion"``.
    seed : int
        Of the bootstrap.

    Raises
    ------
    Problem
        The two were not made on the same items.

    Example
    -------
    >>> from hanok.core.report import Measure
    >>> ours = Report([Measure("hit@1", np.array([1.0, 1.0, 1.0, 0.0]))])
    >>> compare(ours, ours, against="champion")[0].value
    0.0
    """
    if ours.expected and theirs.expected and list(ours.expected) != list(theirs.expected):
        raise Problem("not_paired", "the two reports expect different answers; expected the same items in both")
    known = {measure.name: measure for measure in theirs.measures}
    pairs = [(measure, known[measure.name].values) for measure in ours.measures if measure.name in known]
    return _differences(pairs, against, seed)


def against_trivial(report: Report, *, seed: int = 0) -> list[Difference]:
    """The paired difference, ours − the trivial answer, of every measure that has a baseline."""
    return _differences([(m, m.baseline) for m in report.measures if m.baseline is not None], TRIVIAL, seed)


def _check(report: Report) -> None:
    """Refuse a report whose parts do not belong to the same items."""
    if not report.measures:
        raise Problem("no_measures", "the report has no measure; expected at least one")
    first, *others = report.measures
    n = len(first.values)
    sizes = {f"measure {m.name!r}": len(m.values) for m in others}
    sizes |= {"items": len(report.items), "expected": len(report.expected), "predicted": len(report.predicted)}
    sizes = {part: size for part, size in sizes.items() if size}
    sizes |= {f"slice {by!r}": len(groups) for by, groups in report.slices.items()}
    for part, size in sizes.items():
        if size != n:
            raise Problem("bad_report", f"{size} entries; expected {n}, as measure {first.name!r} has", part)


def _figure(measure: Measure, seed: int) -> Figure:
    """A measure's figure with its interval and what the trivial answer scores."""
    try:
        found = interval(measure.values, measure.statistic, seed=seed)
    except Problem as problem:
        raise Problem(problem.code, problem.message, f"measure {measure.name!r}") from problem
    baseline = None if measure.baseline is None else measure.of(measure.baseline)
    if baseline is not None and not math.isfinite(baseline):
        baseline = None
    return Figure(
        **dict(found),
        name=measure.name,
        maximize=measure.maximize,
        unit=measure.unit,
        about=measure.about,
        baseline=baseline,
    )


def _differences(pairs: Iterable[tuple[Measure, Floats]], against: str, seed: int) -> list[Difference]:
    """Ours − theirs of each measure; better if the whole interval lies on the good side of zero."""
    differences: list[Difference] = []
    for measure, theirs in pairs:
        try:
            found = paired(measure.values, theirs, measure.statistic, seed=seed)
        except Problem as problem:
            if problem.code == "undefined_figure":  # the precision of an answer that is never given
                continue
            raise Problem(problem.code, problem.message, f"measure {measure.name!r}") from problem
        better = found.low > 0 if measure.maximize else found.high < 0
        differences.append(Difference(**dict(found), name=measure.name, against=against, better=better))
    return differences


def _slices(report: Report, seed: int) -> tuple[list[Slice], int]:
    """The worst groups by the first measure, and how many have no figure (an area under a curve with one class)."""
    measure = report.measures[0]
    groups = [(by, group, rows) for by, labels in report.slices.items() for group, rows in _rows(labels).items()]
    values = [measure.of(measure.values[rows]) for _, _, rows in groups]
    defined = [i for i, value in enumerate(values) if math.isfinite(value)]
    defined.sort(key=lambda i: values[i] if measure.maximize else -values[i])
    slices: list[Slice] = []
    undefined = len(groups) - len(defined)
    for by, group, rows in (groups[i] for i in defined):
        if len(slices) == SLICES:
            break
        try:
            figure = interval(measure.values[rows], measure.statistic, seed=seed)
        except Problem:  # defined on the group, but on few of its resamples
            undefined += 1
        else:
            slices.append(Slice(by=by, group=group, figure=figure))
    return slices, undefined


def _rows(labels: Sequence[str]) -> dict[str, list[int]]:
    """Positions of the items of every group that is large enough."""
    rows = defaultdict[str, list[int]](list)
    for i, label in enumerate(labels):
        rows[label].append(i)
    return {label: found for label, found in rows.items() if len(found) >= SMALLEST}


def _failures(report: Report) -> tuple[list[Failure], bool]:
    """Items answered wrongly, worst first, and whether something too long was left out of them."""
    if not (report.items and report.expected and report.predicted):
        return [], False
    wrong = [i for i in _ranked(report.measures[0], best=False) if report.expected[i] != report.predicted[i]]
    dumps = [_dump(report.items[i]) for i in wrong[:FAILURES]]
    failures = [
        Failure(item=item, expected=report.expected[i], predicted=report.predicted[i])
        for i, (item, _) in zip(wrong, dumps, strict=False)
    ]
    return failures, any(short for _, short in dumps)


def _examples(report: Report) -> list[dict[str, Any]]:
    """Items answered right, else those answered best, to try the model with: whole ones only."""
    if not report.items:
        return []
    best = _ranked(report.measures[0], best=True)
    if report.expected and report.predicted:
        best = [i for i in best if report.expected[i] == report.predicted[i]] or best  # a list seldom is
    found: list[dict[str, Any]] = []
    for i in best:
        item, short = _dump(report.items[i])
        if not short and item not in found:
            found.append(item)
        if len(found) == EXAMPLES:
            break
    return found


def _ranked(measure: Measure, *, best: bool) -> list[int]:
    """Positions of the items, best or worst first; in their own order where the figure is no mean of the items."""
    n = len(measure.values)
    if measure.statistic is not None:
        return list(range(n))
    worth = measure.values.reshape(n, -1).mean(axis=1)
    return [int(i) for i in np.argsort(-worth if best == measure.maximize else worth, kind="stable")]


def _dump(item: BaseModel) -> tuple[dict[str, Any], bool]:
    """The item as JSON without what is too long to show, and whether there was any."""
    whole = item.model_dump(mode="json")
    shown: dict[str, Any] = _shorten(whole)
    return shown, shown != whole


def _shorten(value: Any) -> Any:
    """JSON without its long strings."""
    if isinstance(value, dict):
        return {key: _shorten(v) for key, v in value.items() if not _too_long(v)}
    if isinstance(value, list):
        return [_shorten(v) for v in value if not _too_long(v)]
    return value


def _too_long(value: Any) -> bool:
    return isinstance(value, str) and len(value) > _LONGEST
