"""``python -m hanok.parts.ocr.digits OUT.onnx --seed 0``: trains the reader of numbers that comes with hanok."""

from __future__ import annotations

from collections.abc import Sequence

from hanok.parts.ocr.ctc.command import command
from hanok.parts.ocr.ctc.settings import Training
from hanok.parts.ocr.digits.reader import DigitReader


def main(given: Sequence[str] | None = None) -> None:
    """Train with the default settings, or on fewer lines."""
    command("digits", given, {"any": (Training(), DigitReader.train)})


if __name__ == "__main__":
    main()
