"""Rendered lines as a reader meets them: of all levels, cut out as they were or handed on by a cascade."""

from __future__ import annotations

import numpy as np

from hanok.parts.ocr.boards.degrade import LEVELS, Level
from hanok.parts.ocr.boards.lines import CONTRAST, Face, line
from hanok.parts.ocr.ctc.prepare import Ink, prepared
from hanok.parts.ocr.engine import Line
from hanok.parts.ocr.vision import opencv

SHARES = (0.2, 0.15, 0.35, 0.3)
"""Of clean, mild, photo and severe lines."""
HANDED_ON = 0.6
"""Share of lines that come as a cascade hands them on, scaled and stretched before; the others as they were cut out."""
READABLE = 40
"""Pixels that such lines are high, without their border."""


def levels(count: int, rng: np.random.Generator) -> list[Level]:
    """How spoilt each line is."""
    return list(rng.choice(list(LEVELS), count, p=SHARES).tolist())


def ink(
    text: str,
    face: Face,
    rng: np.random.Generator,
    level: Level,
    height: int | None = None,
    contrast: float = CONTRAST,
) -> Ink:
    """A line as the network reads it; height and contrast are those of `line`."""
    crop = line(text, face, rng, level, height=height, contrast=contrast)
    return prepared(_handed_on(crop) if rng.random() < HANDED_ON else crop)


def _handed_on(crop: Line) -> Line:
    """A crop as it is prepared for engines that read words: ink dark on white, 40 pixels high, a white border."""
    border = np.median(np.concatenate([crop[0], crop[-1], crop[:, 0], crop[:, -1]]))
    away = crop.astype(np.float32) - np.float32(border)
    ink = np.maximum(away if away.sum() > 0 else -away, 0)
    ink = np.minimum(ink * np.float32(255 / max(1.0, float(np.quantile(ink, 0.99)))), 255)
    cv2, smaller = opencv(), len(ink) > READABLE
    size = (max(1, round(ink.shape[1] * READABLE / len(ink))), READABLE)
    grey = 255 - cv2.resize(ink, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    low, high = np.percentile(grey, (1, 90))
    stretched = np.clip((grey - low) * (255 / max(high - low, 1.0)), 0, 255).astype(np.uint8)
    return np.pad(stretched, 10, constant_values=255)
