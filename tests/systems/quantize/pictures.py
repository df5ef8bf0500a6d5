"""Small images, files of them, and networks for them."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image

CLASSES = ("bar", "dot", "pole")
Pixels = npt.NDArray[np.uint8]


def drawn(each: int, *, side: int = 8, seed: int = 0) -> tuple[Pixels, npt.NDArray[np.int64]]:
    """(n, side, side, 1) and labels: a lying bar, a dot, a standing bar, on noise, each in a place of its own."""
    rng = np.random.default_rng(seed)
    labels = np.tile(np.arange(3), each)
    images = rng.integers(0, 70, (len(labels), side, side, 1)).astype(np.uint8)
    for image, label in zip(images, labels.tolist(), strict=True):
        row, column = rng.integers(1, side - 2, 2)
        bright = np.uint8(rng.integers(90, 180))
        if label == 0:
            image[row] += bright
        elif label == 1:
            image[row : row + 2, column : column + 2] += bright
        else:
            image[:, column] += bright
    return images, labels


def png(image: Pixels) -> bytes:
    """A file of (h, w, 1 or 3)."""
    file = io.BytesIO()
    Image.fromarray(image[..., 0] if image.shape[2] == 1 else image).save(file, "PNG")
    return file.getvalue()
