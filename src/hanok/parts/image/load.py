"""Opening images that anyone may have made: what comes out is RGB, or a problem that says what is wrong."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from hanok.core.problem import Problem, TooLarge

Pixels = npt.NDArray[np.uint8]
"""RGB, (height, width, 3)."""

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
"""What is opened: fewer decoders, fewer ways in."""

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 50_000_000  # as RGB 150 MB


def load(source: bytes | Path, *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS, where: str = "") -> Pixels:
    """Open an image safely, as it is meant to be seen.

    Of an animation the first frame. Turned upright as its EXIF says; transparency on white; palettes, grey, 16 bits,
    CMYK and others as RGB. Colour profiles are not applied.

    Parameters
    ----------
    source : bytes or Path
        JPEG, PNG, WebP, GIF, BMP or TIFF.
    max_bytes : int
        Of the file.
    max_pixels : int
        Width times height, read from the header before anything is decoded, so that a small file cannot blow up.
    where : str
        Named by problems; without it the path's name.

    Returns
    -------
    array (height, width, 3), uint8

    Raises
    ------
    TooLarge
        More bytes or pixels than the limit.
    Problem
        The file is not there, is empty, is no image, or its image is broken or cut off.

    Example
    -------
    >>> image = np.zeros((4, 6, 3), np.uint8)
    >>> load(thumbnail(image, 6, format="png")).shape
    (4, 6, 3)
    """
    place = where or (source.name if isinstance(source, Path) else "image")
    raw = _bytes(source, max_bytes, place)
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as opened:
            width, height = opened.size
            if width * height > max_pixels:
                raise _too_many(f"{width} x {height} pixels", max_pixels, place)
            opened.load()
            return np.array(_rgb(_upright(opened)), np.uint8)
    except Problem:
        raise
    except UnidentifiedImageError:
        expected = f"expected {', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
        raise Problem("not_an_image", f"these {len(raw)} bytes are no image; {expected}", place) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many("far more pixels", max_pixels, place) from None
    except Exception as error:  # a decoder given broken bytes may raise anything
        reason = str(error) or type(error).__name__
        raise Problem("broken_image", f"the image cannot be decoded: {reason}", place, "save it anew") from error


def has_more_frames(content: bytes) -> bool:
    """Whether an image that `load` opens has frames or pages after the first, which is all that `load` gives."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            return bool(getattr(opened, "is_animated", False))
    except Exception:  # a decoder given broken bytes may raise anything; the first frame was sound
        return False


def thumbnail(image: Pixels, size: int, *, format: str = "webp", quality: int = 80) -> bytes:
    """A small picture of an image, as the bytes of a file; the proportions stay.

    Parameters
    ----------
    image : array (height, width, 3), uint8
        RGB.
    size : int
        The longer side in pixels; a smaller image is not enlarged.
    format : "webp", "jpeg" or "png"
        Of the file.
    quality : int, 1 to 100
        Of webp and jpeg.

    Example
    -------
    >>> small = load(thumbnail(np.zeros((300, 200, 3), np.uint8), 120))
    >>> small.shape
    (120, 80, 3)
    """
    if format not in ("webp", "jpeg", "png"):
        raise Problem("unknown_format", f"{format!r}; expected webp, jpeg or png", "format")
    picture = Image.fromarray(checked(image))
    picture.thumbnail((size, size), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, format, quality=quality)
    return out.getvalue()


def resized(image: Pixels, width: int, height: int) -> Pixels:
    """An image of exactly that size, whatever its proportions were; every pixel of the original counts."""
    picture = Image.fromarray(checked(image))
    return np.asarray(picture.resize((width, height), Image.Resampling.BILINEAR), np.uint8)


def checked(image: Pixels) -> Pixels:
    """The image, if it is one."""
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or not image.size:
        found = f"an array of shape {image.shape} and {image.dtype}"
        raise Problem("wrong_shape", f"{found}; expected (height, width, 3) of uint8", "image")
    return np.ascontiguousarray(image)


def _bytes(source: bytes | Path, max_bytes: int, place: str) -> bytes:
    """What is in the file, no more than allowed."""
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                raw = file.read(max_bytes + 1)
        else:
            raw = source
    except OSError as error:
        raise Problem("unreadable", f"{error.strerror or error}; expected an image file", place) from error
    if len(raw) > max_bytes:
        raise TooLarge("too_large", f"more than {max_bytes} bytes; expected at most that", place, "use a smaller image")
    if not raw:
        raise Problem("empty_file", "0 bytes; expected an image", place)
    return raw


def _too_many(found: str, most: int, place: str) -> TooLarge:
    return TooLarge("too_many_pixels", f"{found}; expected at most {most}", place, "use a smaller image")


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the EXIF says; one that cannot be read turns nothing."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # the metadata may be anything; the picture itself was decoded
        return picture


def _rgb(picture: Image.Image) -> Image.Image:
    """Any mode as RGB."""
    if picture.mode.startswith(("I", "F")):  # one channel of more than 8 bits, which Pillow would cut off at 255
        values = np.nan_to_num(np.asarray(picture, np.float64))
        top = 65535 if values.max(initial=0) > 255 else 255
        return Image.fromarray(np.clip(values * (255 / top), 0, 255).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        white = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(white, seen).convert("RGB")
    return picture.convert("RGB")
