from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("cv2", reason="pip install 'hanok[ocr]'")

from hanok.core.contract import Fold
from hanok.core.run import Run
from hanok.systems.match import Data, Match, Sources

sys.path.append(str(Path(__file__).parent))  # small_boards.py
sys.path.append(str(Path(__file__).parents[2] / "stand_ins"))  # google_vision.py

from small_boards import DIGITS, folder


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("match") / "boards")


@pytest.fixture(scope="session")
def fold(example: Path) -> Fold[Data]:
    return next(iter(Match.folds(Match.read(Sources(boards=example)), DIGITS, seed=0)))


@pytest.fixture(scope="session")
def fitted(fold: Fold[Data]) -> Match:
    return Match(DIGITS).fit(fold.train, fold.valid, Run(threads=1))
