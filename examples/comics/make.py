"""Draws the comics example: invented comics, covers and readers. Run it as ``python examples/comics/make.py``.

Nothing in it is real. A comic has a genre and a theme, which its synopsis tells; a style, which only its cover shows;
and a crowd of readers, which shows nowhere but in what is read. Readers have favourites of each kind and follow what
is popular, so that no single ranker sees everything.
"""

from __future__ import annotations

import colorsys
import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

HERE = Path(__file__).parent
COMICS, READERS, CROWDS, STYLES = 120, 400, 6, 6
WIDTH, HEIGHT = 120, 168
TITLES = (
    "{a}と{b}",
    "{a}の{b}",
    "さよなら、{a}",
    "{name}と{a}",
    "{a}はまだ眠らない",
    "{a}をさがして",
    "九番目の{a}",
    "{a}日和",
)
UNDRAWN, UNTOLD = 3, 2
"""Comics without a cover, and without a synopsis: data of people is never whole."""


def invented(rng: np.random.Generator, words: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Comics with the traits their readers care about."""
    titles: set[str] = set()
    order = rng.permutation(np.arange(COMICS))
    for number in range(COMICS):
        genre = words["genres"][number % len(words["genres"])]
        theme = words["themes"][int(rng.integers(len(words["themes"])))]
        name = str(rng.choice(words["names"]))
        open_, place, hero = (str(rng.choice(genre[part])) for part in ("opens", "places", "heroes"))
        turns = [str(turn) for turn in rng.choice(genre["turns"], 2, replace=False)]
        lines = [open_, *turns[: int(rng.integers(1, 3))], str(rng.choice(theme["lines"]))]
        while (title := titled(rng, genre["nouns"], name)) in titles:
            pass
        titles.add(title)
        yield {
            "item": f"c{number + 1:03}",
            "title": title,
            "synopsis": "" if order[number] < UNTOLD else "".join(lines).format(name=name, place=place, hero=hero),
            "genre": genre["name"],
            "author": str(rng.choice(words["authors"])),
            "cover": "" if order[number] >= COMICS - UNDRAWN else f"c{number + 1:03}.webp",
            "traits": (number % len(words["genres"]), words["themes"].index(theme), int(rng.integers(STYLES))),
            "crowd": int(rng.integers(CROWDS)),
            "hue": genre["hue"],
        }


def titled(rng: np.random.Generator, nouns: list[str], name: str) -> str:
    """A title of the genre's words."""
    a, b = (str(noun) for noun in rng.choice(nouns, 2, replace=False))
    return str(rng.choice(TITLES)).format(a=a, b=b, name=name)


def read(rng: np.random.Generator, comics: list[dict[str, Any]]) -> Iterator[tuple[str, str, datetime]]:
    """Who read what, and when."""
    fame = rng.normal(0, 0.5, len(comics))
    fame[rng.choice(len(comics), 15, replace=False)] -= 2.5  # new titles that hardly anybody has found
    traits = np.array([comic["traits"] for comic in comics])
    crowds = np.array([comic["crowd"] for comic in comics])
    start = datetime(2025, 1, 1, tzinfo=UTC)
    for reader in range(READERS):
        genres, themes = rng.choice(10, 2, replace=False), rng.choice(7, 2, replace=False)
        taste = fame + 2.0 * np.isin(traits[:, 0], genres) + 1.6 * np.isin(traits[:, 1], themes)
        taste = taste + 1.7 * (traits[:, 2] == rng.integers(STYLES)) + 1.7 * (crowds == rng.integers(CROWDS))
        n = int(np.clip(rng.lognormal(2.6, 0.45), 4, 40))
        chosen = np.argsort(-(taste + rng.gumbel(size=len(comics))))[:n]  # n draws in proportion to exp(taste)
        days = np.sort(rng.uniform(0, 330, n))
        for item, day in zip(rng.permutation(chosen), days, strict=True):
            at = start + timedelta(days=float(day))
            yield f"reader-{reader + 1:03}", comics[item]["item"], at.replace(microsecond=0, tzinfo=None)


def drawn(rng: np.random.Generator, hue: float, style: int) -> Image.Image:
    """A cover: its colours lean to the genre, its pattern is the style."""
    light, rich = (0.82, 0.35) if style % 2 else (0.3, 0.75)
    hue += float(rng.normal(0, 18))
    back, front, spot = (
        tuple(int(255 * c) for c in colorsys.hls_to_rgb((hue + turn) % 360 / 360, lightness, saturation))
        for turn, lightness, saturation in ((0, light, rich), (25, 1 - light, rich), (180, 0.55, 0.8))
    )
    image = Image.new("RGB", (WIDTH, HEIGHT), back)
    draw = ImageDraw.Draw(image)
    step, shift = int(rng.integers(12, 20)), int(rng.integers(12))
    if style == 0:
        for x in range(shift, WIDTH, step):
            for y in range(shift, HEIGHT, step):
                draw.ellipse((x, y, x + step * 0.5, y + step * 0.5), fill=front)
    elif style == 1:
        for x in range(-HEIGHT + shift, WIDTH, step):
            draw.line((x, 0, x + HEIGHT, HEIGHT), fill=front, width=step // 3)
    elif style == 2:
        for y in range(shift, HEIGHT, 2 * step):
            for x in range(0, WIDTH, 2 * step):
                draw.polygon([(x, y + step), (x + step / 2, y), (x + step, y + step)], fill=front)
    elif style == 3:
        for y in range(shift, HEIGHT, step):
            curve = [(x, y + 5 * np.sin(x / 9)) for x in range(0, WIDTH + 4, 4)]
            draw.line(curve, fill=front, width=3)
    elif style == 4:
        for angle in np.linspace(0, 2 * np.pi, 28, endpoint=False):
            far = (WIDTH / 2 + 200 * np.cos(angle), HEIGHT / 2 + 200 * np.sin(angle))
            draw.line((WIDTH / 2, HEIGHT / 2, *far), fill=front, width=3)
    else:
        for x in range(shift, WIDTH, step):
            draw.line((x, 0, x, HEIGHT), fill=front, width=1)
        for y in range(shift, HEIGHT, step):
            draw.line((0, y, WIDTH, y), fill=front, width=1)
    left, top, r = rng.uniform(35, 85), rng.uniform(60, 120), rng.uniform(18, 30)  # somebody, seen from afar
    draw.ellipse((left - r * 0.55, top - r * 1.5, left + r * 0.55, top - r * 0.4), fill=spot)
    draw.pieslice((left - r, top - r * 0.4, left + r, top + r * 2.6), 180, 360, fill=spot)
    draw.rectangle((8, 8, WIDTH - 8, 30), fill=front)  # where a title would stand
    return image


def main(folder: Path = HERE, seed: int = 7) -> None:
    """Write reads.csv, items.csv and covers/."""
    rng = np.random.default_rng(seed)
    words = json.loads((HERE / "phrases.json").read_text(encoding="utf-8"))
    comics = list(invented(rng, words))
    reads = sorted(read(rng, comics), key=lambda row: row[2])
    (folder / "covers").mkdir(parents=True, exist_ok=True)
    for comic in comics:
        image = drawn(rng, comic["hue"], comic["traits"][2])
        if comic["cover"]:
            image.save(folder / "covers" / comic["cover"], quality=70, method=6)
    with (folder / "items.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(
            file, ["item", "title", "synopsis", "genre", "author", "cover"], extrasaction="ignore", lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(comics)
    with (folder / "reads.csv").open("w", encoding="utf-8", newline="") as file:
        plain = csv.writer(file, lineterminator="\n")
        plain.writerow(["user", "item", "time"])
        plain.writerows((user, item, at.isoformat(sep=" ")) for user, item, at in reads)


if __name__ == "__main__":
    main()
