"""Seven-segment digits drawn by ourselves: displays differ in thickness, gaps, slant and the shapes of 6, 7 and 9."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from hanok.parts.ocr.boards.degrade import Pixels

LIT = {
    **{"0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgedc", "7": "abc"},
    **{"8": "abcdefg", "9": "abcdfg", "-": "g"},
}
"""Segments clockwise from the top, a to f; g is the middle."""
DRAWABLE = frozenset("0123456789-:.")


@dataclass(frozen=True)
class Display:
    """A make of display; drawn like a `Font`.

    Parameters
    ----------
    thick, gap, lean : float
        Of a segment, between two segments, of the top to the right; as shares of the height.
    wide : float
        A digit, as a share of the height.
    apart : float
        From one digit to the next, as a share of a digit's width.
    pointed : bool
        Whether the ends of segments are.
    short : str
        Which of 6, 7 and 9 have a segment less (6, 9) or more (7).
    """

    thick: float
    gap: float
    lean: float
    wide: float
    apart: float
    pointed: bool
    short: str

    @property
    def segment(self) -> bool:
        """Its digits are seven segments."""
        return True

    @property
    def rise(self) -> float:
        """Digits are as high as asked."""
        return 1.0

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Display:
        """Any make."""
        return cls(
            rng.uniform(0.08, 0.19), rng.uniform(0, 0.03), rng.uniform(-0.02, 0.18), rng.uniform(0.45, 0.65),
            rng.uniform(0.2, 0.55), bool(rng.random() < 0.7), "".join(d for d in "679" if rng.random() < 0.25),
        )  # fmt: skip

    def ink(self, text: str, size: int) -> Pixels:
        """Coverage (height, width), 0 to 255, of a text; digits are `size` pixels high."""
        high = 2 * size  # drawn at twice the size, for smooth edges
        step = self.wide * high * (1 + self.apart)
        advances = [step * (0.5 if letter == ":" else 0.0 if letter == "." else 1.0) for letter in text]
        image = Image.new("L", (int(sum(advances) + (self.lean + 0.3) * high) + 4, high + 4))
        pen, x = ImageDraw.Draw(image), 2.0
        for letter, advance in zip(text, advances, strict=True):
            for shape in self._dots(letter, x, step) if letter in ":." else self._strokes(letter):
                pen.polygon([(x + u + self.lean * (high - v), 2 + v) for u, v in (p * high for p in shape)], fill=255)
            x += advance
        return np.asarray(image.reduce(2), np.uint8)

    def _strokes(self, letter: str) -> list[np.ndarray]:
        """Polygons of the lit segments, in heights."""
        lit = LIT.get(letter, "")
        if letter in self.short:
            lit = {"6": "fgedc", "7": "fabc", "9": "abcfg"}.get(letter, lit)
        half, w = self.thick / 2, self.wide
        left, right, top, middle, low = half, w - half, half, 0.5, 1 - half
        ends = {
            **{"a": ((left, top), (right, top)), "b": ((right, top), (right, middle))},
            **{"c": ((right, middle), (right, low)), "d": ((left, low), (right, low))},
            **{"e": ((left, middle), (left, low)), "f": ((left, top), (left, middle))},
            **{"g": ((left, middle), (right, middle))},
        }
        return [self._stroke(np.array(ends[name])) for name in lit]

    def _stroke(self, ends: np.ndarray) -> np.ndarray:
        """A segment between two points."""
        along = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
        across = along[::-1] * self.thick / 2
        a, b = ends[0] + along * self.gap, ends[1] - along * self.gap
        if not self.pointed:
            return np.array([a - across, b - across, b + across, a + across])
        tip = along * self.thick / 2
        return np.array([a, a + tip - across, b - tip - across, b, b - tip + across, a + tip + across])

    def _dots(self, letter: str, x: float, step: float) -> list[np.ndarray]:
        """Squares of a colon, or of a point right of the digit before."""
        side = self.thick * 1.1
        places = [(0.05, 0.3), (0.05, 0.65)] if letter == ":" else [(-self.wide * self.apart * 0.7, 1 - side)]
        square = np.array([[0, 0], [side, 0], [side, side], [0, side]])
        return [square + place for place in places]
