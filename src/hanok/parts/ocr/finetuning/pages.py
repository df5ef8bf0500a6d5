"""Labelled lines as files that Tesseract is trained with."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from hanok.parts.ocr.engine import Line
from hanok.parts.ocr.finetuning.base import Base
from hanok.parts.ocr.finetuning.sample import Sample
from hanok.parts.ocr.finetuning.tools import Bench
from hanok.parts.ocr.tesseract import as_trained

EACH = 50
"""Lines of a file: the tool reads it anew for each line that it adds, so that long ones take long."""


def written(samples: Sequence[Sample], base: Base, bench: Bench) -> str:
    """Write the lines into files of `EACH`; the name of the file that lists them.

    A line is a page of a TIFF picture, and in a .box file one word as large as the page. ``tesseract`` makes of both
    what ``lstmtraining`` takes; as the line is taken raw, nothing is looked for on the page.
    """
    made = []
    for start in range(0, len(samples), EACH):
        name, part = f"lines{start // EACH:04d}", samples[start : start + EACH]
        pages = [as_trained(sample.line) for sample in part]
        first, *others = map(Image.fromarray, pages)
        first.save(bench.folder / f"{name}.tif", save_all=True, append_images=others)
        boxes = [
            box
            for number, (page, sample) in enumerate(zip(pages, part, strict=True))
            for box in _box(page, sample.text, number)
        ]
        (bench.folder / f"{name}.box").write_text("\n".join(boxes) + "\n", encoding="utf-8")
        bench.call(
            "tesseract", f"{name}.tif", name, "--tessdata-dir", ".", "-l", base.name, "--psm", "13",
            "-c", "tessedit_train_line_recognizer=T", "-c", "tessedit_init_config_only=T", makes=f"{name}.lstmf",
        )  # fmt: skip
        made.append(f"{name}.lstmf")
    (bench.folder / "lines").write_text("\n".join(made) + "\n", encoding="utf-8")
    return "lines"


def _box(page: Line, text: str, number: int) -> tuple[str, str]:
    """The text with its place, and the end of the line."""
    place = f"0 0 {page.shape[1]} {page.shape[0]} {number}"
    return f"WordStr {place} #{text}", f"\t {place}"
