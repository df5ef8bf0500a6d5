"""Training PP-OCR's recogniser on, as it lies in RapidOCR's wheel, and which of its states is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hanok.core.problem import Problem, Unavailable
from hanok.core.run import Run
from hanok.parts.ocr.engine import checked
from hanok.parts.ocr.finetuning.sample import Sample
from hanok.parts.ocr.finetuning.selection import Selection
from hanok.parts.ocr.finetuning.settings import Tuned, Tuning
from hanok.parts.ocr.finetuning.writable import writable
from hanok.parts.ocr.rapid import RapidOCR, stock_model
from hanok.parts.text.normalise import Language

TUNING = Tuning(iterations=16_000, rate=7e-5, checks=4)
"""How long and how fast, if nothing else is said."""


def finetune_rapidocr(
    train: Sequence[Sample], valid: Sequence[Sample], out: Path, language: Language = "en",
    tuning: Tuning = TUNING, run: Run | None = None,
) -> Tuned:  # fmt: skip
    """Train the recogniser of `RapidOCR` on, with labelled lines.

    Parameters
    ----------
    train : sequence of n_lines Sample
        To learn from. Lines with characters that it does not know, as Hangul, are left out.
    valid : sequence of n_valid Sample
        Of other pictures. The state that reads most of them right is kept, as `RapidOCR` itself reads them.
    out : Path
        An ``.onnx`` file, written whole or not at all: the network with scores for the language's letters only.
    language : "en", "ko" or "ja"
        Of the lines.
    tuning : Tuning
        How long and how fast: the rate rises over the first tenth of the training and falls to nothing.
    run : Run, optional
        Its seed orders the lines, its threads are torch's, on the processor; it hears of the loss, and of each check.

    Returns
    -------
    Tuned

    Raises
    ------
    Unavailable
        RapidOCR, or torch and onnx, are not installed; the hint says what to install.
    Problem
        ``no_lines``: there are none that it can write, or none of validation. ``bad_name``.

    Example
    -------
    >>> found = finetune_rapidocr(train, valid, Path("tuned.onnx"), "en")          # doctest: +SKIP
    >>> reader = RapidOCR("en", model=found.path)                                  # doctest: +SKIP

    Source
    ------
    Cui et al. 2025, "PaddleOCR 3.0 technical report". Their own training is of another framework, from weights that the
    wheel lacks and with a second head beside CTC's; here the graph that is read with is trained on by its CTC head
    alone (Graves et al. 2006), so nothing has to be fetched. Loshchilov and Hutter 2019, "Decoupled weight decay
    regularization" (AdamW). What normalisation learnt of averages stays as it is.
    The same lines, seed, threads and torch give the same file on the same kind of processor, unless time is up.
    """
    run = run or Run()
    checked([sample.line for sample in (*train, *valid)])
    if out.suffix != ".onnx":
        raise Problem("bad_name", f"found {out.name}; expected a name that ends with .onnx", "out")
    try:
        from hanok.parts.ocr.finetuning.descent import states
        from hanok.parts.ocr.finetuning.recogniser import Recogniser
    except ModuleNotFoundError as error:
        hint = "pip install 'hanok[train]'"
        raise Unavailable("missing_extra", f"training a reader on needs {error.name}", hint=hint) from error
    recogniser = Recogniser(stock_model(), language)
    mine, notes = writable(train, valid, recogniser.unwritable)
    with tempfile.TemporaryDirectory(dir=run.scratch) as folder:
        found = Selection(lambda path: RapidOCR(language, model=path), valid, Path(folder) / "best.onnx", tuning, run)
        for learnt in states(recogniser, mine, tuning, run):
            recogniser.save(Path(folder) / "state.onnx")
            found.look(learnt, Path(folder) / "state.onnx")
        return found.tuned(out, len(mine), notes)
