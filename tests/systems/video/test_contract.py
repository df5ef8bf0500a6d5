"""The house's rules, on the small site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from hanok.systems.video import Video
from hanok.testing import ContractSuite


class TestVideo(ContractSuite):
    system = Video
    config: ClassVar[Mapping[str, Any]] = {"factors": 8, "vector_size": 8, "pool": 12}
    items = (
        {"source": "oil0"},
        {"source": "camp3", "k": 24, "explore": False},
        {"history": ["race1", "race2"], "k": 3},
        {"user": "u1", "items": ["oil1", "oil2", "cold"]},
        {},
        {"source": "oil0", "seed": 7, "user": "nobody", "history": ["camp1"]},
    )

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _sources(cls, tables: Mapping[str, Any]) -> None:
        cls.sources = tables
