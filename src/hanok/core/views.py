"""A summary in words: every number formatted, every list cut to what a person reads; pages and terminal show these."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from hanok.core.numbers import NONE, number, signed, span
from hanok.core.report import Grid
from hanok.core.summarise import TRIVIAL
from hanok.core.summary import Cost, Difference, Dropped, Failure, Figure, Interval, Slice, Summary
from hanok.core.words import cut

ROWS, PLACES, LONGEST = 200, 20, 600
_SIGNATURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}

View = dict[str, Any]


def figure(f: Figure) -> View:
    """A measure: its value, interval and baseline, and where they lie between 0 and 1 if it is a share."""
    share = not f.unit and min(f.low, f.baseline or 0) >= 0 and max(f.high, f.baseline or 0) <= 1
    baseline = None if f.baseline is None else _percent(f.baseline)
    return {
        "name": f.name,
        "about": f.about,
        "value": number(f.value, f.unit),
        "interval": interval(f, f.unit),
        "baseline": number(f.baseline, f.unit),
        "n": number(f.n),
        "strip": (_percent(f.low), _percent(f.value), _percent(f.high), baseline) if share else None,
    }


def headline(summary: Summary) -> View:
    """The first measure, and in a sentence how it stands against the trivial answer."""
    first = summary.figures[0]
    items = "1 item" if first.n == 1 else f"{number(first.n)} items"
    sentence = f"On {items}; {'more' if first.maximize else 'less'} is better."
    if first.baseline is not None:
        sentence += f" The trivial answer scores {number(first.baseline, first.unit)} on the same items."
    return {**figure(first), "sentence": sentence}


def interval(found: Interval, unit: str = "") -> str:
    """The interval; a single item has none."""
    return span(found.low, found.high, unit) if found.n > 1 else NONE


def difference(d: Difference, measure: Figure | None, scale: float) -> View:
    """A paired difference and the verdict: better, worse, or no clear difference.

    Parameters
    ----------
    d : Difference
        Ours − theirs.
    measure : Figure, optional
        The measure it is of: says its unit and which way is better.
    scale : float
        The difference drawn at the end of the scale; 0 draws none.
    """
    unit, maximize = (measure.unit, measure.maximize) if measure else ("", True)
    worse = d.high < 0 if maximize else d.low > 0
    kind = "better" if d.better else "worse" if worse else "unclear"
    drawn = scale > 0 and unit == ""
    return {
        "name": d.name,
        "value": signed(d.value, unit),
        "interval": f"[{signed(d.low, unit)}, {signed(d.high, unit)}]" if d.n > 1 else NONE,
        "kind": kind,
        "verdict": "no clear difference" if kind == "unclear" else kind,
        "strip": tuple(_percent(0.5 + v / (2 * scale)) for v in (d.low, d.value, d.high)) if drawn else None,
    }


def differences(summary: Summary) -> list[View]:
    """The differences by what they are against, the trivial answer last."""
    measures = {f.name: f for f in summary.figures}
    groups: dict[str, list[Difference]] = defaultdict(list)
    for d in summary.differences:
        groups[d.against].append(d)
    views = []
    for against in sorted(groups, key=lambda a: a == TRIVIAL):
        shares = [d for d in groups[against] if d.name in measures and not measures[d.name].unit]
        scale = max((max(abs(d.low), abs(d.high)) for d in shares), default=0.0)
        rows = [difference(d, measures.get(d.name), scale) for d in groups[against]]
        views.append({"against": "the trivial answer" if against == TRIVIAL else against, "rows": rows})
    return views


def slices(summary: Summary) -> list[View]:
    """The groups by what they are grouped by, each worst first."""
    first = summary.figures[0]
    groups: dict[str, list[View]] = defaultdict(list)
    for s in summary.slices:
        groups[s.by].append(_slice(s, first))
    return [{"by": by, "rows": rows} for by, rows in groups.items()]


def _slice(s: Slice, overall: Figure) -> View:
    shown = figure(Figure(**dict(s.figure), name=s.group, unit=overall.unit, baseline=overall.value))
    return {"group": s.group or "(none)", **shown}


def failure(f: Failure) -> View:
    """An item answered wrongly: its parts as text, image or sound, what was expected and what was said."""
    parts = [{"label": label, **_part(value)} for label, value in f.item.items() if value not in (None, "", [], {})]
    return {"parts": parts, "expected": cut(f.expected, LONGEST), "predicted": cut(f.predicted, LONGEST)}


def _part(value: Any) -> View:
    """A value as text, or as a data address if it is an image or a sound in base64."""
    if isinstance(value, str) and (media := _media(value)):
        return {"kind": media.partition("/")[0], "value": f"data:{media};base64,{value}"}
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return {"kind": "text", "value": cut(text, LONGEST)}


def _media(value: str) -> str:
    """The media type of base64 data that a browser shows, or nothing."""
    try:
        start = base64.b64decode(value[:16], validate=True) if len(value) > 64 else b""
        base64.b64decode(value, validate=True)
    except ValueError:
        return ""
    if start[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"WEBP": "image/webp"}.get(start[8:12], "")
    return next((media for signature, media in _SIGNATURES.items() if start.startswith(signature)), "")


def grid(table: Grid) -> View:
    """A table: numbers rounded, whole numbers as they are, columns of numbers marked; the first rows of a long one."""
    filled = [[(row[i] if i < len(row) else None) for row in table.rows] for i in range(len(table.columns))]
    numeric = {i for i, cells in enumerate(filled) if cells and all(_numeric(cell) for cell in cells)}
    return {
        "title": table.title,
        "columns": table.columns,
        "rows": [[_cell(cell) for cell in row] for row in table.rows[:ROWS]],
        "numeric": numeric,
        "note": table.note,
        "more": max(0, len(table.rows) - ROWS),
    }


def _cell(cell: str | int | float | None) -> str:
    return cell if isinstance(cell, str) else str(cell) if isinstance(cell, int) else number(cell)


def _numeric(cell: str | int | float | None) -> bool:
    """Whether it is a number, or one written by `charts.table`."""
    return not isinstance(cell, str) or cell == NONE or cell[:1] in "0123456789.−+∞"


def cost(found: Cost) -> list[tuple[str, str]]:
    """What is known of the cost, with units."""
    facts = [
        ("latency, median", found.latency_p50, "ms"),
        ("latency, 99th percentile", found.latency_p99, "ms"),
        ("size on disk", found.size, "B"),
        ("training time", found.training, "s"),
    ]
    return [(label, number(value, unit)) for label, value, unit in facts if value is not None]


def dropped(rows: Sequence[Dropped]) -> list[View]:
    """What was left out, by reason, most first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        groups[row.reason].append(row.where)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return [
        {"reason": reason, "count": len(where), "where": where[:PLACES], "more": max(0, len(where) - PLACES)}
        for reason, where in ordered
    ]


def _percent(share: float) -> float:
    """A share as the percentage of a scale."""
    return round(100 * min(max(share, 0.0), 1.0), 2)
