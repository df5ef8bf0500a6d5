"""Two teams beside each other, the score large between them."""

from __future__ import annotations

from hanok.parts.ocr.boards.canvas import Canvas
from hanok.parts.ocr.boards.designs.design import Column, Design, heads, row

WHITE, PALE = (250, 250, 250), (200, 205, 214)
NAMES = ("rank", "name", "kills", "deaths", "assists", "score")
LEFT = dict(
    zip(NAMES, (Column(50), Column(80, "lm"), Column(330), Column(400), Column(470), Column(590, "rm")), strict=True)
)
RIGHT = dict(
    zip(
        NAMES,
        (Column(690), Column(720, "lm"), Column(970), Column(1040), Column(1110), Column(1230, "rm")),
        strict=True,
    )
)


def draw(canvas: Canvas) -> None:
    """A panel for each team in its own colour."""
    style = canvas.style
    canvas.fill(style.shade(0.25))
    canvas.write(style.words["title"], (640, 36), 30, PALE, "title", "title", anchor="mm")
    canvas.write(":", (640, 106), 50, WHITE, "label", "label.score", anchor="mm", font=style.figures)
    for side, (team, columns) in enumerate(zip(canvas.match.teams, (LEFT, RIGHT), strict=True)):
        left, where = (20, "teams.0") if side == 0 else (660, "teams.1")
        canvas.fill(style.shade(0.5 if side else 0.8), (left, 160, left + 600, 690), round=12)
        middle, score = left + (200 if side == 0 else 400), 560 if side == 0 else 720
        canvas.write(team.name, (middle, 106), 34, WHITE, "team", f"{where}.name", anchor="mm", room=300)
        canvas.write(str(team.score), (score, 106), 56, WHITE, "number", f"{where}.score", anchor="mm")
        heads(canvas, columns, 186, 15, PALE)
        for k, player in enumerate(team.players):
            row(canvas, columns, f"{where}.players.{k}", player, 230 + 58 * k, 20, WHITE, room=210)
        y = 230 + 58 * len(team.players) + 6
        canvas.rule((left + 20, y - 30, left + 580, y - 30), PALE)
        canvas.write(style.words["total"], (columns["name"].x, y), 20, PALE, "label", "label.total")
        total = style.figure(team.total)
        canvas.write(total, (columns["score"].x, y), 24, WHITE, "number", f"{where}.total", anchor="rm")


COLUMNS = Design("columns", (1280, 720), 2, (3, 6), NAMES, ("name", "score", "total"), draw)
