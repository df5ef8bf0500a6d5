from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from hanok.core.contract import Fold
from hanok.core.run import Run
from hanok.systems.quantize import Config, Data, Quantize

sys.path.append(str(Path(__file__).parent))  # pictures.py

from pictures import CLASSES, drawn

QUICK = Config(float_epochs=8, study="none")


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An npz file of small images of three classes."""
    path = tmp_path_factory.mktemp("quantize") / "images.npz"
    images, labels = drawn(40)
    np.savez(path, x=images, y=labels, classes=np.array(CLASSES))
    return path


@pytest.fixture(scope="session")
def fold() -> Fold[Data]:
    images, labels = drawn(40)
    data = Data.of(images, [CLASSES[label] for label in labels], CLASSES)
    return next(iter(Quantize.folds(data, QUICK, seed=0)))


@pytest.fixture(scope="session")
def fitted(fold: Fold[Data]) -> Quantize:
    return Quantize(QUICK).fit(fold.train, fold.valid, Run(threads=1))
