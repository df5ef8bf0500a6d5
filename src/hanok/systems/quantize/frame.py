"""From an image of any size to the numbers that a network takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hanok.parts.image.load import Pixels, resized

Floats32 = npt.NDArray[np.float32]

GREY = np.array([0.299, 0.587, 0.114], np.float32)
"""What red, green and blue weigh in grey, as in television (Rec. 601)."""


@dataclass(frozen=True)
class Frame:
    """Size and scale of a network's input.

    Parameters
    ----------
    height, width, channels : int
        One channel or three.
    mean, std : tuple of float
        By channel, of pixels of 0 to 1.

    Example
    -------
    >>> Frame(2, 2, 1, (0.5,), (0.5,)).arrays([np.full((4, 4, 3), 255, np.uint8)]).tolist()
    [[[[1.0, 1.0], [1.0, 1.0]]]]
    """

    height: int
    width: int
    channels: int
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def arrays(self, images: Sequence[Pixels] | Pixels) -> Floats32:
        """Images (h, w, 1 or 3), uint8, as (n, channels, height, width)."""
        pixels = np.stack([shaped(image, self.height, self.width, self.channels) for image in images])
        mean, std = np.array(self.mean, np.float32), np.array(self.std, np.float32)
        scaled = (pixels.astype(np.float32) / np.float32(255) - mean) / std
        return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2), np.float32)


def shaped(image: Pixels, height: int, width: int, channels: int) -> Pixels:
    """An image of that size and with as many channels, uint8."""
    if image.shape[:2] != (height, width):
        image = resized(np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image, width, height)
    if image.shape[2] == channels:
        return image
    if channels == 3:
        return np.repeat(image, 3, axis=2)
    grey: Pixels = np.rint(image.astype(np.float32) @ GREY).astype(np.uint8)
    return grey[..., None]
