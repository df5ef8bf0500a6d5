"""Training Tesseract on from a float model, and which of its states is kept."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.ocr.engine import checked
from hanok.parts.ocr.finetuning.base import Base
from hanok.parts.ocr.finetuning.pages import written
from hanok.parts.ocr.finetuning.sample import Sample
from hanok.parts.ocr.finetuning.selection import Selection
from hanok.parts.ocr.finetuning.settings import Tuned, Tuning
from hanok.parts.ocr.finetuning.tools import Bench, TimeIsUp
from hanok.parts.ocr.finetuning.writable import writable
from hanok.parts.ocr.tesseract import Tesseract

TUNING = Tuning()
"""How long and how fast, if nothing else is said."""
BEST = "best.traineddata"
PROGRESS = re.compile(r"At iteration \d+/(\d+)/.*BCER train=([\d.]+)%")


def finetune_tesseract(
    train: Sequence[Sample], valid: Sequence[Sample], base: Path, out: Path, tuning: Tuning = TUNING,
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
    tuning : Tuning
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
    >>> found = finetune_tesseract(train, valid, Path("eng.traineddata"), Path("tuned.traineddata"))   # doctest: +SKIP
    >>> reader = Tesseract("en", model=found.path)                                           # doctest: +SKIP

    Source
    ------
    R. Smith, "Training Tesseract 4" (tessdoc): fine-tuning for impact, by ``lstmtraining --continue_from``, of the
    recurrent network with CTC; every line is taken raw (page segmentation 13) and as it is. There the state of the
    least error on the lines that were trained on is taken; here that which reads unseen lines best, by the whole line.
    The rate is set anew before each part: without ``--reset_learning_rate`` the tool goes on with the base's.
    The same lines, seed and release of Tesseract give the same file on the same kind of processor, unless time is up.
    """
    run = run or Run()
    checked([sample.line for sample in (*train, *valid)])
    if out.suffix != ".traineddata":
        raise Problem("bad_name", f"found {out.name}; expected a name that ends with .traineddata", "out")
    with tempfile.TemporaryDirectory(dir=run.scratch) as folder:
        bench = Bench(Path(folder), tuning.seconds)
        found = Selection(lambda path: Tesseract(model=path), valid, Path(folder) / BEST, tuning, run)
        lines, notes = 0, list[str]()
        try:
            start = Base(base, bench)
            mine, notes = writable(train, valid, start.unwritable)
            lines, order = len(mine), np.random.default_rng(run.seed).permutation(len(mine))
            listed = written([mine[place] for place in order], start, bench)
            for iterations, state in _states(start, bench, listed, tuning, run):
                found.look(iterations, state)
        except TimeIsUp as late:
            if not found.checks:
                hint = "give it more seconds, or have it look sooner: fewer iterations or more checks"
                said = f"found no state after {tuning.seconds:g} seconds; expected one"
                raise Problem("too_slow", said, "seconds", hint) from late
        return found.tuned(out, lines, notes)


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
