"""A room's report: how good, how sure, compared with whom, where it fails, what it costs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from hanok.core.contract import AnySystem
from hanok.core.problem import NotFound
from hanok.core.report import Chart
from hanok.core.summary import Failure, Figure, Summary
from hanok.server.console.pages.room import opened, shown
from hanok.server.console.visit import Visit

FAILURES = 20
DROPPED = 100
WIDE, NARROW = 500, 340
"""Pixels a chart is drawn for: half a page, and a telephone."""


def report(visit: Visit, name: str) -> Response:
    """The report of one version, the champion's unless `?version=` says otherwise."""
    cls, found = opened(visit, name)
    versions = [v for v in visit.workspace.store.versions.list(name) if v.state == "ready"]
    if not versions:
        return shown(visit, "report.html", cls, found, "report", summary=None, version=None, versions=[])
    asked = visit.request.query_params.get("version")
    number = visit.workspace.resolve(f"{name}@{asked}" if asked else name)[1]
    try:
        summary = visit.house.summary(name, number)
    except NotFound:
        summary = None
    return shown(
        visit,
        "report.html",
        cls,
        found,
        "report",
        summary=summary,
        version=number,
        versions=versions,
        size=next((v.size for v in versions if v.version == number), None),
        twin=f"/v1/models/{name}/{number}/report",
        words=visit.t.of("js.") | visit.t.of("dial."),
        **({} if summary is None else _parts(cls, summary)),
    )


def chart_file(visit: Visit, name: str, number: int, index: int, kind: str) -> Response:
    """One chart of a report as a file: SVG in its own colours, or PNG."""
    from hanok.core import charts

    found = visit.house.summary(name, number).charts
    if not 0 <= index < len(found) or kind not in ("svg", "png"):
        raise NotFound("unknown_chart", f"{name}@{number} has no chart {index}.{kind}", "chart")
    chart = found[index]
    body: str | bytes = charts.svg(chart, themed=False) if kind == "svg" else charts.png(chart)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{number}-{index + 1}.{kind}"'}
    return Response(body, media_type="image/svg+xml" if kind == "svg" else "image/png", headers=headers)


def _parts(cls: type[AnySystem], summary: Summary) -> dict[str, Any]:
    """What the template shows of a summary."""
    from hanok.core import views

    headline = next((f for f in summary.figures if f.name == cls.objectives[0].name), summary.figures[0])
    return {
        "headline": headline,
        "headline_view": views.figure(headline),
        "verdict": verdict(headline),
        "figures": [(f, views.figure(f)) for f in summary.figures],
        "differences": views.differences(summary),
        "groups": views.slices(summary),
        "dials": any(chart.dial for chart in summary.charts),
        "drawings": [drawn(chart.model_dump_json()) for chart in summary.charts],
        "failures": [views.failure(asked_for(cls, f)) for f in summary.failures[:FAILURES]],
        "dropped": summary.dropped[:DROPPED],
    }


def asked_for(cls: type[AnySystem], failure: Failure) -> Failure:
    """The failure with only what its item had to say: what is at its default is left out, unless everything is."""
    fields = cls.Input.model_json_schema().get("properties", {})
    said = {k: v for k, v in failure.item.items() if k not in fields or fields[k].get("default", failure) != v}
    return failure.model_copy(update={"item": said or failure.item})


def verdict(figure: Figure) -> str:
    """Whether a figure is surely better than the trivial answer's: the key of a sentence.

    Example
    -------
    >>> verdict(Figure(name="hit@1", value=0.9, low=0.8, high=0.95, n=100, baseline=0.1))
    'better'
    """
    if figure.baseline is None:
        return "none_known"
    worst, best = (figure.low, figure.high) if figure.maximize else (-figure.high, -figure.low)
    trivial = figure.baseline if figure.maximize else -figure.baseline
    return "better" if worst > trivial else "worse" if best < trivial else "unsure"


@lru_cache(maxsize=64)
def drawn(chart: str) -> dict[str, Any]:
    """A chart, given as JSON, for wide pages and for narrow ones, and its table; drawing takes a while."""
    from hanok.core import charts

    found = Chart.model_validate_json(chart)
    wide, narrow = (Markup(charts.svg(found, width=width)) for width in (WIDE, NARROW))
    return {"chart": found, "wide": wide, "narrow": narrow, "table": charts.table(found)}
