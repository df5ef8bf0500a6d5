"""A job as everybody sees it, and the curve that a live plot is drawn from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hanok.core.run import Progress

State = Literal["queued", "running", "done", "failed", "cancelled"]
"""The last three are final."""

POINTS = 500
"""How many points of progress a job keeps."""

Point = dict[str, Any]
"""One `Progress` as JSON: n (how many came before it), stage, step, total, metrics, at (UTC seconds)."""


@dataclass(frozen=True)
class Job:
    """Work for a worker.

    Parameters
    ----------
    seq : int
        Grows with every job; a queue is worked off in its order.
    args, result, error
        JSON; `error` has the fields of the error envelope: code, message, where, hint.
    progress : Point, optional
        The last one that came.
    curve : sequence of Point
        At most 500, all stages from the first point to the last.
    log : str
        The end of what the worker wrote.
    worker, lease_until
        Who does it, and until when (UTC seconds) it is believed to live.
    attempts : int
        How often it was taken up.
    asked_by : str, optional
        Id of the API key that asked for it.
    created, started, ended
        UTC seconds.
    """

    seq: int
    id: str
    system: str
    kind: str
    args: Mapping[str, Any]
    state: State
    progress: Point | None
    curve: Sequence[Point]
    log: str
    cancel_requested: bool
    worker: str | None
    lease_until: float | None
    attempts: int
    result: Any
    error: Mapping[str, Any] | None
    asked_by: str | None
    created: float
    started: float | None
    ended: float | None


def point(progress: Progress, n: int, at: float) -> Point:
    """One `Progress` as JSON; a metric that is not finite is null.

    Example
    -------
    >>> point(Progress("epochs", 1, 2, {"loss": float("inf")}), n=0, at=0.0)
    {'n': 0, 'stage': 'epochs', 'step': 1, 'total': 2, 'metrics': {'loss': None}, 'at': 0.0}
    """
    metrics = {name: float(value) if math.isfinite(value) else None for name, value in progress.metrics.items()}
    step = {"stage": progress.stage, "step": progress.step, "total": progress.total}
    return {"n": n, **step, "metrics": metrics, "at": at}


def thin(curve: Sequence[Point]) -> Sequence[Point]:
    """At most `POINTS` points, evenly over the whole course: every 2nd, 4th, 8th ... and both ends of every stage."""
    stages = [None, *(p["stage"] for p in curve), None]
    ends = {
        p["n"] for p, before, after in zip(curve, stages, stages[2:], strict=False) if {before, after} != {p["stage"]}
    }
    stride, kept = 1, curve
    while len(kept) > POINTS and stride <= curve[-1]["n"]:
        stride *= 2  # by number, not by place: thinned again and again, old points do not become rarer than new ones
        kept = [p for p in curve if p["n"] % stride == 0 or p["n"] in ends]
    return kept[-POINTS:]  # more ends than that: the newest stand
