"""A summary on a page, in the terminal, in a folder."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from hanok.core import charts, views
from hanok.core.ink import DARK, LIGHT
from hanok.core.numbers import number
from hanok.core.report import Chart
from hanok.core.summary import Summary
from hanok.core.words import cut, plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

PHONE = 358
"""Width of a chart on a phone, pixels."""


def to_html(summary: Summary) -> str:
    """One page that needs nothing else: no network, no script, light and dark.

    Example
    -------
    >>> from hanok.core.summary import Figure
    >>> hit = Figure(name="hit@1", value=0.9, low=0.8, high=1, n=40)
    >>> to_html(Summary(system="faq", fold="held-out", figures=[hit])).startswith("<!doctype html>")
    True
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("hanok.core"), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("report.html").render(
        system=summary.system,
        fold=summary.fold,
        light=LIGHT,
        dark=DARK,
        head=views.headline(summary),
        figures=[views.figure(f) for f in summary.figures],
        differences=views.differences(summary),
        charts=[_drawn(chart, i) for i, chart in enumerate(summary.charts)],
        slices=views.slices(summary),
        failures=[views.failure(f) for f in summary.failures],
        tables=[views.grid(table) for table in summary.tables],
        cost=views.cost(summary.cost),
        dropped=views.dropped(summary.dropped),
        notes=summary.notes,
    )


def _drawn(chart: Chart, i: int) -> views.View:
    """A chart for a desk and for a phone, and its table."""
    return {
        "wide": charts.svg(chart, prefix=f"w{i}-"),
        "narrow": charts.svg(chart, width=PHONE, prefix=f"n{i}-"),
        "table": views.grid(charts.table(chart)),
        "note": chart.note,
    }


def to_text(summary: Summary, console: Console) -> None:
    """Print what matters most: figures, differences, the worst groups, some failures, cost and notes."""
    from rich.text import Text

    head = views.headline(summary)
    title = f"{plain(summary.system)} on {plain(summary.fold)}: {plain(head['name'])} "
    console.print(Text.assemble((title, "bold"), (plain(f"{head['value']} {head['interval']}"), "bold green")))
    console.print(Text(plain(head["sentence"]), "dim"))
    rows = [[v["name"], v["value"], v["interval"], v["baseline"], v["n"]] for v in map(views.figure, summary.figures)]
    console.print(_table(["measure", "value", "95 % interval", "trivial", "items"], rows))
    for group in views.differences(summary):
        rows = [[d["name"], d["value"], d["interval"], d["verdict"]] for d in group["rows"]]
        console.print(_table([f"against {group['against']}", "difference", "95 % interval", ""], rows, right=(1, 2)))
    worst = [
        [s.by, s.group, number(s.figure.value, summary.figures[0].unit), number(s.figure.n)] for s in summary.slices[:5]
    ]
    if worst:
        console.print(_table(["worst groups", "", head["name"], "items"], worst, right=(2, 3)))
    for failure in map(views.failure, summary.failures[:3]):
        asked = " · ".join(part["value"] if part["kind"] == "text" else part["kind"] for part in failure["parts"])
        said = f"  said {cut(failure['predicted'], 60)}, expected {cut(failure['expected'], 60)}"
        console.print(Text.assemble(("fails ", "red"), cut(asked, 100), "\n", (said, "dim")))
    if facts := views.cost(summary.cost):
        console.print(Text(" · ".join(f"{label} {value}" for label, value in facts)))
    for group in views.dropped(summary.dropped):
        rows_left_out = "1 row" if group["count"] == 1 else f"{number(group['count'])} rows"
        console.print(Text(f"{rows_left_out} left out: {cut(group['reason'], 100)}", "yellow"))
    for note in summary.notes:
        console.print(Text(plain(note), "dim"))


def _table(columns: list[str], rows: list[list[str]], right: tuple[int, ...] = (1, 2, 3, 4)) -> Table:
    """A table without lines; nothing in it is read as markup."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    for i, column in enumerate(columns):
        table.add_column(Text(plain(column)), justify="right" if i in right else "left")
    for row in rows:
        table.add_row(*[Text(cut(cell, 60)) for cell in row])
    return table


def write(summary: Summary, folder: Path) -> Path:
    """Write ``report.json``, ``report.html`` and every chart as ``<its title>.svg`` and ``.png``.

    Parameters
    ----------
    summary : Summary
        What to write.
    folder : Path
        Made if it is not there.

    Returns
    -------
    Path
        The page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(summary.model_dump_json(indent=1), encoding="utf-8")
    names: list[str] = []
    for chart in summary.charts:
        names.append(slug(chart.title, names))
        (folder / f"{names[-1]}.svg").write_text(charts.svg(chart, themed=False), encoding="utf-8")
        (folder / f"{names[-1]}.png").write_bytes(charts.png(chart))
    page = folder / "report.html"
    page.write_text(to_html(summary), encoding="utf-8")
    return page


def slug(title: str, taken: list[str]) -> str:
    """A file name made from a title: small letters and digits of any script, hyphens; not one that is taken.

    Example
    -------
    >>> slug("Hit rate, by language", []), slug("의도별 적중률", []), slug("Hit/rate", ["hit-rate"])
    ('hit-rate-by-language', '의도별-적중률', 'hit-rate-2')
    """
    text = unicodedata.normalize("NFC", plain(title)).lower()
    name = re.sub(r"[\W_]+", "-", text)[:60].strip("-") or "chart"
    others = (f"{name}-{i}" for i in count(2))
    return next(free for free in chain([name], others) if free not in taken)
