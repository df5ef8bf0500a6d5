"""Designs of boards that only `benchmarks.records` draws, so that it judges on what nothing was built on.

That holds for its run of 2026-11-26 10:26; boards of these two were looked at since. A run that is to prove anything
needs new ones.
"""

from __future__ import annotations

from hanok.parts.ocr.boards.canvas import Canvas
from hanok.parts.ocr.boards.designs.design import Column, Design, heads, row

WHITE, BLACK, GREY, GOLD = (245, 246, 248), (22, 24, 28), (150, 156, 166), (250, 214, 110)
OVERLAY = {
    "name": Column(96, "lm"),
    "score": Column(500, "rm"),
    "kills": Column(580, "rm"),
    "deaths": Column(650, "rm"),
}
POSTER = {
    "rank": Column(64),
    "name": Column(118, "lm"),
    "kills": Column(470),
    "assists": Column(560),
    "score": Column(740, "rm"),
}


def overlay(canvas: Canvas) -> None:
    """A broadcast's strip over a dim scene, one team above the other, a bar of the team's colour beside names."""
    style = canvas.style
    canvas.fill(style.shade(0.45))
    for k in range(9):
        canvas.fill(
            style.shade(0.4 + 0.03 * (k % 3)), (700 + 60 * k, 90 + 40 * (k % 4), 760 + 60 * k, 640 - 30 * (k % 5))
        )
    canvas.fill(BLACK, (50, 24, 690, 696))
    heads(canvas, OVERLAY, 50, 15, GREY)
    y = 84.0
    for side, team in enumerate(canvas.match.teams):
        where, tint = f"teams.{side}", style.shade(1.3 if side else 0.9)
        canvas.fill(tint, (50, y - 20, 690, y + 20))
        canvas.write(team.name, (70, y), 22, BLACK, "team", f"{where}.name", room=320)
        canvas.write(str(team.total), (500, y), 22, BLACK, "number", f"{where}.total", anchor="rm")
        canvas.write(str(team.score), (580, y), 22, BLACK, "number", f"{where}.score", anchor="rm")
        for k, player in enumerate(team.players):
            y += 46
            canvas.fill(tint, (70, y - 14, 78, y + 14))
            row(canvas, OVERLAY, f"{where}.players.{k}", player, y, 21, WHITE, room=260)
        y += 56


def poster(canvas: Canvas) -> None:
    """An upright sheet for a wall: a large title on colour, pale rows with gaps between them, the score in gold."""
    style = canvas.style
    canvas.fill(style.shade(0.35))
    canvas.write(style.words["title"], (400, 80), 54, WHITE, "title", "title", anchor="mm", room=700)
    canvas.write(style.words["clock"], (340, 150), 22, GREY, "label", "label.clock", anchor="rm")
    canvas.write(canvas.match.clock, (370, 150), 28, WHITE, "number", "clock")
    heads(canvas, POSTER, 206, 18, GREY)
    for k, player in enumerate(canvas.match.teams[0].players):
        y, where = 258 + 74 * k, f"teams.0.players.{k}"
        canvas.fill(style.shade(0.6), (30, y - 30, 770, y + 30), round=30)
        row(canvas, {n: c for n, c in POSTER.items() if n != "score"}, where, player, y, 24, WHITE, room=280)
        row(canvas, {"score": POSTER["score"]}, where, player, y, 28, GOLD)


UNSEEN = (
    Design("overlay", (1280, 720), 2, (4, 5), tuple(OVERLAY), ("name", "score", "total"), overlay),
    Design("poster", (800, 1200), 1, (8, 10), tuple(POSTER), ("clock",), poster),
)
