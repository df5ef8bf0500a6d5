"""Four rooms by somebody else (tests/rooms), found by entry point alone, held to the contract."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from hanok.core import registry
from hanok.testing import ContractSuite
from sample_rooms.nearest import Nearest
from sample_rooms.shelf import Shelves
from sample_rooms.sonify import Sonify
from sample_rooms.teaser import Teaser

HERE = Path(__file__).parent


def test_they_are_found_by_entry_point_alone() -> None:
    assert {"nearest", "teaser", "sonify", "shelf"} <= set(registry.names())
    assert registry.find("nearest") is Nearest


def test_the_house_has_no_line_about_them() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (HERE.parent / "src").rglob("*.py"))
    assert not [name for name in ("nearest:", "teaser", "sonify", "sample_rooms", "shelf:") if name in source]


def test_a_stateless_room_takes_at_most_forty_lines() -> None:
    lines = (HERE / "rooms/sample_rooms/nearest.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 40


class TestNearest(ContractSuite):
    system = Nearest
    items = ({"x": 3.2}, {"x": 17})

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _sources(cls, points: Path) -> None:
        cls.sources = {"points": points}


class TestTeaser(ContractSuite):
    system = Teaser
    items = ({"seed": 1}, {"seed": 2, "without": ["sea"]})

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _sources(cls, teasers: Path) -> None:
        cls.sources = {"teasers": teasers}


class TestSonify(ContractSuite):
    system = Sonify
    settings = MappingProxyType({"pitch": 440.5})

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _sources(cls, pictures: Path) -> None:
        cls.sources = {"pictures": pictures}
        cls.items = [{"image": path.read_bytes()} for path in sorted(pictures.iterdir())[:2]]


class TestShelf(ContractSuite):
    system = Shelves
    items = ({"k": 2}, {"like": "a", "read": ["b", "nobody"]})

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _sources(cls, books: Path) -> None:
        cls.sources = {"books": books}
