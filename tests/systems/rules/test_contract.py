from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from hanok.systems.rules import Rules
from hanok.testing import ContractSuite

EXAMPLE = Path(__file__).parents[3] / "examples" / "rules"


class TestRules(ContractSuite):
    system = Rules
    sources: ClassVar[dict[str, Any]] = {s: EXAMPLE / f"{s}.csv" for s in ("competitions", "rules", "catalogue")}
    config: ClassVar[dict[str, Any]] = {"factors": 8}
    items: ClassVar[list[dict[str, Any]]] = [
        {"features": {"game": "바둑", "level": "amateur", "sides": "16"}, "k": 3},
        {"features": {"game": "Futsal", "tags": "mixed | streamed"}, "chosen": ["Free entry"], "k": 12},
        {"features": {}},
    ]
