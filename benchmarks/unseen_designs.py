"""Designs of boards that only `benchmarks.records` draws, so that it judges on what nothing was built on.

These two were drawn by somebody who had read the renderer only, and judged in its run of 2026-11-26 19:37; until then
nothing was built on them, and no board of theirs had been read. They were looked at since, so that its next run wants
new ones. Its earlier runs were on three other pairs, which are gone from this file: that of 10:26 on `overlay` and
`poster`, that of 13:34 on `league` and `standings`, that of 16:57 on `mirror` and `champion`.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from hanok.parts.ocr.boards.canvas import Canvas, Colour
from hanok.parts.ocr.boards.designs.design import Column, Design, heads, row
from hanok.parts.ocr.boards.match import Player, Team

WHITE, PALE, NIGHT, SLATE = (250, 250, 252), (206, 212, 222), (14, 17, 26), (66, 72, 88)
GOLD, FLOODLIGHT, GRASS = (255, 206, 72), (255, 250, 226), (44, 104, 54)
SKINS = ((244, 208, 177), (222, 172, 130), (168, 116, 80), (112, 74, 50))
LINES = {"score": 186, "kills": 240, "deaths": 282, "assists": 324}
"""A line of a team's panel for each value: how far below the panel's top."""
WOOD, THERMAL, INK = (136, 96, 62), (250, 249, 245), (38, 38, 48)
RANKED = {"rank": Column(146), "name": Column(204, "lm"), "score": Column(740, "rm")}
BELOW = {"kills": Column(300, "lm"), "deaths": Column(484, "lm"), "assists": Column(668, "lm")}

Box = tuple[float, float, float, float]


def lineup(canvas: Canvas) -> None:
    """A broadcast from a stadium: a panel of glass for each team, its players beside each other, their values below."""
    style = canvas.style
    _stadium(canvas)
    canvas.pen.polygon(((520, 16), (1110, 16), (1080, 92), (490, 92)), fill=NIGHT)
    canvas.pen.polygon(((490, 92), (1080, 92), (1077, 99), (487, 99)), fill=GOLD)
    canvas.write(style.words["title"], (800, 54), 44, WHITE, "title", "title", anchor="mm", room=480)
    canvas.pen.polygon(((1300, 24), (1580, 24), (1580, 84), (1276, 84)), fill=NIGHT)
    canvas.write(style.words["clock"], (1318, 54), 26, PALE, "label", "label.clock", room=120)
    canvas.write(canvas.match.clock, (1562, 54), 34, WHITE, "number", "clock", anchor="rm")
    best = max(player.score for team in canvas.match.teams for player in team.players)
    for side, team in enumerate(canvas.match.teams):
        top, colour, where = 112 + 394 * side, SLATE if side else style.shade(0.6), f"teams.{side}"
        _glass(canvas, (20, top, 1580, top + 374), NIGHT, 0.74)
        _side(canvas, team, where, top, colour)
        for name, down in LINES.items():
            word, spot = style.words[name], (364, top + down)
            canvas.write(word, spot, 26, PALE, "head", f"head.{name}", anchor="rm", room=104)
        step = 1196 / len(team.players)
        for k, player in enumerate(team.players):
            box = (378 + step * k, top + 10, 370 + step * (k + 1), top + 364)
            _stand(canvas, player, f"{where}.players.{k}", box, colour, player.score / best)


def _side(canvas: Canvas, team: Team, where: str, top: float, colour: Colour) -> None:
    """What the panel says of a whole team, below its crest."""
    style = canvas.style
    canvas.fill(colour, (20, top, 250, top + 374))
    canvas.pen.ellipse((85, top + 18, 185, top + 118), fill=WHITE)
    canvas.pen.ellipse((92, top + 25, 178, top + 111), fill=colour)
    canvas.pen.regular_polygon((135, top + 69, 38), 3 if where == "teams.0" else 5, fill=WHITE)
    canvas.write(team.name, (135, top + 152), 36, WHITE, "team", f"{where}.name", anchor="mm", room=208)
    canvas.write(str(team.score), (135, top + 232), 92, WHITE, "number", f"{where}.score", anchor="mm")
    canvas.fill(NIGHT, (20, top + 310, 250, top + 374))
    canvas.write(style.words["total"], (34, top + 342), 26, PALE, "label", "label.total", room=84)
    canvas.write(style.figure(team.total), (238, top + 342), 32, WHITE, "number", f"{where}.total", anchor="rm")


def _stand(canvas: Canvas, player: Player, where: str, box: Box, colour: Colour, share: float) -> None:
    """One player: portrait, name, values under each other, and a bar as long as the share of the best score."""
    left, top, right, bottom = box
    middle = (left + right) / 2
    _glass(canvas, (left, top, right, bottom), colour, 0.35)
    _portrait(canvas, (left, top, right, top + 96), colour)
    if share == 1:
        canvas.pen.regular_polygon((left + 34, top + 34, 20), 4, rotation=45, fill=GOLD)
        canvas.pen.regular_polygon((left + 34, top + 34, 20), 4, fill=GOLD)
    canvas.fill(WHITE, (left, top + 96, right, top + 146))
    row(canvas, {"name": Column(middle)}, where, player, top + 121, 28, NIGHT, room=right - left - 14)
    row(canvas, {"score": Column(middle)}, where, player, top - 10 + LINES["score"], 42, GOLD)
    for name in ("kills", "deaths", "assists"):
        y = top - 10 + LINES[name]
        canvas.rule((left + 16, y - 22, right - 16, y - 22), SLATE, 2)
        row(canvas, {name: Column(middle)}, where, player, y, 31, WHITE)
    canvas.fill(GOLD, (left, bottom - 6, left + share * (right - left), bottom))


def _portrait(canvas: Canvas, box: Box, colour: Colour) -> None:
    """Somebody in the team's shirt before a light that fades."""
    left, top, right, bottom = (round(edge) for edge in box)
    fade = np.linspace(1.9, 0.9, bottom - top)[:, None, None] * np.array(colour)
    wall = np.broadcast_to(fade.clip(0, 255), (bottom - top, right - left, 3)).astype(np.uint8)
    canvas.image.paste(Image.fromarray(wall), (left, top))
    x, skin = (left + right) / 2, SKINS[int(canvas.rng.integers(len(SKINS)))]
    canvas.pen.rounded_rectangle((x - 62, top + 68, x + 62, bottom), 26, fill=WHITE, corners=(True, True, False, False))
    canvas.pen.rounded_rectangle((x - 40, top + 68, x + 40, bottom), 14, fill=colour)
    canvas.pen.ellipse((x - 24, top + 12, x + 24, top + 78), fill=skin)
    canvas.pen.chord((x - 27, top + 6, x + 27, top + int(canvas.rng.integers(46, 72))), 180, 360, fill=NIGHT)


def _glass(canvas: Canvas, box: Box, colour: Colour, cover: float) -> None:
    """A rectangle of frosted glass, which lets some of what is behind it through."""
    left, top, right, bottom = (round(edge) for edge in box)
    behind = canvas.image.crop((left, top, right, bottom)).filter(ImageFilter.GaussianBlur(9))
    canvas.image.paste(Image.blend(behind, Image.new("RGB", behind.size, colour), cover), (left, top))


def _stadium(canvas: Canvas) -> None:
    """A ground at night: sky, floodlights, a crowd, grass in stripes."""
    y, x = np.mgrid[: canvas.height, : canvas.width]
    picture = np.interp(y, (0, 330), (0.25, 0.9))[..., None] * np.array(canvas.style.hue)
    crowd = canvas.rng.uniform(20, 170, (30, 200, 1)) * canvas.rng.uniform(0.75, 1.15, (30, 200, 3))
    picture[330:570] = crowd.repeat(8, 0).repeat(8, 1)
    grass = np.where(x // 80 % 2, 1.0, 1.2)[..., None] * np.array(GRASS)
    picture[570:] = grass[570:]
    for tower in (230, 1180):
        for lamp in range(-2, 3):
            near = np.exp(-((x - tower - 34 * lamp) ** 2 + (y - 44) ** 2) / 700)[..., None]
            picture += near * (np.array(FLOODLIGHT) - picture)
    canvas.image.paste(Image.fromarray(picture.clip(0, 255).astype(np.uint8)))


def receipt(canvas: Canvas) -> None:
    """What a laser arena prints after a game: a slip of thermal paper on a table, two lines for each player."""
    style, players = canvas.style, canvas.match.teams[0].players
    _table(canvas)
    bottom = 388 + 114 * len(players)
    top = (canvas.height - bottom - 150) / 2 - 20
    _slip(canvas, 20 + top, top + bottom + 150)
    _brand(canvas, top)
    canvas.write(style.words["clock"], (120, top + 262), 28, INK, "label", "label.clock", room=300)
    canvas.write(canvas.match.clock, (740, top + 262), 34, INK, "number", "clock", anchor="rm")
    _dashes(canvas, top + 298)
    heads(canvas, RANKED, top + 330, 26, INK)
    _dashes(canvas, top + 362)
    for k, player in enumerate(players):
        y, where = top + 408 + 114 * k, f"teams.0.players.{k}"
        if k == 0:  # the winner is printed white on black
            canvas.fill(INK, (104, y - 34, 756, y + 74))
        colour = INK if k else THERMAL
        row(canvas, RANKED, where, player, y, 34, colour, room=420)
        for name, column in BELOW.items():
            word, spot = style.words[name], (column.x - 12, y + 46)
            canvas.write(word, spot, 25, colour, "label", f"label.{name}", anchor="rm", room=100)
        row(canvas, BELOW, where, player, y + 46, 29, colour)
        _dashes(canvas, y + 78)
    x = 180.0
    while x < 670:
        bar = float(canvas.rng.integers(2, 8))
        canvas.fill(INK, (x, top + bottom + 24, x + bar, top + bottom + 104))
        x += bar + float(canvas.rng.integers(4, 10))


def _brand(canvas: Canvas, top: float) -> None:
    """The arena's own colour and sign, which the roll was bought with; the title is on it."""
    style = canvas.style
    canvas.fill(style.shade(0.6), (80, top + 66, 780, top + 216))
    for size, colour in ((54, WHITE), (44, style.shade(0.6)), (30, WHITE), (20, style.shade(0.6)), (8, WHITE)):
        canvas.pen.ellipse((180 - size, top + 141 - size, 180 + size, top + 141 + size), fill=colour)
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        canvas.rule((180 + 36 * x, top + 141 + 36 * y, 180 + 66 * x, top + 141 + 66 * y), WHITE, 6)
    canvas.write(style.words["title"], (510, top + 141), 58, WHITE, "title", "title", anchor="mm", room=480)


def _slip(canvas: Canvas, top: float, bottom: float) -> None:
    """Paper with torn ends and its shadow."""
    teeth = [(80 + 20 * k, 10 * (k % 2)) for k in range(36)]
    for shift, colour in ((14, (70, 48, 30)), (0, THERMAL)):
        edge = [(x + shift, top + y + shift) for x, y in teeth]
        edge += [(x + shift, bottom - y + shift) for x, y in reversed(teeth)]
        canvas.pen.polygon(edge, fill=colour)


def _dashes(canvas: Canvas, y: float) -> None:
    """A line as such printers make it."""
    for x in range(108, 752, 14):
        canvas.rule((x, y, x + 8, y), INK, 2)


def _table(canvas: Canvas) -> None:
    """Planks with their grain."""
    grain = canvas.rng.uniform(0.78, 1.1, (canvas.height // 19, 1, 1)).repeat(19, 0).repeat(canvas.width, 1)
    fibre = canvas.rng.uniform(0.92, 1.06, (canvas.height, canvas.width // 43, 1)).repeat(43, 1)
    picture = (grain * fibre * np.array(WOOD)).astype(np.uint8)
    canvas.image.paste(Image.fromarray(picture))
    for y in range(170, canvas.height, 190):
        canvas.rule((0, y, canvas.width, y), (72, 48, 30), 4)


UNSEEN = (
    Design("lineup", (1600, 900), 2, (4, 5), ("name", *LINES), ("name", "score", "total", "clock"), lineup),
    Design("receipt", (860, 1520), 1, (6, 8), (*RANKED, *BELOW), ("clock",), receipt),
)
