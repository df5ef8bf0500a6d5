"""The picture that somebody uploaded, opened safely and of a size to work with."""

from __future__ import annotations

from typing import NamedTuple

from hanok.core.problem import Problem
from hanok.parts.image import Pixels, has_more_frames, load, resized

LONGEST = 4000
"""Pixels of the longer side; more makes no text readable that was not, and costs time."""

SHORTEST = 32
"""Pixels of the shorter side: below it there is no line of text."""


class Picture(NamedTuple):
    """A picture as the other functions take it.

    Parameters
    ----------
    pixels : array (height, width, 3), uint8
        RGB, upright as its EXIF says.
    scale : float
        Pixels of `pixels` for one of the file; less than 1 where it was shrunk.
    notes : tuple of str
        What the user should know: that it was shrunk, that only the first frame was read.
    """

    pixels: Pixels
    scale: float = 1.0
    notes: tuple[str, ...] = ()


def opened(content: bytes, *, where: str = "") -> Picture:
    """Open what somebody uploaded; a longer side of more than 4,000 pixels is shrunk to that.

    Parameters
    ----------
    content : bytes
        JPEG, PNG, WebP, GIF, BMP or TIFF.
    where : str
        Named by problems.

    Returns
    -------
    Picture
        Of an animation the first frame, and a note that says so.

    Raises
    ------
    TooLarge
        More than 20 MiB or 50 million pixels.
    Problem
        No image, broken, or less than 32 pixels high or wide.

    Example
    -------
    >>> from hanok.parts.image import thumbnail
    >>> import numpy as np
    >>> opened(thumbnail(np.zeros((40, 60, 3), np.uint8), 60, format="png")).pixels.shape
    (40, 60, 3)
    """
    pixels, notes, scale = load(content, where=where), [], 1.0
    height, width = pixels.shape[:2]
    if has_more_frames(content):
        notes.append("the picture has several frames or pages; the first was read")
    if max(height, width) > LONGEST:
        scale = LONGEST / max(height, width)
        notes.append(f"the picture of {width} x {height} pixels was shrunk to {LONGEST} on its longer side")
    if min(height, width) * scale < SHORTEST:
        found = (
            f"{width} x {height} pixels; expected sides of at least {SHORTEST}, once the longer is at most {LONGEST}"
        )
        raise Problem("too_small", found, where or "image", "use a larger picture")
    if scale < 1:
        pixels = resized(pixels, round(width * scale), round(height * scale))
    return Picture(pixels, scale, tuple(notes))
