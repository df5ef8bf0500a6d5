"""A gym's scoreboard: glowing seven segments, names on plates."""

from __future__ import annotations

from dataclasses import replace

from hanok.parts.ocr.boards.canvas import Canvas, Colour
from hanok.parts.ocr.boards.designs.design import Column, Design, heads, row

PLATE, WHITE = (232, 232, 226), (235, 235, 235)
GLOWS: tuple[Colour, ...] = ((255, 60, 40), (255, 176, 32), (70, 235, 90), (240, 240, 255))


def draw(canvas: Canvas) -> None:
    """Clock above between the scores of the teams; below, their players."""
    style = canvas.style = replace(canvas.style, thousands=False)  # seven segments have no comma
    glow = GLOWS[int(canvas.rng.integers(len(GLOWS)))]
    canvas.fill((18, 19, 22))
    canvas.fill((60, 62, 66), (0, 0, canvas.width, 8))
    canvas.write(style.words["clock"], (640, 38), 22, WHITE, "label", "label.clock", anchor="mm")
    canvas.write(canvas.match.clock, (640, 96), 60, glow, "number", "clock", anchor="mm", font=style.segment)
    for side, team in enumerate(canvas.match.teams):
        middle, where = 260 + 760 * side, f"teams.{side}"
        canvas.write(team.name, (middle, 40), 32, WHITE, "team", f"{where}.name", anchor="mm", room=300)
        score = str(team.score)
        canvas.write(score, (middle, 126), 92, glow, "number", f"{where}.score", anchor="mm", font=style.segment)
        left = 60 + 600 * side
        columns = {
            "name": Column(left, "lm"), "kills": Column(left + 330, "rm"), "score": Column(left + 500, "rm"),
        }  # fmt: skip
        heads(canvas, columns, 214, 18, WHITE)
        for k, player in enumerate(team.players):
            y = 256 + 64 * k
            canvas.fill(PLATE, (left - 12, y - 22, left + 220, y + 22), round=3)
            here = {"name": columns["name"]}
            row(canvas, here, f"{where}.players.{k}", player, y, 22, (25, 25, 25), room=220)
            figures = {name: columns[name] for name in ("kills", "score")}
            row(canvas, figures, f"{where}.players.{k}", player, y, 34, glow, figures=style.segment)
        y = 256 + 64 * len(team.players) + 4
        canvas.write(style.words["total"], (left, y), 24, WHITE, "label", "label.total")
        total = str(team.total)
        canvas.write(total, (left + 500, y), 38, glow, "number", f"{where}.total", anchor="rm", font=style.segment)


SCOREBOARD = Design(
    "scoreboard", (1280, 720), 2, (3, 5), ("name", "kills", "score"), ("name", "score", "total", "clock"), draw
)
