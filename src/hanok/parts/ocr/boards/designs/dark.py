"""A game's own screen: light letters on a dark picture, two teams below each other."""

from __future__ import annotations

import numpy as np
from PIL import Image

from hanok.parts.ocr.boards.canvas import Canvas
from hanok.parts.ocr.boards.designs.design import Column, Design, heads, row

WHITE, PALE = (245, 245, 245), (170, 178, 190)
COLUMNS = {
    "rank": Column(130), "name": Column(190, "lm"), "kills": Column(620), "deaths": Column(740),
    "assists": Column(860), "score": Column(1120, "rm"),
}  # fmt: skip


def draw(canvas: Canvas) -> None:
    """Title above, a coloured bar for each team, its rows below."""
    _scene(canvas)
    style = canvas.style
    canvas.write(style.words["title"], (640, 44), 38, WHITE, "title", "title", anchor="mm")
    heads(canvas, COLUMNS, 92, 18, PALE)
    y = 122.0
    for side, team in enumerate(canvas.match.teams):
        canvas.fill(style.shade(0.75 if side else 1.1), (90, y - 18, 1190, y + 20))
        where = f"teams.{side}"
        canvas.write(team.name, (110, y + 1), 24, WHITE, "team", f"{where}.name")
        canvas.write(str(team.score), (620, y + 1), 26, WHITE, "number", f"{where}.score", anchor="mm")
        canvas.write(style.figure(team.total), (1120, y + 1), 26, WHITE, "number", f"{where}.total", anchor="rm")
        for k, player in enumerate(team.players):
            y += 40
            if k % 2:
                canvas.fill(style.shade(0.3), (90, y - 17, 1190, y + 19))
            row(canvas, COLUMNS, f"{where}.players.{k}", player, y + 1, 21, WHITE)
        y += 54


def _scene(canvas: Canvas) -> None:
    """Something dark and out of focus."""
    coarse = canvas.rng.uniform(0.08, 0.3, (6, 10, 1)) * np.array(canvas.style.hue)
    scene = Image.fromarray(coarse.astype(np.uint8)).resize((canvas.width, canvas.height), Image.Resampling.BICUBIC)
    canvas.image.paste(scene)


DARK = Design(
    "dark", (1280, 720), 2, (4, 6), tuple(COLUMNS), ("name", "score", "total"), draw,
)  # fmt: skip
