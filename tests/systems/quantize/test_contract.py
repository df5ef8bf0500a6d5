from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from pictures import CLASSES, drawn, png

from hanok.systems.quantize import Quantize
from hanok.testing import ContractSuite

pytest.importorskip("torch")

IMAGES, LABELS = drawn(16)
FOLDER = Path(tempfile.mkdtemp())
np.savez(FOLDER / "images.npz", x=IMAGES, y=LABELS, classes=np.array(CLASSES))


class TestQuantize(ContractSuite):
    system = Quantize
    sources: ClassVar[dict[str, Any]] = {"images": FOLDER / "images.npz"}
    config: ClassVar[dict[str, Any]] = {
        "float_epochs": 3,
        "clusters": 2,
        "grouping": "kmeans",
        "method": "qat",
        "epochs": 1,
    }
    items: ClassVar[list[dict[str, Any]]] = [
        {"image": png(IMAGES[0])},
        {"image": png(np.repeat(np.repeat(np.repeat(IMAGES[1], 3, axis=0), 3, axis=1), 3, axis=2)), "k": 1},
        {"image": png(IMAGES[2]), "k": 1000},
    ]
