"""Lines with text, drawn with the font that comes with Pillow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont


def drawn(text: str) -> npt.NDArray[np.uint8]:
    """A prepared line."""
    font = ImageFont.load_default(28)
    page = Image.new("L", (round(font.getlength(text)) + 20, 48), 255)
    ImageDraw.Draw(page).text((10, 6), text, font=font, fill=0)
    return np.asarray(page)
