"""A phone's list: a card for each player, upright; kills, deaths and assists share a text."""

from __future__ import annotations

from hanok.parts.ocr.boards.canvas import Canvas
from hanok.parts.ocr.boards.designs.design import Design, shown

BLACK, GREY = (28, 30, 36), (120, 124, 132)


def draw(canvas: Canvas) -> None:
    """Rank left, name above kills, deaths and assists, score right."""
    style = canvas.style
    canvas.fill(style.shade(1.8))
    canvas.fill(style.hue, (0, 0, canvas.width, 110))
    canvas.write(style.words["title"], (360, 58), 38, (255, 255, 255), "title", "title", anchor="mm")
    players = canvas.match.teams[0].players
    step = min(140.0, 1100 / len(players))
    for k, player in enumerate(players):
        top, where = 130 + step * k, f"teams.0.players.{k}"
        middle = top + step / 2 - 6
        canvas.fill((255, 255, 255), (24, top, 696, top + step - 14), round=16)
        canvas.write(str(player.rank), (70, middle), 38, style.shade(0.8), "number", f"{where}.rank", anchor="mm")
        canvas.write(player.name, (130, middle - 20), 28, BLACK, "name", f"{where}.name", room=330)
        word = style.words["kda"]
        canvas.write(word, (130, middle + 22), 18, GREY, "label", "label.kda", room=130)
        canvas.write(shown(canvas, player, "kda"), (270, middle + 22), 22, GREY, "number", f"{where}.kda")
        score = shown(canvas, player, "score")
        canvas.write(score, (664, middle), 34, BLACK, "number", f"{where}.score", anchor="rm")


CARDS = Design("cards", (720, 1280), 1, (6, 9), ("rank", "name", "kills", "deaths", "assists", "score"), (), draw)
