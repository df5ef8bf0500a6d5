"""Renders the pictures of this example: ``python examples/match/make.py``."""

from __future__ import annotations

import io
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PIL import Image

from hanok.parts.ocr.boards import Board, board, write

OUT = Path(__file__).parent / "boards"

WANTED = {("dark", 10): 8, ("light", 9): 8, ("scoreboard", 8): 8}
"""Design and players: how many pictures."""

LANGUAGES, LEVELS = ("en", "ko", "ja"), ("clean", "mild", "photo")
QUALITY = 36


def boards() -> Iterator[Board]:
    """The first boards with as many players as wanted; languages and degradations take turns."""
    made: Counter[tuple[str, int]] = Counter()
    for seed in range(10_000):
        design = list(WANTED)[seed % len(WANTED)][0]
        turn = sum(count for (name, _), count in made.items() if name == design)
        found = board(
            [0, seed], design=design, language=LANGUAGES[turn % 3], degradation=LEVELS[(turn // 3 + turn) % 3]
        )
        kind = design, sum(len(team["players"]) for team in found.record["teams"])
        if made[kind] < WANTED.get(kind, 0):
            made[kind] += 1
            yield replace(found, file=smaller(found.file))
        if sum(made.values()) == sum(WANTED.values()):
            return


def smaller(file: bytes) -> bytes:
    """As a JPEG of less quality, so that the repository stays small."""
    out = io.BytesIO()
    Image.open(io.BytesIO(file)).save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    shutil.rmtree(OUT, ignore_errors=True)
    write(boards(), OUT)
