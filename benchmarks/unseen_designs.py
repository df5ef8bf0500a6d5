"""Designs of boards that only `benchmarks.records` draws, so that it judges on what nothing was built on.

These two were drawn new for its next run: nothing was built on them, and no board of theirs has been read before it.
Its run of 2026-11-26 10:26 was on two earlier ones, `overlay` and `poster`, which are gone from this file.
"""

from __future__ import annotations

from hanok.parts.ocr.boards.canvas import Canvas, Colour
from hanok.parts.ocr.boards.designs.design import Column, Columns, Design, heads, row
from hanok.parts.ocr.boards.match import Team

WHITE, BLACK, PALE = (246, 247, 250), (24, 28, 36), (196, 203, 214)
EVEN, ODD = (246, 247, 249), (225, 229, 235)
MEDALS: tuple[Colour, ...] = ((240, 198, 84), (200, 206, 214), (208, 146, 96))
LEAGUE = {
    "name": Column(346, "lm"),
    "kills": Column(742),
    "deaths": Column(872),
    "assists": Column(1002),
    "score": Column(1232, "rm"),
}
STANDINGS = {
    "rank": Column(66),
    "name": Column(124, "lm"),
    "kills": Column(482),
    "deaths": Column(588),
    "assists": Column(710),
    "score": Column(924, "rm"),
}
ADVANCE = 4
"""So many of the standings go on; a line below them says so."""


def league(canvas: Canvas) -> None:
    """A league's result in a broadcast: beside each team's table a block in its colour with name, score and total."""
    style = canvas.style
    canvas.fill(style.shade(0.2))
    for x in range(-600, canvas.width, 160):
        canvas.pen.polygon(((x, 720), (x + 80, 720), (x + 680, 0), (x + 600, 0)), fill=style.shade(0.24))
    canvas.write(style.words["title"], (640, 38), 36, WHITE, "title", "title", anchor="mm")
    _heads(canvas, LEAGUE, 92, PALE)
    red, green, blue = style.shade(0.9)
    colours = ((red, green, blue), (blue, red, green))
    for side, (team, colour) in enumerate(zip(canvas.match.teams, colours, strict=True)):
        top = 116 + 300 * side
        _block(canvas, team, f"teams.{side}", top, colour)
        step = 288 / len(team.players)
        for k, player in enumerate(team.players):
            y = top + step * k
            canvas.fill(ODD if k % 2 else EVEN, (322, y, 1256, y + step))
            row(canvas, LEAGUE, f"teams.{side}.players.{k}", player, y + step / 2, 28, BLACK, room=340)


def _block(canvas: Canvas, team: Team, where: str, top: float, colour: Colour) -> None:
    """What the league's result says of a whole team."""
    style, ink = canvas.style, _ink(colour)
    canvas.fill(colour, (24, top, 322, top + 288))
    canvas.write(team.name, (173, top + 48), 38, ink, "team", f"{where}.name", anchor="mm", room=266)
    canvas.write(str(team.score), (173, top + 134), 84, ink, "number", f"{where}.score", anchor="mm")
    canvas.rule((44, top + 212, 302, top + 212), ink, 2)
    canvas.write(style.words["total"], (44, top + 248), 27, ink, "label", "label.total", room=110)
    canvas.write(style.figure(team.total), (302, top + 248), 32, ink, "number", f"{where}.total", anchor="rm")


def standings(canvas: Canvas) -> None:
    """A tournament's standings to post: title in a band, ranks on badges, a line below those who go on, time."""
    style = canvas.style
    canvas.fill(style.shade(0.18))
    canvas.fill(style.hue, (0, 0, 960, 140))
    canvas.fill(MEDALS[0], (0, 140, 960, 146))
    canvas.write(style.words["title"], (36, 72), 56, _ink(style.hue), "title", "title", room=880)
    _heads(canvas, STANDINGS, 184, PALE)
    players = canvas.match.teams[0].players
    step = 900 / len(players)
    numbers = {name: column for name, column in STANDINGS.items() if name != "rank"}
    for k, player in enumerate(players):
        y, where = 214 + step * (k + 0.5), f"teams.0.players.{k}"
        canvas.fill(style.shade(0.26 if k % 2 else 0.36), (20, y - step / 2, 940, y + step / 2))
        badge = MEDALS[k] if k < len(MEDALS) else style.shade(0.6)
        canvas.fill(badge, (38, y - 26, 94, y + 26), round=12)
        row(canvas, {"rank": STANDINGS["rank"]}, where, player, y, 30, _ink(badge))
        row(canvas, numbers, where, player, y, 30, WHITE, room=310)
    line = 214 + step * ADVANCE
    canvas.rule((20, line, 940, line), MEDALS[0], 3)
    canvas.fill(style.shade(0.1), (0, 1130, 960, 1200))
    canvas.write(style.words["clock"], (36, 1165), 28, PALE, "label", "label.clock")
    canvas.write(canvas.match.clock, (924, 1165), 32, WHITE, "number", "clock", anchor="rm")


def _heads(canvas: Canvas, columns: Columns, y: float, colour: Colour) -> None:
    """Names of columns, that of players as wide as it likes."""
    name = columns["name"]
    canvas.write(canvas.style.words["name"], (name.x, y), 27, colour, "head", "head.name", anchor=name.anchor)
    heads(canvas, {key: column for key, column in columns.items() if key != "name"}, y, 27, colour)


def _ink(ground: Colour) -> Colour:
    """Black or white, whichever is plainer to see on a colour."""
    red, green, blue = ((channel / 255) ** 2.2 for channel in ground)
    return BLACK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.22 else WHITE


UNSEEN = (
    Design("league", (1280, 720), 2, (4, 5), tuple(LEAGUE), ("name", "score", "total"), league),
    Design("standings", (960, 1200), 1, (8, 10), tuple(STANDINGS), ("clock",), standings),
)
