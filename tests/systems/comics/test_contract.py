"""The house's rules, on the example that `hanok up` trains."""

from pathlib import Path
from typing import Any, ClassVar

from hanok.systems.comics import Comics
from hanok.testing import ContractSuite

EXAMPLE = Path(__file__).parents[3] / "examples" / "comics"


class TestComics(ContractSuite):
    system = Comics
    sources: ClassVar[dict[str, Any]] = {
        "reads": EXAMPLE / "reads.csv",
        "items": EXAMPLE / "items.csv",
        "covers": EXAMPLE / "covers",
    }
    config: ClassVar[dict[str, Any]] = {
        "factors": 16,
        "alpha0": 1,
        "regularization": 0.03,
        "epochs": 5,
        "fusion": "wrf",
    }
    items = (
        {"user": "reader-001"},
        {"item": "c004", "k": 100},
        {"history": ["c002", "c009"], "items": ["c001", "c010", "c011"]},
        {},
    )
