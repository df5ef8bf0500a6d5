"""The command that trains a reader which comes with hanok."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hanok.core.problem import Problem
from hanok.core.run import Progress, Run
from hanok.parts.ocr.ctc.reader import LineReader
from hanok.parts.ocr.ctc.settings import Training

Train = Callable[[Training, Run], LineReader]


def command(folder: str, given: Sequence[str] | None, readers: Mapping[str, tuple[Training, Train]]) -> None:
    """Train a reader as the bundled one was, or on fewer lines, and write it.

    Parameters
    ----------
    folder : str
        Of the reader, below ``hanok.parts.ocr``.
    given : sequence of str, optional
        Arguments; those of the command line if not given.
    readers : mapping of str to (Training, function)
        How the bundled ones were trained, by language; the language has to be said where there are several.
    """
    parser = argparse.ArgumentParser(prog=f"python -m hanok.parts.ocr.{folder}", description="Trains a reader.")
    parser.add_argument("out", type=Path, help="the ONNX file")
    if len(readers) > 1:
        parser.add_argument("--language", choices=list(readers), required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1, help="processes that render lines; of one, the same")
    parser.add_argument("--device", default="cpu", help="that trains, as torch calls it: cpu, cuda")
    parser.add_argument("--lines", type=int, help="rendered in all; as many as for the bundled one, if not given")
    asked = parser.parse_args(given)
    training, train = readers[getattr(asked, "language", next(iter(readers)))]
    try:
        lines = training.lines if asked.lines is None else asked.lines
        training = replace(training, lines=lines, workers=asked.workers)
        reader = train(training, Run(seed=asked.seed, threads=1, device=asked.device, listener=_told))
        sys.stdout.write(f"{reader.save(asked.out)}\n")
    except Problem as problem:
        parser.error(str(problem))


def _told(progress: Progress) -> None:
    metrics = "  ".join(f"{name} {value:.4f}" for name, value in progress.metrics.items())
    sys.stderr.write(f"{progress.step}/{progress.total}  {metrics}\n")
