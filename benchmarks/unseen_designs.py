"""Designs of boards that only `benchmarks.records` draws, so that it judges on what nothing was built on."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from hanok.parts.ocr.boards.canvas import Canvas, Colour
from hanok.parts.ocr.boards.designs.design import Column, Design, row
from hanok.parts.ocr.boards.match import Team

WHITE, CREAM, INK, RED = (252, 252, 252), (255, 246, 214), (24, 22, 34), (206, 44, 52)
MAPLE, DUSK, STEEL, YELLOW = (214, 164, 98), (46, 30, 82), (150, 156, 170), (255, 214, 64)
BALLS = ((38, 96, 200), (220, 64, 120), (40, 150, 96), (236, 130, 36), (120, 70, 190))
FRAMES = {"kills": (446, 566), "deaths": (578, 698), "assists": (710, 830), "score": (842, 1022)}
"""A box of a bowling row for each value: its left and right edge."""
ASPHALT, KERB, SILVER, BRONZE = (60, 62, 68), (216, 40, 44), (198, 204, 212), (206, 140, 84)
GRID = {"kills": Column(1112), "deaths": Column(1222), "assists": Column(1332), "score": Column(1538, "rm")}

Box = tuple[float, float, float, float]


def bowling(canvas: Canvas) -> None:
    """The monitor above a pair of bowling lanes: a lane for each team, a strip of boxes for each player."""
    style = canvas.style
    _alley(canvas)
    canvas.fill(RED, (0, 0, 1280, 74))
    canvas.fill(YELLOW, (0, 74, 1280, 82))
    canvas.write(style.words["title"], (640, 38), 44, WHITE, "title", "title", anchor="mm", room=640)
    for k in range(4):
        _pin(canvas, 60 + 46 * k, 8)
        _pin(canvas, 1082 + 46 * k, 8)
    for side, team in enumerate(canvas.match.teams):
        _lane(canvas, team, f"teams.{side}", 98 + 432 * side, style.shade(0.55) if side else RED)


def _lane(canvas: Canvas, team: Team, where: str, top: float, colour: Colour) -> None:
    """A team: its tab and the names of the boxes, its players, and its sums at the right."""
    style = canvas.style
    canvas.fill(colour, (24, top, 434, top + 64), round=14)
    canvas.fill(colour, (24, top + 40, 434, top + 64))
    canvas.write(team.name, (48, top + 32), 36, WHITE, "team", f"{where}.name", room=360)
    for name, (left, right) in FRAMES.items():
        canvas.fill(INK, (left, top + 16, right, top + 58), round=8)
        word, spot = style.words[name], ((left + right) / 2, top + 37)
        canvas.write(word, spot, 24, YELLOW, "head", f"head.{name}", anchor="mm", room=right - left - 14)
    step = 344 / len(team.players)
    for k, player in enumerate(team.players):
        up, down = top + 64 + step * k, top + 58 + step * (k + 1)
        middle, here = (up + down) / 2, f"{where}.players.{k}"
        canvas.fill(CREAM if k % 2 else WHITE, (24, up, 434, down))
        _ball(canvas, 62, middle, BALLS[(k + 2 * int(where[-1])) % len(BALLS)])
        row(canvas, {"name": Column(98, "lm")}, here, player, middle, 30, INK, room=326)
        for name, (left, right) in FRAMES.items():
            canvas.fill(STEEL, (left + 3, up + 3, right + 3, down + 3))
            canvas.fill(YELLOW if name == "score" else CREAM if k % 2 else WHITE, (left, up, right, down))
            place = {name: Column((left + right) / 2)}
            row(canvas, place, here, player, middle, 42 if name == "score" else 34, INK)
    canvas.fill(colour, (1040, top + 16, 1256, top + 402), round=18)
    canvas.fill(INK, (1050, top + 26, 1246, top + 250), round=12)
    canvas.write(str(team.score), (1148, top + 140), 116, YELLOW, "number", f"{where}.score", anchor="mm", room=176)
    canvas.write(style.words["total"], (1148, top + 284), 28, CREAM, "label", "label.total", anchor="mm", room=180)
    canvas.fill(CREAM, (1050, top + 312, 1246, top + 392), round=12)
    total, spot = style.figure(team.total), (1148, top + 352)
    canvas.write(total, spot, 46, INK, "number", f"{where}.total", anchor="mm", room=176)


def _alley(canvas: Canvas) -> None:
    """An evening hall whose lanes of maple run to their end."""
    y, x = np.mgrid[: canvas.height, : canvas.width].astype(np.float64)
    picture = np.interp(y, (0, 520), (0.7, 1.9))[..., None] * np.array(DUSK)
    near = np.clip((y - 470) / 490, 0, 1)
    across = (x - canvas.width / 2) / (0.35 + near)
    board = canvas.rng.uniform(0.82, 1.06, 120)[((across + 2400) // 40).astype(int) % 120]
    wood = (0.35 + 0.55 * near)[..., None] * board[..., None] * np.array(MAPLE)
    gutter = (np.abs(across) % 330 < 44)[..., None]
    picture = np.where(y[..., None] < 470, picture, np.where(gutter, 0.4 * np.array(DUSK), wood))
    canvas.image.paste(Image.fromarray(picture.clip(0, 255).astype(np.uint8)))


def _pin(canvas: Canvas, x: float, top: float) -> None:
    """A bowling pin with its red collar."""
    canvas.pen.ellipse((x - 8, top, x + 8, top + 18), fill=WHITE)
    canvas.pen.polygon(((x - 5, top + 12), (x + 5, top + 12), (x + 10, top + 34), (x - 10, top + 34)), fill=WHITE)
    canvas.pen.ellipse((x - 13, top + 22, x + 13, top + 58), fill=WHITE)
    canvas.fill(INK, (x - 6, top + 17, x + 6, top + 20))


def _ball(canvas: Canvas, x: float, y: float, colour: Colour) -> None:
    """A ball with its three holes, lit from above."""
    canvas.pen.ellipse((x - 24, y - 24, x + 24, y + 24), fill=colour)
    light: Colour = (min(255, colour[0] + 60), min(255, colour[1] + 60), min(255, colour[2] + 60))
    canvas.pen.ellipse((x - 17, y - 20, x + 3, y - 4), fill=light)
    for right, down in ((6, -8), (14, -2), (5, 3)):
        canvas.pen.ellipse((x + right - 3, y + down - 3, x + right + 3, y + down + 3), fill=INK)


def grandprix(canvas: Canvas) -> None:
    """A racing game after the finish: a flag and the time at the left, slanted strips in the order of arrival."""
    style, players = canvas.style, canvas.match.teams[0].players
    _track(canvas)
    canvas.pen.polygon(((0, 0), (520, 0), (330, 900), (0, 900)), fill=style.shade(0.35))
    canvas.pen.polygon(((520, 0), (544, 0), (354, 900), (330, 900)), fill=YELLOW)
    _flag(canvas, (40, 60, 380, 300))
    canvas.write(style.words["title"], (36, 420), 62, WHITE, "title", "title", room=368)
    canvas.fill(YELLOW, (36, 480, 156, 488))
    canvas.fill(INK, (36, 560, 340, 730), round=10)
    canvas.write(style.words["clock"], (60, 600), 28, SILVER, "label", "label.clock", room=250)
    canvas.write(canvas.match.clock, (60, 672), 72, WHITE, "number", "clock", room=256)
    for name, column in GRID.items():
        word = style.words[name]
        canvas.write(word, (column.x, 62), 25, WHITE, "head", f"head.{name}", anchor=column.anchor, room=98)
    canvas.write(style.words["rank"], (608, 62), 25, WHITE, "head", "head.rank", anchor="mm", room=80)
    canvas.write(style.words["name"], (740, 62), 25, WHITE, "head", "head.name", room=200)
    step = 786 / len(players)
    for k, player in enumerate(players):
        up, down = 92 + step * k, 82 + step * (k + 1)
        middle, where = (up + down) / 2, f"teams.0.players.{k}"
        best = k < 3
        medal = (YELLOW, SILVER, BRONZE)[k] if best else style.shade(0.9)
        _strip(canvas, (566, up, 1580, down), (34, 36, 46) if k else style.shade(0.6))
        _strip(canvas, (566, up, 660, down), medal)
        row(canvas, {"rank": Column(612)}, where, player, middle, 44, INK if best else WHITE)
        _car(canvas, 698, middle, BALLS[int(canvas.rng.integers(len(BALLS)))])
        row(canvas, {"name": Column(740, "lm")}, where, player, middle, 32, WHITE, room=310)
        values = {name: GRID[name] for name in ("kills", "deaths", "assists")}
        row(canvas, values, where, player, middle, 32, SILVER)
        row(canvas, {"score": GRID["score"]}, where, player, middle, 40, YELLOW)


def _strip(canvas: Canvas, box: Box, colour: Colour) -> None:
    """A bar whose ends lean forward."""
    left, up, right, down = box
    lean = 9
    canvas.pen.polygon(((left + lean, up), (right + lean, up), (right - lean, down), (left - lean, down)), fill=colour)


def _car(canvas: Canvas, x: float, y: float, colour: Colour) -> None:
    """A racing car from above, driving to the right."""
    for right in (-18, 8):
        for down in (-17, 11):
            canvas.fill(INK, (x + right, y + down, x + right + 12, y + down + 6), round=2)
    canvas.pen.polygon(((x - 24, y - 9), (x + 6, y - 9), (x + 27, y), (x + 6, y + 9), (x - 24, y + 9)), fill=colour)
    canvas.fill(WHITE, (x - 27, y - 13, x - 21, y + 13))
    canvas.pen.ellipse((x - 10, y - 5, x + 2, y + 5), fill=WHITE)


def _flag(canvas: Canvas, box: Box) -> None:
    """A chequered flag in the wind."""
    left, top, right, bottom = box
    wide, high = (right - left) / 8, (bottom - top - 40) / 5
    for k in range(8):
        for line in range(5):
            up = [top + 16 + high * line + 16 * np.sin(0.8 * (k + end)) for end in (0, 1)]
            x = left + wide * k
            corners = ((x, up[0]), (x + wide, up[1]), (x + wide, up[1] + high), (x, up[0] + high))
            canvas.pen.polygon(corners, fill=INK if (k + line) % 2 else WHITE)
    canvas.rule((left, top - 6, left, bottom + 40), STEEL, 9)


def _track(canvas: Canvas) -> None:
    """A circuit that rushes by: sky, stands, a kerb and asphalt, smeared along the way."""
    y, x = np.mgrid[: canvas.height, : canvas.width]
    picture = np.interp(y, (0, 320), (0.85, 0.6))[..., None] * np.array(canvas.style.hue)
    stands = canvas.rng.uniform(30, 190, (17, 160, 3)).repeat(15, 0).repeat(10, 1)
    picture[260:515] = 0.7 * stands
    kerb = np.where((x // 90 % 2 == 0)[..., None], np.array(KERB), np.array(WHITE))
    picture[515:565] = 0.8 * kerb[515:565]
    rough = canvas.rng.uniform(0.8, 1.15, (canvas.height, 20, 1)).repeat(80, 1)
    picture[565:] = (rough * np.array(ASPHALT))[565:]
    image = Image.fromarray(picture.clip(0, 255).astype(np.uint8))
    canvas.image.paste(image.resize((80, 450)).resize(image.size).filter(ImageFilter.GaussianBlur(4)))


UNSEEN = (
    Design("bowling", (1280, 960), 2, (3, 4), ("name", *FRAMES), ("name", "score", "total"), bowling),
    Design("grandprix", (1600, 900), 1, (7, 9), ("rank", "name", *GRID), ("clock",), grandprix),
)
