"""Small boards of two teams, drawn in Pillow's own font: quick to read, the same on every machine."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hanok.systems.match import Config

DIGITS = Config(engines=("digits",), target=0.9, examples=2)
"""Runs without any system package; names are read by nobody."""

WIDTH, HEIGHT = 520, 330
NAMES = ("Ada", "Grace", "Edsger", "Barbara", "Donald", "Alan", "Niklaus", "Frances", "Tony", "Margaret")
TEAMS = ("Wolves", "Bears", "Hawks", "Foxes")
LEFT = {"name": 30, "kills": 300, "score": 440}


class Drawing:
    """A board while it is drawn, with what stands where."""

    def __init__(self, dark: bool) -> None:
        self.paper, self.ink = ((24, 28, 40), (240, 240, 240)) if dark else ((250, 250, 246), (20, 20, 30))
        self.image = Image.new("RGB", (WIDTH, HEIGHT), self.paper)
        self.pen = ImageDraw.Draw(self.image)
        self.cells: list[dict[str, Any]] = []

    def write(self, text: str, x: int, y: int, kind: str, field: str, size: int = 20) -> None:
        font = ImageFont.load_default(size)
        self.pen.text((x, y), text, fill=self.ink, font=font)
        left, top, right, bottom = self.pen.textbbox((x, y), text, font=font)
        quad = [[left, top], [right, top], [right, bottom], [left, bottom]]
        self.cells.append({"text": text, "kind": kind, "field": field, "quad": quad})


def board(
    seed: int,
    *,
    design: str = "dusk",
    total_off: int = 0,
    players: int = 3,
    hidden: str = "",
    step: int = 30,
    columns: Mapping[str, int] = LEFT,
) -> tuple[Image.Image, list[dict[str, Any]]]:
    """A picture and its cells; `total_off` is added to the first total, the field `hidden` is painted over."""
    rng = np.random.default_rng([seed, 7])
    names = [NAMES[k] for k in rng.permutation(len(NAMES))]
    given = [[(int(rng.integers(1, 40)), int(rng.integers(100, 4000))) for _ in range(players)] for _ in range(2)]
    made, y = Drawing(dark=design == "dusk"), 12
    for head, x in columns.items():
        made.write(head.title(), x, y, "head", f"head.{head}", 16)
    for side, results in enumerate(given):
        y += 32
        total = sum(score for _, score in results) + (total_off if side == 0 else 0)
        made.write(TEAMS[int(rng.integers(len(TEAMS)))], 20, y, "team", f"teams.{side}.name")
        made.write(str(sum(kills for kills, _ in results)), columns["kills"], y, "number", f"teams.{side}.score")
        made.write(str(total), columns["score"], y, "number", f"teams.{side}.total")
        for k, (kills, score) in enumerate(results):
            y += step
            where = f"teams.{side}.players.{k}"
            made.write(names.pop(), columns["name"], y, "name", f"{where}.name")
            made.write(str(kills), columns["kills"], y, "number", f"{where}.kills")
            made.write(str(score), columns["score"], y, "number", f"{where}.score")
    for cell in made.cells:
        if cell["field"] == hidden:
            (left, top), _, (right, bottom), _ = cell["quad"]
            made.pen.rectangle((left - 2, top, right + 2, bottom), fill=made.paper)
    return made.image, made.cells


def encoded(image: Image.Image, form: str = "PNG", **how: Any) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def folder(path: Path, count: int = 8, designs: Sequence[str] = ("dusk",)) -> Path:
    """Boards of some designs, as training takes them."""
    path.mkdir()
    lines = []
    for seed in range(count):
        design = designs[seed % len(designs)]
        image, cells = board(seed, design=design)
        name = f"{seed}.png"
        (path / name).write_bytes(encoded(image))
        lines.append({"image": name, "design": design, "language": "en", "cells": cells})
    (path / "boards.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    return path
