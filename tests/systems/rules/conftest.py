from __future__ import annotations

from pathlib import Path

import pytest

from hanok.core.contract import Fold
from hanok.core.run import Run
from hanok.systems.rules import Config, Data, Rules, Sources

EXAMPLE = Path(__file__).parents[3] / "examples" / "rules"
SOURCES = {slot: EXAMPLE / f"{slot}.csv" for slot in ("competitions", "rules", "catalogue")}


@pytest.fixture(scope="session")
def example() -> Data:
    return Rules.read(Sources.model_validate(SOURCES))


@pytest.fixture(scope="session")
def fold(example: Data) -> Fold[Data]:
    return next(iter(Rules.folds(example, Config(), seed=0)))


@pytest.fixture(scope="session")
def rules(fold: Fold[Data]) -> Rules:
    return Rules(Config(factors=16)).fit(fold.train, fold.valid, Run(threads=1))


@pytest.fixture(scope="session")
def optimized(rules: Rules, fold: Fold[Data]) -> Rules:
    pytest.importorskip("onnx")
    return rules.optimize(fold.valid, Run(threads=1))
