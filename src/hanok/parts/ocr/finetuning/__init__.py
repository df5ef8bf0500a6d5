"""Tesseract trained on, with labelled lines of your own, and used only where that made it better."""

from hanok.parts.ocr.finetuning.route import Route, Slice, route
from hanok.parts.ocr.finetuning.sample import Sample
from hanok.parts.ocr.finetuning.tuning import Tuned, Tuning, finetune

__all__ = ["Route", "Sample", "Slice", "Tuned", "Tuning", "finetune", "route"]
