from __future__ import annotations

from pathlib import Path

import pytest

from hanok.core.contract import Fold
from hanok.core.run import Run
from hanok.systems.network import Config, Data, Network, Sources

EXAMPLE = Path(__file__).parents[3] / "examples" / "network"
SOURCES = {slot: EXAMPLE / f"{slot}.csv" for slot in ("edges", "responses", "features")}
SMALL = Config(vector_size=16, epochs=2, num_walks=10, walk_length=20, choices=2)


@pytest.fixture(scope="session")
def example() -> Data:
    return Network.read(Sources.model_validate(SOURCES))


@pytest.fixture(scope="session")
def folds(example: Data) -> dict[str, Fold[Data]]:
    return {fold.name: fold for fold in Network.folds(example, SMALL, seed=0)}


@pytest.fixture(scope="session")
def cold(folds: dict[str, Fold[Data]]) -> Network:
    fold = folds["cold nodes"]
    return Network(SMALL).fit(fold.train, fold.valid, Run(threads=1))


@pytest.fixture(scope="session")
def masked(folds: dict[str, Fold[Data]]) -> Network:
    fold = folds["masked pairs"]
    return Network(SMALL).fit(fold.train, fold.valid, Run(threads=1))
