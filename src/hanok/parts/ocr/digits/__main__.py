"""``python -m hanok.parts.ocr.digits OUT.onnx --seed 0``: trains the reader of numbers that comes with hanok."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hanok.core.problem import Problem
from hanok.core.run import Progress, Run
from hanok.parts.ocr.digits.reader import DigitReader
from hanok.parts.ocr.digits.settings import Training


def main(given: list[str] | None = None) -> None:
    """Train with the default settings, or on fewer lines."""
    parser = argparse.ArgumentParser(
        prog="python -m hanok.parts.ocr.digits", description="Trains the reader of numbers."
    )
    parser.add_argument("out", type=Path, help="the ONNX file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lines", type=int, default=Training.lines, help="rendered in all (default: %(default)s)")
    asked = parser.parse_args(given)
    try:
        reader = DigitReader.train(Training(lines=asked.lines), Run(seed=asked.seed, threads=1, listener=_told))
        sys.stdout.write(f"{reader.save(asked.out)}\n")
    except Problem as problem:
        parser.error(str(problem))


def _told(progress: Progress) -> None:
    metrics = "  ".join(f"{name} {value:.4f}" for name, value in progress.metrics.items())
    sys.stderr.write(f"{progress.step}/{progress.total}  {metrics}\n")


if __name__ == "__main__":
    main()
