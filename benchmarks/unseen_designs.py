"""Designs of boards that only `benchmarks.records` draws, so that it judges on what nothing was built on.

These two were judged in its run of 2026-11-26 16:57; until then nothing was built on them, and no board of theirs had
been read. They were looked at since, so that its next run wants new ones. Its earlier runs were on two other pairs,
which are gone from this file: that of 10:26 on `overlay` and `poster`, that of 13:34 on `league` and `standings`.
"""

from __future__ import annotations

from hanok.parts.ocr.boards.canvas import Anchor, Canvas, Colour
from hanok.parts.ocr.boards.designs.design import Column, Design, heads, row
from hanok.parts.ocr.boards.match import Player, Team

WHITE, BLACK, GREY = (255, 255, 255), (26, 29, 38), (104, 111, 124)
PAGE, SLATE, LINE = (234, 237, 242), (52, 58, 72), (222, 226, 232)
CREAM, GOLD, BROWN = (255, 248, 230), (255, 204, 64), (74, 48, 22)
HOME = {
    "name": Column(66, "lm"),
    "kills": Column(380),
    "deaths": Column(465),
    "assists": Column(555),
    "score": Column(690, "rm"),
}
GUESTS = {
    "score": Column(750, "lm"),
    "assists": Column(885),
    "deaths": Column(975),
    "kills": Column(1060),
    "name": Column(1374, "rm"),
}
RANKED = {
    "rank": Column(614),
    "name": Column(730, "lm"),
    "kills": Column(1106),
    "deaths": Column(1212),
    "assists": Column(1318),
    "score": Column(1450),
}


def mirror(canvas: Canvas) -> None:
    """A page about a match of e-sports: guests' columns run against the home team's, scores meet in the middle."""
    style = canvas.style
    canvas.fill(PAGE)
    canvas.fill(BLACK, (0, 0, 1440, 60))
    canvas.write(style.words["title"], (40, 30), 28, WHITE, "title", "title")
    canvas.write(style.words["clock"], (1290, 30), 20, LINE, "label", "label.clock", anchor="rm")
    canvas.write(canvas.match.clock, (1400, 30), 26, WHITE, "number", "clock", anchor="rm")
    canvas.fill(style.hue, (0, 60, 1440, 230))
    canvas.pen.polygon(((760, 60), (1440, 60), (1440, 230), (680, 230)), fill=SLATE)
    canvas.fill(WHITE, (32, 250, 1408, 790), round=10)
    home, guests = canvas.match.teams
    _banner(canvas, home, "teams.0", style.hue, (92, 156, 604))
    _banner(canvas, guests, "teams.1", SLATE, (1348, 1284, 842))
    for columns, team, where, edge, colour in (
        (HOME, home, "teams.0", 44, style.hue),
        (GUESTS, guests, "teams.1", 1390, SLATE),
    ):
        heads(canvas, columns, 282, 20, GREY)
        step = 474 / len(team.players)
        for k, player in enumerate(team.players):
            y = 308 + step * (k + 0.5)
            canvas.rule((44, y - step / 2, 1396, y - step / 2), LINE, 2)
            canvas.fill(colour, (edge, y - 18, edge + 6, y + 18), round=3)
            row(canvas, columns, f"{where}.players.{k}", player, y, 26, BLACK, room=276)
    canvas.rule((720, 270, 720, 782), LINE, 2)


def _banner(canvas: Canvas, team: Team, where: str, ground: Colour, places: tuple[int, int, int]) -> None:
    """What the page says of a whole team beside its crest, in line with the side that the crest is on."""
    style, ink, (crest, edge, score) = canvas.style, _ink(ground), places
    shield = ((-38, -44), (38, -44), (38, 8), (0, 46), (-38, 8))
    canvas.pen.polygon([(crest + x, 145 + y) for x, y in shield], fill=ink)
    canvas.pen.polygon([(crest + 0.55 * x, 145 + 0.55 * y) for x, y in shield], fill=ground)
    home = edge < score
    side: Anchor = "lm" if home else "rm"
    word, total = (edge, edge + 100) if home else (edge - 116, edge)
    canvas.write(team.name, (edge, 122), 40, ink, "team", f"{where}.name", anchor=side, room=320)
    canvas.write(style.words["total"], (word, 184), 24, ink, "label", "label.total", anchor=side, room=88)
    canvas.write(style.figure(team.total), (total, 184), 28, ink, "number", f"{where}.total", anchor=side)
    canvas.write(str(team.score), (score, 145), 88, ink, "number", f"{where}.score", anchor="mm")


def champion(canvas: Canvas) -> None:
    """The end of a game on a phone held across: the winner on a large card, the others ranked beside it, and time."""
    style = canvas.style
    canvas.fill(style.hue)
    for ray in range(-1600, 2400, 200):
        canvas.pen.polygon(((290, 380), (ray, -400), (ray + 100, -400)), fill=style.shade(1.15))
        canvas.pen.polygon(((290, 380), (ray, 1160), (ray + 100, 1160)), fill=style.shade(1.15))
    first, *others = canvas.match.teams[0].players
    _card(canvas, first)
    canvas.fill(style.shade(0.3), (1236, 20, 1520, 76), round=28)
    canvas.write(style.words["clock"], (1264, 48), 24, CREAM, "label", "label.clock", room=130)
    canvas.write(canvas.match.clock, (1494, 48), 30, CREAM, "number", "clock", anchor="rm")
    canvas.fill(style.shade(0.3), (572, 92, 1520, 136), round=22)
    canvas.write(style.words["name"], (RANKED["name"].x, 114), 23, CREAM, "head", "head.name", room=320)
    heads(canvas, {name: column for name, column in RANKED.items() if name != "name"}, 114, 23, CREAM)
    step = 560 / len(others)
    rest = {name: column for name, column in RANKED.items() if name != "score"}
    for k, player in enumerate(others, 1):
        y, where = 144 + step * (k - 0.5), f"teams.0.players.{k}"
        canvas.fill(style.shade(0.45), (572, y - step / 2 + 4, 1520, y + step / 2 - 4), round=18)
        _face(canvas, (684, y), 25, style.shade(1.5))
        row(canvas, rest, where, player, y, 30, WHITE, room=320)
        canvas.fill(GOLD, (1390, y - 23, 1510, y + 23), round=23)
        row(canvas, {"score": RANKED["score"]}, where, player, y, 30, BROWN)


def _card(canvas: Canvas, first: Player) -> None:
    """The winner, below the title."""
    style, where = canvas.style, "teams.0.players.0"
    canvas.fill(CREAM, (50, 70, 530, 700), round=28)
    canvas.fill(style.shade(0.3), (34, 28, 546, 112), round=14)
    canvas.write(style.words["title"], (290, 70), 44, WHITE, "title", "title", anchor="mm", room=480)
    _face(canvas, (290, 218), 78, style.shade(1.5))
    canvas.fill(GOLD, (186, 236, 246, 296), round=30)
    canvas.write(str(first.rank), (216, 266), 38, BROWN, "number", f"{where}.rank", anchor="mm")
    canvas.write(first.name, (290, 342), 38, BROWN, "name", f"{where}.name", anchor="mm", room=430)
    canvas.fill(GOLD, (90, 384, 490, 500), round=20)
    canvas.write(style.words["score"], (290, 406), 22, BROWN, "label", "label.score", anchor="mm")
    canvas.write(style.figure(first.score), (290, 456), 64, BROWN, "number", f"{where}.score", anchor="mm")
    for x, name in ((140, "kills"), (290, "deaths"), (440, "assists")):
        canvas.write(str(getattr(first, name)), (x, 572), 48, BROWN, "number", f"{where}.{name}", anchor="mm")
        canvas.write(style.words[name], (x, 634), 24, BROWN, "label", f"label.{name}", anchor="mm", room=130)


def _face(canvas: Canvas, middle: tuple[float, float], size: float, colour: Colour) -> None:
    """A player without a picture: head and shoulders in a disc."""
    x, y = middle
    canvas.pen.ellipse((x - size, y - size, x + size, y + size), fill=colour)
    canvas.pen.ellipse((x - 0.36 * size, y - 0.6 * size, x + 0.36 * size, y + 0.12 * size), fill=WHITE)
    canvas.pen.chord((x - 0.64 * size, y + 0.22 * size, x + 0.64 * size, y + 1.3 * size), 180, 360, fill=WHITE)


def _ink(ground: Colour) -> Colour:
    """Black or white, whichever is plainer to see on a colour."""
    red, green, blue = ((channel / 255) ** 2.2 for channel in ground)
    return BLACK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.22 else WHITE


UNSEEN = (
    Design("mirror", (1440, 810), 2, (5, 6), tuple(HOME), ("name", "score", "total", "clock"), mirror),
    Design("champion", (1560, 720), 1, (7, 9), tuple(RANKED), ("clock",), champion),
)
