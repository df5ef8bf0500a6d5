"""``python -m hanok.parts.ocr.boards OUT --boards 20 --seed 0 --language ko``: a folder of boards."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hanok.core.problem import Problem
from hanok.parts.ocr.boards.degrade import LEVELS
from hanok.parts.ocr.boards.designs.every import DESIGNS
from hanok.parts.ocr.boards.fonts import FAMILIES
from hanok.parts.ocr.boards.writing import boards, write


def main(given: list[str] | None = None) -> None:
    """Render what the arguments say."""
    parser = argparse.ArgumentParser(
        prog="python -m hanok.parts.ocr.boards", description="Renders boards and their truth."
    )
    parser.add_argument("out", type=Path, help="a folder without boards")
    parser.add_argument("--boards", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--design", action="append", choices=list(DESIGNS), help="may be repeated; all if not given")
    parser.add_argument("--language", action="append", choices=list(FAMILIES), help="likewise")
    parser.add_argument("--degradation", action="append", choices=list(LEVELS), help="likewise")
    parser.add_argument("--split", choices=("all", "train", "held_out"), default="all", help="of the fonts")
    asked = parser.parse_args(given)
    made = boards(
        asked.boards, seed=asked.seed, designs=asked.design or (), languages=asked.language or tuple(FAMILIES),
        degradations=asked.degradation or tuple(LEVELS), split=asked.split,
    )  # fmt: skip
    try:
        sys.stdout.write(f"{write(made, asked.out)}\n")
    except Problem as problem:
        parser.error(str(problem))


if __name__ == "__main__":
    main()
