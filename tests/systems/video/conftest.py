"""A small site: three series of videos that are watched in order, and a crowd that does so."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hanok.core.contract import Fold
from hanok.core.run import Run
from hanok.lifecycle.train import train
from hanok.lifecycle.workspace import Workspace
from hanok.systems.video import Config, Data, Sources, Video

SERIES = {"oil": "엔진오일 교환", "camp": "車中泊の夜", "race": "Track day with the racer"}
PARTS = 8
COUNTED = {"pooling": 0.0, "position_bias": 0.0}  # views and clicks are whole numbers then
SMALL = {"factors": 8, "vector_size": 8, "pool": 12, **COUNTED}
EXAMPLE = Path(__file__).parents[3] / "examples" / "video"


def rows(n_users: int = 90, seed: int = 0) -> list[tuple[str, str, int]]:
    """Views (user, item, time): everybody follows one series for a while and now and then sees something else."""
    rng, found = np.random.default_rng(seed), []
    for user in range(n_users):
        name, at = list(SERIES)[user % len(SERIES)], 1_700_000_000 + int(rng.integers(40 * 86_400))
        first = int(rng.integers(PARTS))
        for step in range(int(rng.integers(2, 6))):
            other = list(SERIES)[int(rng.integers(len(SERIES)))] if rng.random() < 0.1 else name
            found.append((f"u{user}", f"{other}{(first + step) % PARTS}", at + 300 * step))
    return found


def write(
    folder: Path, views: Sequence[Sequence[Any]], items: Sequence[Sequence[Any]], header: str = ""
) -> dict[str, Any]:
    """Both tables as files."""
    folder.mkdir(exist_ok=True)
    named = header or "user,item,time" + ",rating" * (len(views[0]) > 3 if views else 0)
    lines = [named, *(",".join(map(str, row)) for row in views)]
    (folder / "views.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = ["item,title,text,category", *(",".join(map(str, row)) for row in items)]
    (folder / "items.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"views": folder / "views.csv", "items": folder / "items.csv"}


def videos() -> list[tuple[str, str, str, str]]:
    """The catalogue: eight parts of each series, and a video nobody watched."""
    found = [
        (f"{name}{part}", f"{title} {part + 1}", f"part {part + 1} of {name}", name)
        for name, title in SERIES.items()
        for part in range(PARTS)
    ]
    return [*found, ("cold", "엔진오일 교환 bonus", "never watched", "oil")]


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """``bring(views, items, header)`` writes both tables."""
    return lambda *given: write(tmp_path / "tables", *given)


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The two files."""
    return write(tmp_path_factory.mktemp("video"), rows(), videos())


@pytest.fixture(scope="session")
def site(tables: dict[str, Any]) -> Data:
    """The same, read."""
    return Video.read(Sources(**tables))


@pytest.fixture(scope="session")
def fold(site: Data) -> Fold[Data]:
    """Its first protocol."""
    return next(iter(Video.folds(site, Config(), seed=0)))


@pytest.fixture(scope="session")
def fit(fold: Fold[Data]) -> Callable[..., Video]:
    """``fit(**config)`` fits on it."""

    def fitted(**config: Any) -> Video:
        return Video(Config(**{**SMALL, **config})).fit(fold.train, fold.valid, Run(threads=1))

    return fitted


@pytest.fixture(scope="session")
def video(fit: Callable[..., Video]) -> Video:
    """Fitted with defaults, but small."""
    return fit()


@pytest.fixture(scope="session")
def _trained(tables: Mapping[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained") / "home"
    with Workspace.open(folder) as workspace:
        train(workspace, "video", tables, SMALL, Run(threads=1))
    return folder


@pytest.fixture
def home(_trained: Path, tmp_path: Path) -> Path:
    """A home of its own in which version 1 lies."""
    return shutil.copytree(_trained, tmp_path / "video home")
