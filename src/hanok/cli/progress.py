"""How far a run is: bars in a terminal, lines in a log, nothing for programs; and how Ctrl-C ends it."""

from __future__ import annotations

import math
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Protocol, Self

import typer

from hanok.core.problem import Stopped
from hanok.core.run import Progress, Run

if TYPE_CHECKING:
    from rich.progress import TaskID

PAUSE = 2.0
"""Seconds between two lines about the same stage."""


class Display(Protocol):
    """Something that shows progress while its block lasts."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(self, *error: object) -> None:
        """Leave the screen tidy."""

    def show(self, progress: Progress) -> None:
        """Take progress in."""


class Silence:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing was opened."""

    def show(self, progress: Progress) -> None:
        """Nothing."""


class Lines(Silence):
    """A line when a stage begins, when it ends, and every `PAUSE` seconds between; also of one that is repeated."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[float, bool]] = {}

    def show(self, progress: Progress) -> None:
        """Print a line, if it is time for one."""
        now, ends = time.monotonic(), progress.step == progress.total
        last, ended = self._last.get(progress.stage, (-math.inf, True))
        if now - last >= PAUSE or (ends and not ended):
            self._last[progress.stage] = now, ends
            of = f"/{progress.total}" if progress.total else ""
            typer.echo(f"{progress.stage} {progress.step}{of} {metrics(progress)}".rstrip(), err=True)


class Bars:
    """A bar per stage, with its metrics and the time it will take, under one for the whole."""

    def __init__(self, title: str) -> None:
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as Rich

        from hanok.cli.output import console

        self._bars = Rich(
            SpinnerColumn(finished_text=" "),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[steps]}", markup=False),
            TimeElapsedColumn(),
            TimeRemainingColumn(elapsed_when_finished=False),
            TextColumn("{task.fields[metrics]}", markup=False),
            console=console(err=True),
        )
        self._tasks: dict[str, TaskID] = {}
        self._whole = self._bars.add_task(title, total=None, steps="", metrics="")

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, kind: object = None, *error: object) -> None:
        if kind is None:
            self._bars.update(self._whole, total=1, completed=1)
        self._bars.stop()

    def show(self, progress: Progress) -> None:
        """Move the stage's bar; a stage that begins again starts its clock again."""
        task = self._tasks.get(progress.stage)
        if task is None:
            task = self._tasks[progress.stage] = self._bars.add_task(f"  {progress.stage}", steps="", metrics="")
        elif progress.step < self._bars.tasks[self._bars.task_ids.index(task)].completed:
            self._bars.reset(task)
        self._bars.update(
            task,
            completed=progress.step,
            total=progress.total,
            steps=f"{progress.step}/{progress.total}" if progress.total else str(progress.step),
            metrics=metrics(progress),
        )


def metrics(progress: Progress) -> str:
    """The metrics in words.

    Example
    -------
    >>> metrics(Progress("epochs", 1, 2, {"loss": 0.51234, "hit@1": 1.0}))
    'loss 0.5123  hit@1 1'
    """
    return "  ".join(f"{name} {value:.4g}" for name, value in progress.metrics.items())


class Interrupt:
    """The first Ctrl-C ends the run at its next step, the second one at once.

    Ended at a step, a run tidies up after itself. Ended anywhere, it still leaves no half version: an artifact
    appears by a single rename.
    """

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._first)
        return self

    def __exit__(self, *error: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _first(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # not through the stream: whoever is interrupted in the middle of writing to it holds it
        os.write(2, b"stopping at the next step; Ctrl-C again stops at once\n")


@contextmanager
def running(
    title: str, scratch: Path, *, seed: int = 0, threads: int | None = None, quiet: bool = False
) -> Iterator[Run]:
    """A run whose progress is shown and which Ctrl-C ends.

    Parameters
    ----------
    title : str
        What is done, such as ``"train faq"``.
    scratch : Path
        Where its temporary folder is made.
    seed, threads : int
        As in `Run`.
    quiet : bool
        Show nothing.
    """
    display: Display = Silence() if quiet else Bars(title) if _terminal() else Lines()
    with tempfile.TemporaryDirectory(dir=scratch) as folder, Interrupt() as interrupt, display:

        def listen(progress: Progress) -> None:
            if interrupt.asked:
                raise Stopped
            display.show(progress)

        run = Run(seed=seed, scratch=Path(folder), listener=listen)
        yield Run(**{**vars(run), "threads": threads}) if threads else run


def _terminal() -> bool:
    from hanok.cli.output import console

    return console(err=True).is_terminal
