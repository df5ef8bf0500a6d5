"""Whether two images are one picture, saved twice: a hash to find candidates, and a look at both to be sure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.fft import dctn  # type: ignore[import-untyped]
from scipy.ndimage import gaussian_filter  # type: ignore[import-untyped]

from hanok.core.problem import Problem
from hanok.parts.image.load import Pixels, checked

Floats = npt.NDArray[np.float64]

WAVES = 32
"""Waves of the hash in each direction: it has their number squared of bits."""

ALIKE = 64
"""Bits of 1,024 in which two savings of one picture may differ."""

SIDE = 512
"""Pixels of the longer side in which two images are compared."""

BLUR = 0.7
"""Of both before they are compared, in these pixels: programs resize by filters of their own."""

NOISE = 12.0
"""Greys, of 255, by which a pixel of two savings may differ: a digit that was exchanged differs by more."""

STRETCH = 0.01
"""By how much the proportions of two savings may differ: sides are whole numbers of pixels."""


def fingerprint(image: Pixels) -> str:
    """What an image looks like, as a hash that hardly changes when it is compressed, resized or made brighter.

    Parameters
    ----------
    image : array (height, width, 3), uint8
        RGB; proportions are not kept.

    Returns
    -------
    str
        256 hexadecimal digits; see `apart`.

    Example
    -------
    >>> page = np.random.default_rng(0).integers(0, 255, (30, 40, 3)).astype(np.uint8).repeat(8, 0).repeat(8, 1)
    >>> darker, other = (page * 0.8).astype(np.uint8), page[::-1]
    >>> [apart(fingerprint(page), fingerprint(image)) <= ALIKE for image in (darker, other)]
    [True, False]

    Source
    ------
    pHash (Zauner 2010, "Implementation and benchmarking of perceptual image hash functions", 3.2.1): signs of low DCT
    coefficients around their median. Differs in taking 32 x 32 of them, of 128 x 128 pixels, for 8 x 8 of 32 x 32: two
    pictures of one layout share the lowest waves.
    """
    waves = dctn(_grey(image, 4 * WAVES, 4 * WAVES), norm="ortho")[:WAVES, :WAVES].ravel()
    waves[0] = 0.0  # brightness
    return np.packbits(waves > np.median(waves)).tobytes().hex()


def apart(one: str, other: str) -> int:
    """In how many of 1,024 bits two fingerprints differ: 0 to 64 of two savings of one picture, as a rule."""
    if len(one) != len(other):
        raise Problem("wrong_length", f"fingerprints of {len(one)} and {len(other)} digits; expected the same")
    return (int(one, 16) ^ int(other, 16)).bit_count()


def same(one: Pixels, other: Pixels) -> bool:
    """Whether two images are one picture, saved twice: compressed, resized, evenly brighter or darker.

    Everything has to be the same, down to a digit: both are brought to one size and one brightness, and no pixel may
    differ by more than compression explains.

    Parameters
    ----------
    one, other : array (height, width, 3), uint8
        RGB, upright.

    Example
    -------
    >>> page = np.full((200, 300, 3), 250, np.uint8)
    >>> page[50:60, 40:250] = 10
    >>> spoilt = page.copy()
    >>> spoilt[100:112, 60:68] = 10
    >>> same(page, (page * 0.9).astype(np.uint8)), same(page, spoilt)
    (True, False)
    """
    (h, w), (height, width) = one.shape[:2], other.shape[:2]
    if abs(h * width / (w * height) - 1) > STRETCH:
        return False
    if h * w > height * width:
        h, w = height, width
    scale = min(SIDE / max(h, w), 1.0)
    wide, high = max(round(w * scale), 1), max(round(h * scale), 1)
    a, b = (gaussian_filter(_grey(image, wide, high, through=(w, h)), BLUR) for image in (one, other))
    return min(_worst(a, b), _worst(b, a)) <= NOISE  # the one whose light was cut off tells nothing of the other's


def _worst(wanted: Floats, given: Floats) -> float:
    """The largest difference of two greys, once one has the brightness of the other."""
    plain = (wanted > 4) & (wanted < 251) & (given > 4) & (given < 251)
    if plain.sum() > 2 and np.ptp(given[plain]) > 1:
        gain, shift = np.polyfit(given[plain], wanted[plain], 1)
        given = np.clip(gain * given + shift, 0, 255)
    return float(np.abs(wanted - given).max())


def _grey(image: Pixels, width: int, height: int, through: tuple[int, int] | None = None) -> Floats:
    """An image in greys and of a size; by way of another, so that what was small and what was large are as blurred."""
    picture = Image.fromarray(checked(image)).convert("L")
    for size in (through, (width, height)):
        if size and size != picture.size:
            picture = picture.resize(size, Image.Resampling.BILINEAR)
    return np.asarray(picture, np.float64)
