from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from hanok.systems.network import Network
from hanok.testing import ContractSuite

EXAMPLE = Path(__file__).parents[3] / "examples" / "network"


class TestNetwork(ContractSuite):
    system = Network
    sources: ClassVar[dict[str, Any]] = {s: EXAMPLE / f"{s}.csv" for s in ("edges", "responses", "features")}
    config: ClassVar[dict[str, Any]] = {"vector_size": 8, "epochs": 1, "num_walks": 5, "walk_length": 10, "choices": 2}
    items: ClassVar[list[dict[str, Any]]] = [
        {"node": "Sage", "k": 3},
        {"node": "Aphid", "k": 30},
        {"features": {"group": "mint family", "sugar": 9}, "edges": [{"node": "menthane-ol"}], "k": 5},
        {"node": "loam"},
    ]
