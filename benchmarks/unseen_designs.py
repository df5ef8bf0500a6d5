"""Designs of boards that only `benchmarks.records` draws, so that it judges on what nothing was built on.

These two were drawn by somebody who had read the renderer only, and judged in its runs of 2026-11-26 22:54 and 23:35
and of 2026-11-27 02:50, 05:06, 06:07 and 10:43; nothing was built on them. Once they are looked at, its next run wants
new ones. Its earlier runs, all of 2026-11-26, were on five other pairs, gone from this file since: those of 10:26 on
`overlay` and `poster`, of 13:34 on `league` and `standings`, of 16:57 on `mirror` and `champion`, of 19:37 on `lineup`
and `receipt`, of 22:24 on `bowling` and `grandprix`.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from hanok.parts.ocr.boards.canvas import Canvas, Colour
from hanok.parts.ocr.boards.designs.design import Column, Design, row
from hanok.parts.ocr.boards.match import Team

WHITE, PAGE, TEXT, MUTED, EDGE = (255, 255, 255), (240, 242, 245), (32, 36, 44), (104, 112, 124), (222, 226, 232)
NAVY, HALL, FLOOR = (20, 30, 52), (58, 74, 104), (196, 150, 96)
SHIRTS = ((236, 190, 150), (206, 150, 110), (150, 104, 74), (246, 212, 184))
TABLE = {"name": Column(150, "lm"), "kills": Column(590), "assists": Column(730), "score": Column(936, "rm")}
"""Columns of a team's list on the club's page."""
CABINET, BLACK, CYAN, LIME = (26, 20, 40), (6, 6, 14), (64, 232, 250), (150, 250, 80)
PINK, SUN, ORANGE = (255, 92, 190), (255, 236, 90), (255, 160, 60)
LIGHTS = (SUN, ORANGE, PINK, CYAN, LIME)
SCORES = {"rank": Column(162), "score": Column(362, "rm"), "name": Column(398, "lm")}
COUNTS = {"kills": Column(776), "deaths": Column(898)}
INVADER = ("00100000100", "00010001000", "00111111100", "01101110110", "11111111111", "10111111101", "10100000101")

Box = tuple[float, float, float, float]


def club(canvas: Canvas) -> None:
    """A handball club's web page on a tablet: menu, the hall with the result on it, a card for each team."""
    style = canvas.style
    canvas.fill(PAGE)
    _menu(canvas)
    _hall(canvas, (0, 84, 1000, 424))
    canvas.write(style.words["title"], (500, 124), 34, WHITE, "title", "title", anchor="mm", room=560)
    canvas.fill(WHITE, (322, 172, 678, 286), round=12)
    canvas.fill(MUTED, (494, 224, 506, 232))
    canvas.fill(NAVY, (404, 312, 596, 394), round=12)
    canvas.write(style.words["clock"], (500, 333), 21, EDGE, "label", "label.clock", anchor="mm", room=176)
    canvas.write(canvas.match.clock, (500, 367), 36, WHITE, "number", "clock", anchor="mm")
    for side, team in enumerate(canvas.match.teams):
        middle, where, colour = 180 + 640 * side, f"teams.{side}", NAVY if side else style.shade(0.8)
        _crest(canvas, middle, 238, 1.0, colour)
        canvas.write(team.name, (middle, 370), 38, WHITE, "team", f"{where}.name", anchor="mm", room=320)
        score, spot = str(team.score), (410 + 180 * side, 229)
        canvas.write(score, spot, 80, TEXT, "number", f"{where}.score", anchor="mm", room=150)
        _card(canvas, team, where, 444 + 478 * side, colour)


def _card(canvas: Canvas, team: Team, where: str, top: float, colour: Colour) -> None:
    """A team's list: its crest and the heads, a line with a portrait for each player, the sum."""
    style = canvas.style
    canvas.fill(EDGE, (27, top + 3, 975, top + 463), round=14)
    canvas.fill(WHITE, (24, top, 972, top + 460), round=14)
    canvas.fill(colour, (24, top, 36, top + 460), round=6)
    _crest(canvas, 86, top + 30, 0.32, colour)
    for name, column in TABLE.items():
        word, spot = style.words[name], (column.x, top + 32)
        canvas.write(word, spot, 23, MUTED, "head", f"head.{name}", anchor=column.anchor, room=130)
    step = 340 / len(team.players)
    best = team.players[0].score
    for k, player in enumerate(team.players):
        y = top + 60 + step * (k + 0.5)
        canvas.rule((52, y - step / 2, 950, y - step / 2), EDGE, 2)
        _face(canvas, 86, y, min(24.0, step / 2 - 4), colour)
        long = 130 * player.score / best
        canvas.fill(style.shade(1.75), (936 - long, y + 17, 936, y + 23), round=3)
        here = f"{where}.players.{k}"
        row(canvas, {"name": TABLE["name"]}, here, player, y, 29, TEXT, room=370)
        row(canvas, {name: TABLE[name] for name in ("kills", "assists")}, here, player, y, 29, TEXT)
        row(canvas, {"score": TABLE["score"]}, here, player, y - 3, 31, style.shade(0.6))
    canvas.fill(PAGE, (36, top + 402, 972, top + 460), round=14)
    canvas.write(style.words["total"], (150, top + 431), 27, MUTED, "label", "label.total", room=300)
    total, end = style.figure(team.total), (936, top + 431)
    canvas.write(total, end, 36, TEXT, "number", f"{where}.total", anchor="rm")


def _menu(canvas: Canvas) -> None:
    """The head of the page: sign, search, and a menu of three lines."""
    canvas.fill(WHITE, (0, 0, 1000, 84))
    _crest(canvas, 62, 42, 0.44, canvas.style.hue)
    canvas.fill(PAGE, (620, 20, 880, 64), round=22)
    canvas.pen.ellipse((640, 31, 658, 49), outline=MUTED, width=3)
    canvas.rule((655, 46, 664, 55), MUTED, 3)
    for y in (28, 40, 52):
        canvas.fill(TEXT, (920, y, 960, y + 5), round=2)
    canvas.fill(canvas.style.hue, (0, 78, 1000, 84))


def _hall(canvas: Canvas, box: tuple[int, int, int, int]) -> None:
    """A sports hall out of focus, darkened for letters: spectators, a goal, the floor with its line."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    picture = np.empty((high, wide, 3))
    picture[:] = np.array(HALL) * np.linspace(0.7, 1.2, wide)[None, :, None]
    picture[60:190] = canvas.rng.uniform(40, 190, (13, 84, 3)).repeat(10, 0).repeat(12, 1)[:, :wide]
    picture[210:] = np.array(FLOOR) * np.linspace(0.8, 1.1, high - 210)[:, None, None]
    picture[262:272] = WHITE
    picture[110:250, 430:438] = picture[110:250, 562:570] = picture[110:118, 430:570] = (210, 50, 50)
    image = Image.fromarray(picture.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(7))
    canvas.image.paste(Image.blend(image, Image.new("RGB", image.size, NAVY), 0.6), (left, top))


def _crest(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """A club's shield with a ball on it, `size` times 160 pixels high."""
    sides = ((-0.8, -0.9), (0, -1.0), (0.8, -0.9), (0.75, 0.2), (0.45, 0.7), (0, 1.0), (-0.45, 0.7), (-0.75, 0.2))
    for far, tint in ((80 * size, WHITE), (73 * size, colour)):
        canvas.pen.polygon([(x + far * right, y + far * down) for right, down in sides], fill=tint)
    ball = 32 * size
    canvas.pen.ellipse((x - ball, y - ball, x + ball, y + ball), fill=WHITE)
    canvas.pen.regular_polygon((x, y, 14 * size), 5, fill=colour)
    canvas.fill(WHITE, (x - 44 * size, y - 56 * size, x + 44 * size, y - 48 * size))


def _face(canvas: Canvas, x: float, y: float, far: float, colour: Colour) -> None:
    """A round portrait."""
    skin = SHIRTS[int(canvas.rng.integers(len(SHIRTS)))]
    canvas.pen.ellipse((x - far, y - far, x + far, y + far), fill=EDGE)
    canvas.pen.chord((x - far, y - far, x + far, y + far), 25, 155, fill=colour)
    canvas.pen.ellipse((x - 0.45 * far, y - 0.65 * far, x + 0.45 * far, y + 0.45 * far), fill=skin)
    canvas.pen.chord((x - 0.5 * far, y - 0.75 * far, x + 0.5 * far, y + 0.3 * far), 180, 360, fill=TEXT)


def arcade(canvas: Canvas) -> None:
    """A cabinet's list of high scores: a lit sign, a tube with lines of light, points before names, sticks below."""
    style, players = canvas.style, canvas.match.teams[0].players
    _cabinet(canvas)
    canvas.write(style.words["title"], (540, 104), 70, SUN, "title", "title", anchor="mm", room=660)
    for k, light in enumerate((LIME, PINK, CYAN)):
        _invader(canvas, 300 + 240 * k, 262, light)
    for name, column in (SCORES | COUNTS).items():
        word, spot = style.words[name], (column.x, 340)
        room = 310 if name == "name" else 98
        canvas.write(word, spot, 27, CYAN, "head", f"head.{name}", anchor=column.anchor, room=room)
    for x in range(124, 956, 20):
        canvas.fill(PINK, (x, 370, x + 9, 376))
    step = 620 / len(players)
    for k, player in enumerate(players):
        y, where = 390 + step * (k + 0.5), f"teams.0.players.{k}"
        colour = LIGHTS[k % len(LIGHTS)]
        row(canvas, SCORES, where, player, y, 36, colour, room=310)
        row(canvas, COUNTS, where, player, y, 34, WHITE)
    _tube(canvas, (92, 200, 988, 1024))
    canvas.write(style.words["clock"], (410, 1108), 30, CYAN, "label", "label.clock", anchor="mm", room=190)
    canvas.write(canvas.match.clock, (620, 1108), 48, ORANGE, "number", "clock", anchor="mm", room=190)


def _cabinet(canvas: Canvas) -> None:
    """Wood with stripes at its sides, a sign with bulbs, a black screen, a plate with sticks and buttons."""
    style = canvas.style
    canvas.fill(CABINET)
    for k, light in enumerate((1.3, 1.0, 0.7)):
        canvas.fill(style.shade(light), (8 + 14 * k, 0, 18 + 14 * k, 1280))
        canvas.fill(style.shade(light), (1062 - 14 * k, 0, 1072 - 14 * k, 1280))
    canvas.fill(SUN, (60, 14, 1020, 186), round=22)
    canvas.fill(style.shade(0.4), (70, 24, 1010, 176), round=16)
    for x in range(96, 1000, 48):
        for y in (36, 164):
            canvas.pen.ellipse((x - 6, y - 6, x + 6, y + 6), fill=ORANGE if x // 48 % 2 else WHITE)
    canvas.fill((70, 64, 86), (74, 192, 1006, 1032), round=40)
    canvas.fill(BLACK, (92, 208, 988, 1016), round=34)
    for _ in range(130):
        left, top = canvas.rng.uniform(110, 970), canvas.rng.uniform(216, 1008)
        canvas.fill((70, 70, 110), (left, top, left + 2, top + 2))
    canvas.pen.polygon(((60, 1046), (1020, 1046), (1072, 1280), (8, 1280)), fill=style.shade(0.55))
    canvas.fill(BLACK, (300, 1066, 740, 1150), round=12)
    for side, x in enumerate((200, 860)):
        canvas.pen.ellipse((x - 56, 1150, x + 56, 1230), fill=CABINET)
        canvas.rule((x, 1190, x, 1110), (190, 190, 200), 14)
        canvas.pen.ellipse((x - 32, 1070, x + 32, 1134), fill=PINK if side else LIME)
    for k, x in enumerate((400, 493, 587, 680)):
        canvas.pen.ellipse((x - 32, 1180, x + 32, 1236), fill=CABINET)
        canvas.pen.ellipse((x - 26, 1180, x + 26, 1226), fill=LIGHTS[k])


def _invader(canvas: Canvas, x: float, y: float, colour: Colour) -> None:
    """Somebody from space in large pixels."""
    for line, bits in enumerate(INVADER):
        for place, bit in enumerate(bits):
            if bit == "1":
                left, top = x + 6 * (place - 5.5), y + 6 * (line - 3.5)
                canvas.pen.rectangle((left, top, left + 5, top + 5), fill=colour)


def _tube(canvas: Canvas, box: tuple[int, int, int, int]) -> None:
    """What a tube does to its picture: letters glow, every fourth line is darker, the edges are dim."""
    screen = canvas.image.crop(box)
    picture = np.asarray(screen, np.float64) + 0.5 * np.asarray(screen.filter(ImageFilter.GaussianBlur(7)), np.float64)
    y, x = np.mgrid[: screen.height, : screen.width]
    far = (2 * x / screen.width - 1) ** 4 + (2 * y / screen.height - 1) ** 4
    picture *= (np.where(y % 4 == 3, 0.72, 1.0) * (1 - 0.16 * far))[..., None]
    canvas.image.paste(Image.fromarray(picture.clip(0, 255).astype(np.uint8)), box[:2])


UNSEEN = (
    Design("club", (1000, 1400), 2, (5, 6), tuple(TABLE), ("name", "score", "total", "clock"), club),
    Design("arcade", (1080, 1280), 1, (6, 8), (*SCORES, *COUNTS), ("clock",), arcade),
)
