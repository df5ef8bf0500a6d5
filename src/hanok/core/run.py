"""What a fit is told about the machine it runs on, and how it tells how far it is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path


@dataclass(frozen=True)
class Progress:
    """How far a run is: `step` of `total` (None: unknown) of the stage `stage`, with the metrics seen there."""

    stage: str
    step: int
    total: int | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)


Listener = Callable[[Progress], None]
"""Takes progress in; raises `Stopped` to end the run."""


def _silent(progress: Progress) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Run:
    """What `fit`, `learn`, `optimize` and `prepare` are given: seed, threads, device, a scratch folder, a listener.

    Parameters
    ----------
    seed : int
        Every random number of the run comes from it.
    threads : int
        How many threads the run may use.
    device : str
        ``"cpu"``, or what torch calls the accelerator.
    scratch : Path
        For checkpoints and temporary files; a resumed job gets the same folder again.
    listener : callable
        Takes every `Progress`; raises `Stopped` when the run is cancelled or pruned.
    name : str
        Of the stage that is reported on.
    id : str
        Of the job, kept in the manifest: a job taken up again finds what it had published before it was killed.

    Example
    -------
    >>> seen = []
    >>> run = Run(listener=seen.append)
    >>> run.stage("epochs").report(1, 2, loss=0.5)
    >>> seen[0].step, seen[0].total, seen[0].metrics
    (1, 2, {'loss': 0.5})
    """

    seed: int = 0
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    device: str = "cpu"
    scratch: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))
    listener: Listener = _silent
    name: str = "fit"
    id: str = ""

    def report(self, step: int, total: int | None = None, **metrics: float) -> None:
        """Say that `step` of `total` is done.

        Raises
        ------
        Stopped
            The run was cancelled or pruned; let it pass.
        """
        self.listener(Progress(self.name, step, total, metrics))

    def stage(self, name: str) -> Run:
        """The same run, reporting under another name."""
        return replace(self, name=name)
