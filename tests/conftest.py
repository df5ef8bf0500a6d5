"""What every test may use: a home of its own, small sources for the sample rooms, the data folder where it is there."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image

from hanok.lifecycle.workspace import Workspace

ROOT = Path(__file__).parents[1]

settings.register_profile("house", deadline=None, derandomize=True)  # the same examples each time, however slow
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _no_home_of_mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the home of whoever runs it."""
    monkeypatch.setenv("HANOK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("HANOK_DATABASE", raising=False)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty home with its database open."""
    with Workspace.open(tmp_path / "home") as opened:
        yield opened


@pytest.fixture(scope="session")
def points(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Points on a line, for the room `nearest`."""
    path = tmp_path_factory.mktemp("nearest") / "points.csv"
    path.write_text("x,y\n" + "".join(f"{x},{2 * x}\n" for x in range(60)), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def teasers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Teasers that did well, badly and very badly, for the room `teaser`."""
    path = tmp_path_factory.mktemp("teaser") / "teasers.csv"
    path.write_text("teaser,shown,clicked\nsea,200,60\nhills,200,20\nrain,200,5\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books with and without covers, for the room `shelf`."""
    path = tmp_path_factory.mktemp("shelf") / "books.csv"
    rows = ["a,The Sea,#2f7d6b", "b,Hills & <Valleys>,#b7791f", "c,Rain,", "d,바람,", "e,雪国のこと,#2d4a8a", "f,Dust,"]
    path.write_text("book,title,colour\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures that grow brighter downwards, for the room `sonify`."""
    folder = tmp_path_factory.mktemp("pictures")
    for n in range(6):
        (folder / f"{n}.png").write_bytes(picture(100 + 20 * n))
    return folder


def picture(brightest: int) -> bytes:
    """A PNG of 16 × 16 pixels, from black at the top to `brightest` at the bottom."""
    rows = np.linspace(0, brightest, 16).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(np.repeat(rows[:, None], 16, axis=1)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="session")
def data() -> Path:
    """Real data, where it is there."""
    folder = Path(os.environ.get("HANOK_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("the real data is not here; HANOK_DATA says where it is")
    return folder
