"""Every run leaves a row: what was run, on which data, how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hanok.core.problem import Stopped
from hanok.core.run import Run
from hanok.lifecycle.workspace import Workspace


@dataclass
class Outcome:
    """What a run came to; filled in before its block ends."""

    metrics: dict[str, float] = field(default_factory=dict)
    version: int | None = None


@contextmanager
def recorded(
    workspace: Workspace, system: str, kind: str, config: dict[str, Any], run: Run, data: str | None = None
) -> Iterator[Outcome]:
    """Enter a run in the store for as long as the block lasts, and how it ended: done, stopped or failed."""
    runs, outcome = workspace.store.runs, Outcome()
    entry = runs.start(system, kind, config, seed=run.seed, data=data, job=run.id or None)
    try:
        yield outcome
    except (Stopped, KeyboardInterrupt):
        runs.end(entry.id, "stopped")
        raise
    except BaseException:
        runs.end(entry.id, "failed")
        raise
    runs.end(entry.id, "done", outcome.metrics, outcome.version)
