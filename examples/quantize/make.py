"""Draws the shapes of this folder: small grey images, each with a shape of its own brightness, place and size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).parent

SIDE = 16
EACH = 140
CLASSES = ("circle", "cross", "ring", "square", "triangle")
Pixels = npt.NDArray[np.uint8]


def inside(shape: str, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Whether points, with the shape from -1 to 1, lie in it."""
    far, near = np.maximum(abs(x), abs(y)), np.minimum(abs(x), abs(y))
    round_ = np.hypot(x, y)
    shapes = {
        "circle": round_ < 1,
        "cross": (far < 1) & (near < 0.3),
        "ring": (round_ < 1) & (round_ > 0.55),
        "square": far < 0.85,
        "triangle": (y < 0.8) & (y > 2.2 * abs(x) - 1),
    }
    return shapes[shape]


def drawn(shape: str, rng: np.random.Generator) -> Pixels:
    """One image; every pixel is the mean of nine points, as a camera sees it."""
    radius, (left, top) = rng.uniform(4, 6.5), rng.uniform(6.5, 9.5, 2)
    at = (np.arange(3 * SIDE) + 0.5) / 3
    x, y = np.meshgrid((at - left) / radius, (at - top) / radius)
    covered = inside(shape, x, y).reshape(SIDE, 3, SIDE, 3).mean(axis=(1, 3))
    ground, contrast = rng.uniform(20, 120), rng.uniform(40, 130)
    image = ground + contrast * covered + rng.normal(0, 12, (SIDE, SIDE))
    pixels: Pixels = np.clip(np.rint(image / 4) * 4, 0, 255).astype(np.uint8)
    return pixels


def main() -> None:
    """Write the file anew."""
    rng = np.random.default_rng(5)
    labels = np.repeat(np.arange(len(CLASSES)), EACH)
    order = rng.permutation(len(labels))
    images = np.stack([drawn(CLASSES[label], rng) for label in labels[order]])
    np.savez_compressed(HERE / "images.npz", x=images, y=labels[order], classes=np.array(CLASSES))


if __name__ == "__main__":
    main()
