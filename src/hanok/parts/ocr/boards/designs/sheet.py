"""A printed score sheet: ruled in black on paper, upright."""

from __future__ import annotations

from hanok.parts.ocr.boards.canvas import Canvas
from hanok.parts.ocr.boards.designs.design import Column, Design, heads, row

INK, PAPER = (30, 30, 34), (247, 245, 238)
EDGES = (50, 120, 420, 530, 640, 750, 900)
NAMES = ("rank", "name", "kills", "deaths", "assists", "score")
PLACES = {name: Column((a + b) / 2) for name, a, b in zip(NAMES, EDGES[:-1], EDGES[1:], strict=True)}
PLACES["name"] = Column(132, "lm")


def draw(canvas: Canvas) -> None:
    """A table for each team, below each other, every cell in a box."""
    style = canvas.style
    canvas.fill(PAPER)
    canvas.write(style.words["title"], (475, 64), 40, INK, "title", "title", anchor="mm")
    y = 130.0
    for side, team in enumerate(canvas.match.teams):
        where = f"teams.{side}"
        canvas.write(team.name, (60, y), 28, INK, "team", f"{where}.name")
        canvas.write(str(team.score), (890, y), 30, INK, "number", f"{where}.score", anchor="rm")
        top = y + 30
        heads(canvas, PLACES, top + 22, 20, INK)
        for k, player in enumerate(team.players):
            row(canvas, PLACES, f"{where}.players.{k}", player, top + 66 + 44 * k, 22, INK, room=280)
        bottom = top + 44 * (len(team.players) + 1)
        for line in range(len(team.players) + 3):
            canvas.rule((EDGES[0], top + 44 * line, EDGES[-1], top + 44 * line), INK, 2 if line < 2 else 1)
        for edge in EDGES:
            short = edge not in (EDGES[0], EDGES[-2], EDGES[-1])
            canvas.rule((edge, top, edge, bottom if short else bottom + 44), INK)
        canvas.write(style.words["total"], (132, bottom + 22), 22, INK, "label", "label.total")
        total = style.figure(team.total)
        canvas.write(total, (PLACES["score"].x, bottom + 22), 22, INK, "number", f"{where}.total", anchor="mm")
        y = bottom + 96


SHEET = Design("sheet", (950, 1200), 2, (5, 9), NAMES, ("name", "score", "total"), draw)
