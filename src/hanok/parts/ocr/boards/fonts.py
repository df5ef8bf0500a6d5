"""Fonts found on this machine, by family: which are for training, which are kept for judging."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from hanok.core.problem import Unavailable
from hanok.parts.ocr.boards.degrade import Pixels

Split = Literal["train", "held_out", "all"]
Style = Literal["segment", "print"]

FOLDERS = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts"),
    *("/Library/Fonts", "/System/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts"),
)
SEGMENT = ("DSEG7 Classic", "DSEG7 Classic Mini", "DSEG7 7SEGGCHAN MINI", "DSEG7 Modern", "DSEG7 Modern Mini")
LATIN = (
    *("Roboto", "Roboto Condensed", "DejaVu Sans", "DejaVu Sans Mono", "DejaVu Serif", "Liberation Sans"),
    *("Liberation Serif", "Liberation Mono", "Lato", "Open Sans", "Liberation Sans Narrow"),
)
KOREAN = ("Noto Sans CJK KR", "NanumGothic", "NanumSquare", "NanumSquareRound", "NanumBarunGothic", "NanumMyeongjo")
JAPANESE = ("Noto Sans CJK JP", "Noto Serif CJK JP")
FAMILIES = {"en": LATIN, "ko": KOREAN, "ja": JAPANESE}
"""Families whose glyphs suit a language; those of a Latin alphabet write numbers in any."""

HELD_OUT = frozenset(
    {
        *("Lato", "Open Sans", "Liberation Sans Narrow", "NanumBarunGothic", "NanumMyeongjo", "Noto Serif CJK JP"),
        *("DSEG7 Modern", "DSEG7 Modern Mini"),
    }
)
"""Families that nothing is trained on: a reader judged with them meets fonts it has never seen."""

FAINT = ("hairline", "thin", "extralight")
"""Weights that no board is set in."""


@dataclass(frozen=True)
class Font:
    """A face in a file.

    Parameters
    ----------
    path : Path
    index : int
        Of the face, in a collection.
    family, face : str
        As the file says: ``"Open Sans"``, ``"Semibold Italic"``.
    """

    path: Path
    index: int
    family: str
    face: str

    @property
    def segment(self) -> bool:
        """Whether its digits are seven segments."""
        return self.family.startswith("DSEG")

    @property
    def rise(self) -> float:
        """Height of its digits, as a share of an em; of print an average."""
        return 1.0 if self.segment else 0.72

    @property
    def upright(self) -> bool:
        """Whether it is neither slanted nor condensed."""
        return not any(word in self.face.lower() for word in ("italic", "oblique", "condensed"))

    def sized(self, size: int) -> ImageFont.FreeTypeFont:
        """The face, `size` pixels of an em."""
        return _sized(self, size)

    def ink(self, text: str, size: int) -> Pixels:
        """Coverage (height, width), 0 to 255, of a text; an em is `size` pixels."""
        face = self.sized(size)
        ascent, descent = face.getmetrics()
        image = Image.new("L", (int(face.getlength(text)) + size, ascent + descent + size // 4))
        ImageDraw.Draw(image).text((size // 4, size // 8), text, fill=255, font=face)
        return np.asarray(image, np.uint8)


def families(language: str, style: Style = "print") -> tuple[str, ...]:
    """The families that suit numbers (``"segment"``), or the words of a language."""
    return SEGMENT if style == "segment" else FAMILIES[language]


def fonts(names: Sequence[str], split: Split = "all") -> tuple[Font, ...]:
    """The faces of some families that this machine has.

    Parameters
    ----------
    names : sequence of str
        Of families, such as `LATIN`.
    split : "train", "held_out" or "all"
        Without the families that are kept for judging, only those, or both.

    Returns
    -------
    tuple of Font
        Ordered by file; empty if the machine has none of them.

    Example
    -------
    >>> [font for font in fonts(LATIN, "train") if font.family in HELD_OUT]
    []
    """
    wanted = {name for name in names if split == "all" or (name in HELD_OUT) == (split == "held_out")}
    return tuple(font for font in installed() if font.family in wanted)


def suited(language: str, style: Style = "print", split: Split = "all") -> tuple[Font, ...]:
    """Fonts to write with: the families that suit, else any that can write the language, else what there is.

    Falling back is said once, in a warning of the log.

    Raises
    ------
    Unavailable
        No font at all can write the language.
    """
    return _suited(language, style, split)


@lru_cache(maxsize=64)
def _suited(language: str, style: Style, split: Split) -> tuple[Font, ...]:
    names = families(language, style)
    if found := fonts(names, split):
        return found
    able = tuple(font for font in installed() if not font.segment and _writes(font, language))
    if not able:
        hint = "install fonts-noto-cjk and fonts-dejavu, or put fonts into ~/.fonts"
        raise Unavailable("no_fonts", f"found no font that writes {language!r}; expected {', '.join(names)}", hint=hint)
    import logging

    used = ", ".join(sorted({font.family for font in able})[:4])
    logging.getLogger("hanok").warning("no font of %s (%s); using %s", ", ".join(names), split, used)
    return able


@cache
def installed() -> tuple[Font, ...]:
    """Every face in the font folders of this machine but the faintest, ordered by file."""
    folders = [Path(os.path.expanduser(name)) for name in FOLDERS]
    paths = {p for folder in folders if folder.is_dir() for p in folder.rglob("*") if p.suffix[1:].lower() in _ENDINGS}
    return tuple(font for path in sorted(paths) for font in _faces(path))


_ENDINGS = ("ttf", "otf", "ttc")
_SAMPLES = {"en": "A8", "ko": "가힣", "ja": "あ勝"}


def _faces(path: Path) -> list[Font]:
    """The faces of a file; none if it is no font that can be drawn."""
    faces: list[Font] = []
    while len(faces) < 16:
        try:
            family, face = ImageFont.truetype(str(path), 16, index=len(faces)).getname()
        except OSError:  # the end of the collection, or a broken file
            break
        faces.append(Font(path, len(faces), family or path.stem, face or ""))
        if path.suffix.lower() != ".ttc":
            break
    return [font for font in faces if not any(word in f"{font.family} {font.face}".lower() for word in FAINT)]


def _writes(font: Font, language: str) -> bool:
    """Whether the samples of a language have glyphs of their own; a font that cannot be drawn has none."""
    drawn = font.sized(16)
    try:
        missing = bytes(drawn.getmask("\U000fffff"))
        return all(bytes(drawn.getmask(letter)) not in (missing, b"") for letter in _SAMPLES[language])
    except OSError:  # its hints are broken, which shows only now
        return False


@lru_cache(maxsize=4096)
def _sized(font: Font, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font.path), size, font.index, layout_engine=ImageFont.Layout.BASIC)
