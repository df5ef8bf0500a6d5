"""The float model that training goes on from."""

from __future__ import annotations

import shutil
from pathlib import Path

from hanok.core.problem import Problem
from hanok.parts.ocr.finetuning.tools import Bench

HINT = "take one of github.com/tesseract-ocr/tessdata_best; what systems install are integer models"


class Base:
    """A float model, taken apart.

    Parameters
    ----------
    path : Path
        A ``.traineddata`` file.
    bench : Bench
        Where it is copied to as ``base.traineddata``, and its network as ``base.lstm``.

    Raises
    ------
    Problem
        ``not_a_model``; ``integer_model``: whole numbers cannot be trained on.
    """

    name, file, network = "base", "base.traineddata", "base.lstm"

    def __init__(self, path: Path, bench: Bench) -> None:
        if path.suffix != ".traineddata" or not path.is_file():
            raise Problem("not_a_model", "found no such file; expected a .traineddata file", str(path), HINT)
        shutil.copyfile(path, bench.folder / self.file)
        try:
            bench.call("combine_tessdata", "-e", self.file, self.network, makes=self.network)
            bench.call("combine_tessdata", "-e", self.file, "base.lstm-unicharset", makes="base.lstm-unicharset")
        except Problem as problem:
            if problem.code != "tool_failed":
                raise
            raise Problem("not_a_model", "found no recurrent network in it", str(path), HINT) from problem
        (bench.folder / "none").write_text("none.lstmf\n", encoding="utf-8")
        start = (*self.start, "--train_listfile", "none", "--model_output", "none", "--max_iterations", "1")
        if "integer (fast) model" in bench.call("lstmtraining", *start):
            raise Problem("integer_model", "found a model of whole numbers; expected a float one", str(path), HINT)
        self.letters = _letters(bench.folder / "base.lstm-unicharset")

    @property
    def start(self) -> tuple[str, ...]:
        """Arguments that have training begin here."""
        return ("--continue_from", self.network, "--traineddata", self.file)

    def unwritable(self, text: str) -> set[str]:
        """Characters of a text that the model has no symbol for, and training cannot teach it."""
        return {letter for letter in text if not letter.isspace()} - self.letters


def _letters(unicharset: Path) -> frozenset[str]:
    """The symbols, one a line after their number; the first is the space."""
    lines = unicharset.read_text(encoding="utf-8").splitlines()[2:]
    return frozenset(line.split(" ", 1)[0] for line in lines)
