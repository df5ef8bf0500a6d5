"""Training Tesseract on from a float model, and which of its states is kept."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.ocr.engine import checked
from hanok.parts.ocr.finetuning.base import Base
from hanok.parts.ocr.finetuning.pages import written
from hanok.parts.ocr.finetuning.sample import Sample, right
from hanok.parts.ocr.finetuning.tools import Bench, TimeIsUp
from hanok.parts.ocr.numerals import words
from hanok.parts.ocr.tesseract import Tesseract

BEST = "best.traineddata"
PROGRESS = re.compile(r"At iteration \d+/(\d+)/.*BCER train=([\d.]+)%")


@dataclass(frozen=True)
class Tuning:
    """How long and how fast.

    Parameters
    ----------
    iterations : int
        Lines that the network learns from, one after the other, over and over.
    rate : float
        The learning rate in the beginning; it falls in even steps, one after each check.
    checks : int
        How often in that time the lines of validation are read.
    seconds : float
        After which the best state so far is taken.
    """

    iterations: int = 10_000
    rate: float = 1e-3
    checks: int = 5
    seconds: float = 600.0

    def __post_init__(self) -> None:
        for field in fields(self):
            if not getattr(self, field.name) > 0:
                raise Problem("bad_setting", f"found {getattr(self, field.name)}; expected more than 0", field.name)


class Tuned(NamedTuple):
    """What came of it.

    Parameters
    ----------
    path : Path
        The model: `Tesseract` takes it.
    iterations : int
        After which it was taken.
    exact : float
        Share of the lines of validation that it reads right.
    checks : tuple of (int, float)
        The same of every state that was looked at.
    lines : int
        That were learnt from.
    notes : tuple of str
        Lines that were left out and why; whether time was up.
    """

    path: Path
    iterations: int
    exact: float
    checks: tuple[tuple[int, float], ...]
    lines: int
    notes: tuple[str, ...]


def finetune(
    train: Sequence[Sample], valid: Sequence[Sample], base: Path, out: Path, tuning: Tuning | None = None,
    run: Run | None = None,
) -> Tuned:  # fmt: skip
    """Train a float model of Tesseract on, with labelled lines.

    Parameters
    ----------
    train : sequence of n_lines Sample
        To learn from. Lines with characters that the base has no symbol for are left out.
    valid : sequence of n_valid Sample
        Of other pictures. The state that reads most of them right is kept, as `Tesseract` itself reads them.
    base : Path
        A float model, such as those of tessdata_best; it has to know the characters, not the language.
    out : Path
        A ``.traineddata`` file, written whole or not at all: the network in whole numbers, symbols and words of `base`.
    tuning : Tuning, optional
        How long and how fast.
    run : Run, optional
        Its seed orders the lines; it hears of iterations with the tool's own error of characters, and of each check.

    Returns
    -------
    Tuned

    Raises
    ------
    Unavailable
        Tesseract's tools are not installed; the hint says what to install.
    Problem
        ``integer_model``, ``not_a_model``: the base is none to train on. ``no_lines``: there are none that it can
        write, or none of validation. ``too_slow``: time was up before the first check. ``tool_failed``.

    Example
    -------
    >>> found = finetune(train, valid, Path("eng.traineddata"), Path("tuned.traineddata"))   # doctest: +SKIP
    >>> reader = Tesseract("en", model=found.path)                                           # doctest: +SKIP

    Source
    ------
    R. Smith, "Training Tesseract 4" (tessdoc): fine-tuning for impact, by ``lstmtraining --continue_from``, of the
    recurrent network with CTC; every line is taken raw (page segmentation 13) and as it is. There the state of the
    least error on the lines that were trained on is taken; here that which reads unseen lines best, by the whole line.
    The rate is set anew before each part: without ``--reset_learning_rate`` the tool goes on with the base's.
    The same lines, seed and release of Tesseract give the same file on the same kind of processor, unless time is up.
    """
    tuning, run = tuning or Tuning(), run or Run()
    checked([sample.line for sample in (*train, *valid)])
    if out.suffix != ".traineddata":
        raise Problem("bad_name", f"found {out.name}; expected a name that ends with .traineddata", "out")
    checks: list[tuple[int, float]] = []
    with tempfile.TemporaryDirectory(dir=run.scratch) as folder:
        bench = Bench(Path(folder), tuning.seconds)
        try:
            start = Base(base, bench)
            mine, notes = _writable(train, start)
            if not mine or not valid:
                found = f"{len(mine)} lines to learn from and {len(valid)} of validation"
                raise Problem("no_lines", " ".join([f"found {found}; expected some of both.", *notes]), "train")
            order = np.random.default_rng(run.seed).permutation(len(mine))
            lines = written([mine[place] for place in order], start, bench)
            for stop, state in _states(start, bench, lines, tuning, run):
                exact = float(right(Tesseract(model=state), valid).mean())
                if exact > max((each for _, each in checks), default=-1.0):
                    os.replace(state, bench.folder / BEST)
                checks.append((stop, exact))
                run.report(stop, tuning.iterations, exact=exact)
        except TimeIsUp as late:
            if not checks:
                hint = "give it more seconds, or have it look sooner: fewer iterations or more checks"
                found = f"no state after {tuning.seconds:g} seconds"
                raise Problem("too_slow", f"found {found}; expected one", "seconds", hint) from late
            notes.append(f"Time was up after {checks[-1][0]} of {tuning.iterations} iterations.")
        part = out.with_name(f".{out.name}.part")
        shutil.copyfile(bench.folder / BEST, part)
        os.replace(part, out)
    iterations, exact = max(checks, key=lambda check: check[1])
    return Tuned(out, iterations, exact, tuple(checks), len(mine), tuple(notes))


def _writable(samples: Sequence[Sample], base: Base) -> tuple[list[Sample], list[str]]:
    """Lines that the base has symbols for, in the spelling it learns; and what is to be said of the others."""
    spelt = [sample._replace(text=words(sample.text)) for sample in samples]
    missing = [base.unwritable(sample.text) for sample in spelt]
    found = [sample for sample, lacks in zip(spelt, missing, strict=True) if sample.text and not lacks]
    if len(found) == len(samples):
        return found, []
    count = Counter(letter for lacks in missing for letter in sorted(lacks))
    letters = " ".join(letter for letter, _ in count.most_common(10))
    more = f" and {len(count) - 10} more" if len(count) > 10 else ""
    why = f"the base cannot write {letters}{more}" if count else "nothing is written on them"
    return found, [f"{len(samples) - len(found)} of {len(samples)} lines were left out: {why}."]


def _states(base: Base, bench: Bench, lines: str, tuning: Tuning, run: Run) -> Iterator[tuple[int, Path]]:
    """The model after each part of the training, and after how many iterations that is."""
    parts = min(tuning.checks, tuning.iterations)
    for part in range(parts):
        stop, rate = tuning.iterations * (part + 1) // parts, tuning.rate * (1 - part / parts)
        bench.call(
            "lstmtraining", *base.start, "--train_listfile", lines, "--model_output", "tuned",
            "--reset_learning_rate", "--learning_rate", f"{rate:g}", "--max_iterations", str(stop),
            "--target_error_rate=-1",  # else it ends where all lines that it learns from are right
            makes="tuned_checkpoint", heard=_heard(run, tuning.iterations),
        )  # fmt: skip
        name = f"state{stop}.traineddata"
        bench.call(
            "lstmtraining", "--stop_training", "--convert_to_int", "--continue_from", "tuned_checkpoint",
            "--traineddata", base.file, "--model_output", name, makes=name,
        )  # fmt: skip
        yield stop, bench.folder / name


def _heard(run: Run, total: int) -> Callable[[str], None]:
    """Hands on how far the tool is."""

    def heard(line: str) -> None:
        if found := PROGRESS.search(line):
            run.report(int(found[1]), total, error=float(found[2]) / 100)

    return heard
