"""Small boards drawn for tests, with where everything stands, and photographs of them."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hanok.parts.ocr.board import warped
from hanok.parts.ocr.geometry import Box, Homography, Quad, homography

NAMES = ("Red_Wolf", "NeoComet", "GhostSniper", "Solar_Raven20", "LuckyFox", "ZeroPanda63", "BlueBear", "MadShark")
HEADS = ("Player", "Kills", "Deaths", "Assists", "Score")


class Drawn(NamedTuple):
    """A board and the boxes of what is written on it."""

    pixels: np.ndarray
    cells: dict[str, Box]
    texts: dict[str, str]


def board(
    seed: int = 0,
    *,
    players: int = 5,
    light: bool = False,
    heads: tuple[str, ...] = HEADS,
    columns: tuple[int, ...] = (60, 330, 450, 570, 720),
    title: str = "MATCH RESULT",
    stripes: bool = True,
    size: tuple[int, int] = (840, 480),
) -> Drawn:
    """A board of one table; names and numbers by the seed."""
    random = np.random.default_rng(seed)
    ground, stripe, text = (
        ((245, 245, 240), (225, 228, 235), (20, 20, 30)) if light else ((12, 20, 48), (30, 40, 70), (240, 240, 240))
    )
    image = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(image)
    cells, texts, names = {}, {}, [str(name) for name in random.permutation(NAMES)]

    def write(name: str, x: int, y: int, content: str, points: int, colour: tuple[int, int, int] = text) -> None:
        font = ImageFont.load_default(points)
        draw.text((x, y), content, font=font, fill=colour, anchor="lm")
        cells[name] = Box(*(int(v) for v in draw.textbbox((x, y), content, font=font, anchor="lm")))
        texts[name] = content

    write("title", 300, 40, title, 30)
    pitch = (size[1] - 120) // (players + 1)
    for column, head in zip(columns, heads, strict=True):
        write(f"head.{head}", column, 100, head, 15)
    for row in range(players):
        y = 100 + (row + 1) * pitch
        if stripes and row % 2 == 0:
            draw.rectangle((30, y - pitch // 2, size[0] - 30, y + pitch // 2), fill=stripe)
        write(f"{row}.name", columns[0], y, names[row], 20)
        for column, head in zip(columns[1:], heads[1:], strict=True):
            number = int(random.integers(1000, 4000)) if head == heads[-1] else int(random.integers(20, 100))
            write(
                f"{row}.{head}", column, y, str(number), 20, (255, 90, 60) if head == heads[-1] and not light else text
            )
    return Drawn(np.asarray(image), cells, texts)


def corners(drawn: Drawn) -> Quad:
    """Of the whole board."""
    return Box(0, 0, drawn.pixels.shape[1], drawn.pixels.shape[0]).quad()


def photograph(
    drawn: Drawn, quad: Quad, width: int = 1000, height: int = 640, *, seed: int = 0, blur: float = 0.8
) -> tuple[np.ndarray, Homography]:
    """The board in a quadrilateral of a picture, on a backdrop with a gradient and noise, and how it came there."""
    random = np.random.default_rng(seed)
    to_picture = homography(corners(drawn), quad)
    backdrop = np.linspace(95, 150, width)[None, :, None] + np.array([20.0, 0, -20])
    seen = warped(drawn.pixels, to_picture, width, height)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(mask, np.rint(quad.corners).astype(np.int32), 1)
    picture = np.where(mask[..., None] > 0, seen, np.broadcast_to(backdrop, seen.shape))
    noisy = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), blur) + random.normal(0, 4, picture.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8), to_picture
