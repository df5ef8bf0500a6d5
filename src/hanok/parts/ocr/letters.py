"""Letters of a picture before anything is read: where they are, which way lines run, how far they are from level."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

from hanok.parts.ocr.ink import Ink
from hanok.parts.ocr.vision import opencv

Floats = npt.NDArray[np.float64]

SIZES = 6, 100  # pixels of the longer side of a letter, at a board of 1280 x 720
GAP = 3  # pixels
MOST = 1500  # letters that are compared with each other, from the top
ALIKE = 1.8  # times as high: letters of one word
SHORTEST = 3  # letters of a word
FEWEST = 12  # letters of words that a picture is judged by
NEAR = 0.6  # of the smaller letter: how far apart letters of a word are
CLEARLY = 1.1  # times as many votes: pictures are seldom on their side
WORD = 2.5  # times as long as high: a word that blur made one piece
SKEW = 20.0  # degrees looked at to each side
SURER = 1.15  # times as sharp as level: less is left as it is


class Letters(NamedTuple):
    """Pieces of ink of the size of letters.

    Parameters
    ----------
    boxes : array (n, 4)
        Left, top, right, bottom.
    """

    boxes: Floats

    @property
    def centres(self) -> Floats:
        """Array (n, 2): x and y."""
        return (self.boxes[:, :2] + self.boxes[:, 2:]) / 2


def find_letters(ink: Ink) -> Letters:
    """Find the pieces of ink of the size of letters; gaps as between the segments of a digit are closed."""
    gap = round(GAP * ink.unit) | 1
    whole = opencv().morphologyEx(ink.mask.astype(np.uint8), opencv().MORPH_CLOSE, np.ones((gap, gap), np.uint8))
    _, _, stats, _ = opencv().connectedComponentsWithStats(whole, connectivity=8)
    left, top, wide, high, area = stats[1:].T.astype(np.float64)
    longer = np.maximum(wide, high)
    kept = (area >= 6 * ink.unit**2) & (longer >= SIZES[0] * ink.unit) & (longer <= SIZES[1] * ink.unit)
    return Letters(np.stack([left, top, left + wide, top + high], axis=1)[kept])


def in_words(letters: Letters) -> Letters:
    """Letters in rows of three or more of about one size, across or down: writing, and little that looks like it.

    All letters where such rows are few, as in a picture that is blurred.
    """
    boxes = letters.boxes[:MOST]
    left, top, right, bottom = boxes.T
    apart = np.maximum(left[:, None], left) - np.minimum(right[:, None], right)
    below = np.maximum(top[:, None], top) - np.minimum(bottom[:, None], bottom)
    wide, high = right - left, bottom - top
    alike = _ratio(high) < ALIKE, _ratio(wide) < ALIKE
    size = np.minimum(*(np.maximum(wide, high)[:, None], np.maximum(wide, high)))
    beside = alike[0] & (apart < NEAR * size) & (below < -0.6 * np.minimum(high[:, None], high))
    above = alike[1] & (below < NEAR * size) & (apart < -0.6 * np.minimum(wide[:, None], wide))
    kept = np.zeros(len(boxes), np.bool_)
    for near in (beside, above):
        _, word = connected_components(near, directed=False)
        kept |= np.bincount(word, minlength=1)[word] >= SHORTEST
    return Letters(boxes[kept]) if kept.sum() >= FEWEST else letters


def _ratio(sizes: Floats) -> Floats:
    """Of each two, the larger by the smaller: (n, n)."""
    return np.asarray(np.maximum(sizes[:, None], sizes) / np.minimum(sizes[:, None], sizes))


def run_down(letters: Letters) -> bool:
    """Whether lines of text run up or down the picture instead of across.

    Each piece has a vote: across, if its nearest neighbour is beside it, nearer than its size, and another if it is
    long as words are that blur makes one piece.
    """
    left, top, right, bottom = letters.boxes[:MOST].T
    apart = np.maximum(left[:, None], left) - np.minimum(right[:, None], right)  # (n, n), below 0 where they overlap
    below = np.maximum(top[:, None], top) - np.minimum(bottom[:, None], bottom)
    for each in (apart, below):
        np.fill_diagonal(each, np.inf)
    beside = np.where(below < 0, np.maximum(apart, 0), np.inf).min(axis=1, initial=np.inf)
    above = np.where(apart < 0, np.maximum(below, 0), np.inf).min(axis=1, initial=np.inf)
    wide, high = right - left, bottom - top
    near = np.minimum(beside, above) < np.maximum(wide, high)
    across = (near & (beside < above)).sum() + (wide > WORD * high).sum()
    down = (near & (above < beside)).sum() + (high > WORD * wide).sum()
    return bool(down > CLEARLY * across)


def skew(letters: Letters) -> float:
    """How many degrees lines of text fall to the right, between -20 and 20; 0 unless that is clearly better.

    Source
    ------
    Projection profiles as in Postl, "Detection of linear oblique structures and skew scan in digitized documents"
    (1986), of letters' middles: the angle at which they fall on the fewest rows.
    """
    if len(letters.boxes) < 8:
        return 0.0
    centres = letters.centres[:MOST]
    size = float(np.median(letters.boxes[:, 3] - letters.boxes[:, 1]))
    coarse = _sharpest(centres, size, np.arange(-SKEW, SKEW + 0.5, 0.5))
    fine = _sharpest(centres, size, np.arange(coarse - 0.6, coarse + 0.65, 0.1))
    sure = _sharpness(centres, size, fine) > SURER * _sharpness(centres, size, 0.0)
    return fine if sure else 0.0


def _sharpest(centres: Floats, size: float, degrees: Floats) -> float:
    """The angle at which rows are sharpest; of nearly equal ones the middle."""
    scores = np.array([_sharpness(centres, size, each) for each in degrees])
    best = np.flatnonzero(scores >= 0.98 * scores.max())
    return float(degrees[best[len(best) // 2]])


def _sharpness(centres: Floats, size: float, degrees: float) -> float:
    """How unevenly letters fall on rows of a quarter of their height that slope by so many degrees."""
    angle = np.radians(degrees)
    y = (centres[:, 1] * np.cos(angle) - centres[:, 0] * np.sin(angle)) / max(size / 4, 1.0)
    counts = np.bincount((y - y.min()).astype(np.int64)).astype(np.float64)
    return float((np.convolve(counts, [0.25, 0.5, 0.25]) ** 2).sum())
