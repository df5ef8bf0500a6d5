"""Readers that were trained on with the room's own cells, as files."""

from __future__ import annotations

import shutil
import weakref
from functools import cached_property
from pathlib import Path
from typing import Literal

from hanok.parts.ocr import Engine, RapidOCR, Tesseract
from hanok.parts.ocr.rapid import TUNED as RAPIDOCR
from hanok.parts.ocr.tesseract import TUNED as TESSERACT
from hanok.parts.text import Language

Trained = Literal["tesseract", "rapidocr"]
"""Who is trained on."""

TUNED: dict[Trained, str] = {"tesseract": TESSERACT, "rapidocr": RAPIDOCR}
"""What it is called then."""


class Model:
    """A tuned model's file, which goes when nobody holds it any more.

    Parameters
    ----------
    trained : "tesseract" or "rapidocr"
        Who reads with it.
    language : "en", "ko" or "ja"
        Of what RapidOCR reads with it; Tesseract has one model for all.
    path : Path
    folder : Path, optional
        Of its own, removed with it; none: it belongs to an artifact.
    """

    def __init__(self, trained: Trained, language: Language, path: Path, folder: Path | None = None) -> None:
        self.trained, self.language, self.path = trained, language, path
        if folder:
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    @cached_property
    def reader(self) -> Engine:
        """The engine that reads with it."""
        if self.trained == "tesseract":
            return Tesseract(model=self.path)
        return RapidOCR(self.language, model=self.path)


def file_of(trained: Trained, language: Language) -> str:
    """Its name in an artifact."""
    return "tuned.traineddata" if trained == "tesseract" else f"tuned-{language}.onnx"
