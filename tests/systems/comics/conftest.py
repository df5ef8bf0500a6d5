"""A small world of comics: three genres with words and colours of their own, readers who stay with one."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hanok.core.contract import Fold
from hanok.core.run import Run
from hanok.systems.comics import Comics, Config, Data, Sources

WORLDS = {
    "海": ("船長は嵐の海で宝の島を探す。", "人魚が船を救い、海賊は港へ帰る。", "漁師の少年が島の灯台で船を待つ。"),
    "剣": ("剣士は城で王の仇を斬る。", "浪人が刀を抜き、城の姫を守る。", "道場の剣士が王の刀を盗まれる。"),
    "星": ("飛行士は宇宙で惑星の電波を聴く。", "ロボットが火星の基地を修理する。", "宇宙船が惑星の軌道で電波を失う。"),
}
COLOURS = {"海": (20, 60, 200), "剣": (200, 30, 30), "星": (30, 160, 60)}
COMICS, READERS = 60, 120


def catalogue() -> list[dict[str, str]]:
    """Comics, the genres taking turns."""
    return [
        {
            "item": f"c{n}",
            "title": f"{genre}の物語{n}",
            "synopsis": "".join(WORLDS[genre][: 1 + n % 3]),
            "genre": genre,
            "author": f"作者{n % 5}",
            "cover": f"c{n}.png",
        }
        for n, genre in ((n, "海剣星"[n % 3]) for n in range(COMICS))
    ]


def reads(seed: int = 0) -> list[dict[str, str]]:
    """Readers who read comics of one genre, and now and then another."""
    rng = np.random.default_rng(seed)
    found = []
    for reader in range(READERS):
        liked = np.arange(COMICS)[np.arange(COMICS) % 3 == reader % 3]
        chosen = [*rng.choice(liked, 8, replace=False), rng.integers(COMICS)]
        for day, n in enumerate(dict.fromkeys(int(c) for c in chosen)):
            found.append({"user": f"r{reader}", "item": f"c{n}", "time": f"2025-03-{1 + day:02} 10:00:00"})
    return found


def write(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def draw(folder: Path) -> Path:
    """A cover for each comic: its genre's colour, a spot somewhere."""
    folder.mkdir()
    rng = np.random.default_rng(1)
    for comic in catalogue():
        image = np.full((60, 44, 3), COLOURS[comic["genre"]], np.uint8)
        y, x = rng.integers(0, 30, 2)
        image[y : y + 12, x : x + 12] = 255
        Image.fromarray(image).save(folder / comic["cover"])
    return folder


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The three sources."""
    folder = tmp_path_factory.mktemp("comics")
    return {
        "reads": write(folder / "reads.csv", reads()),
        "items": write(folder / "items.csv", catalogue()),
        "covers": draw(folder / "covers"),
    }


def fold_of(sources: Mapping[str, Any], seed: int = 0) -> Fold[Data]:
    data = Comics.read(Sources.model_validate(dict(sources)))
    return next(iter(Comics.folds(data, Config(), seed=seed)))


@pytest.fixture(scope="session")
def fold(world: dict[str, Path]) -> Fold[Data]:
    """The first protocol of the small world."""
    return fold_of(world)


Fit = Callable[..., Comics]


@pytest.fixture(scope="session")
def fit() -> Fit:
    """``fit(sources, **config)`` fits on the first fold; quickly, unless told otherwise."""

    def fitted(sources: Mapping[str, Any], **config: object) -> Comics:
        quick = {"factors": 8, "alpha0": 0.3, "regularization": 0.03, "iterations": 5, "epochs": 10}
        fold = fold_of(sources)
        return Comics(Config.model_validate(quick | config)).fit(fold.train, fold.valid, Run(threads=1))

    return fitted


@pytest.fixture(scope="session")
def comics(world: dict[str, Path], fit: Fit) -> Comics:
    """Fitted on all three sources, all rankers having a say."""
    return fit(world, fusion="wrf", weight_cf=0.5, weight_text=0.3, weight_image=0.2)
