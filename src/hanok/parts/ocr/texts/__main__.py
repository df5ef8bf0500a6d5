"""``python -m hanok.parts.ocr.texts ko.onnx --language ko --seed 0``: trains a reader of text that comes with hanok."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from hanok.parts.ocr.ctc.command import command
from hanok.parts.ocr.texts.reader import LONG, TextReader


def main(given: Sequence[str] | None = None) -> None:
    """Train as the bundled ones were, or on fewer lines."""
    command("texts", given, {name: (how, partial(TextReader.train, name)) for name, how in LONG.items()})


if __name__ == "__main__":
    main()
