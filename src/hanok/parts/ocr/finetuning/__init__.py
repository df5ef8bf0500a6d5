"""Readers trained on with labelled lines of your own, and used only where that made them better."""

from hanok.parts.ocr.finetuning.rapidocr import finetune_rapidocr
from hanok.parts.ocr.finetuning.route import Route, Slice, route
from hanok.parts.ocr.finetuning.sample import Sample
from hanok.parts.ocr.finetuning.settings import Tuned, Tuning
from hanok.parts.ocr.finetuning.tesseract import finetune_tesseract

__all__ = ["Route", "Sample", "Slice", "Tuned", "Tuning", "finetune_rapidocr", "finetune_tesseract", "route"]
