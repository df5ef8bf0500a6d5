"""A web page's table: dark letters on white, one list by rank."""

from __future__ import annotations

from hanok.parts.ocr.boards.canvas import Canvas
from hanok.parts.ocr.boards.designs.design import Column, Design, heads, row

BLACK, GREY = (35, 38, 42), (110, 116, 124)
COLUMNS = {
    "rank": Column(110), "name": Column(170, "lm"), "kills": Column(640, "rm"), "deaths": Column(790, "rm"),
    "assists": Column(940, "rm"), "score": Column(1150, "rm"),
}  # fmt: skip


def draw(canvas: Canvas) -> None:
    """Title left, clock right, rows with stripes."""
    style = canvas.style
    canvas.fill((250, 250, 252))
    canvas.write(style.words["title"], (80, 52), 34, BLACK, "title", "title")
    canvas.write(style.words["clock"], (1020, 52), 20, GREY, "label", "label.clock", anchor="rm")
    canvas.write(canvas.match.clock, (1150, 52), 24, BLACK, "number", "clock", anchor="rm")
    canvas.fill(style.shade(1.75), (70, 88, 1210, 128))
    heads(canvas, COLUMNS, 108, 20, GREY)
    players = canvas.match.teams[0].players
    step = min(56.0, 560 / len(players))
    for k, player in enumerate(players):
        y = 132 + step * (k + 0.5)
        if k % 2:
            canvas.fill(style.shade(1.92), (70, y - step / 2, 1210, y + step / 2))
        row(canvas, COLUMNS, f"teams.0.players.{k}", player, y, 22, BLACK, room=360)
        canvas.rule((70, y + step / 2, 1210, y + step / 2), (220, 223, 228))


LIGHT = Design("light", (1280, 720), 1, (8, 12), tuple(COLUMNS), ("clock",), draw)
