"""``python -m hanok.parts.ocr.ngrams ko.txt words.txt``: counts the letters of a list of words, one a line."""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from hanok.parts.ocr.ngrams.ngrams import Ngrams


def main(given: Sequence[str] | None = None) -> None:
    """Count as for the bundled ones; words with anything but letters are left out."""
    parser = argparse.ArgumentParser(prog="python -m hanok.parts.ocr.ngrams", description="Counts letters of words.")
    parser.add_argument("out", type=Path, help="the file of counts")
    parser.add_argument("words", type=Path, help="a word a line, in UTF-8")
    asked = parser.parse_args(given)
    try:
        lines = asked.words.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        parser.error(f"{asked.words}: {error}; expected a word a line, in UTF-8")
    words = [word for line in lines if (word := unicodedata.normalize("NFC", line.strip())).isalpha()]
    sys.stdout.write(f"{Ngrams.learnt(words).save(asked.out)}\n")


if __name__ == "__main__":
    main()
