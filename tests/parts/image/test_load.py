import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from hanok.core.problem import Problem, TooLarge
from hanok.parts.image import load, thumbnail

RNG = np.random.default_rng(0)
SMOOTH = np.linspace(0, 255, 40 * 60 * 3).reshape(40, 60, 3).astype(np.uint8)


def file(picture: Image.Image, format: str = "png", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


@pytest.mark.parametrize("format", ["png", "bmp", "tiff", "gif", "webp", "jpeg"])
def test_every_format_is_opened(format: str) -> None:
    found = load(file(Image.fromarray(SMOOTH), format))
    assert found.shape == SMOOTH.shape
    assert found.dtype == np.uint8
    assert np.abs(found.astype(int) - SMOOTH).mean() < 12


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "LAB", "I;16", "I", "F"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    grey = Image.fromarray(np.full((5, 7), 200, np.uint8))
    if mode.startswith("I"):  # 16 bits: the brightest is 65535
        picture = Image.fromarray(np.full((5, 7), 200 * 257, np.uint16 if mode == "I;16" else np.int32))
    elif mode == "LAB":
        picture = Image.new("LAB", (7, 5), (200, 128, 128))
    else:
        picture = grey.convert("RGB").convert(mode) if mode in ("LA", "CMYK", "YCbCr") else grey.convert(mode)
    found = load(file(picture, "png" if mode in ("1", "L", "P", "RGB", "RGBA", "LA", "I;16") else "tiff"))
    assert found.shape == (5, 7, 3)
    assert abs(found.astype(float).mean() - 200) <= (40 if mode == "1" else 12)  # black and white is dithered


def test_cmyk_of_a_jpeg_is_not_inverted() -> None:
    found = load(file(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "jpeg"))
    assert found[..., 0].min() > 200
    assert found[..., 1:].max() < 60


def test_transparency_is_white() -> None:
    assert load(file(Image.new("RGBA", (3, 3), (9, 9, 9, 0)))).tolist() == [[[255] * 3] * 3] * 3
    palette = Image.new("P", (2, 2), 0)
    palette.putpalette([10, 20, 30])
    assert (load(file(palette, transparency=0)) == 255).all()


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, (0, 0)), (2, (0, -1)), (3, (-1, -1)), (4, (-1, 0)), (6, (0, -1)), (8, (-1, 0))]
)
def test_exif_turns_the_image(orientation: int, corner: tuple[int, int]) -> None:
    pixels = np.zeros((20, 30, 3), np.uint8)
    pixels[:5, :5] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = load(file(Image.fromarray(pixels), "png", exif=exif))
    assert found.shape == ((30, 20, 3) if orientation in (6, 8) else (20, 30, 3))
    assert (found[corner] == 255).all()
    assert (found == 255).sum() == 75


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_exif_turns_nothing() -> None:
    assert load(file(Image.fromarray(SMOOTH), "jpeg", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x09garbage")).shape == (
        40,
        60,
        3,
    )


@pytest.mark.parametrize("format", ["gif", "webp", "png", "tiff"])
def test_of_an_animation_the_first_frame(format: str) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    found = load(file(frames[0], format, save_all=True, append_images=frames[1:]))
    assert found[0, 0, 0] > 200
    assert found[0, 0, 2] < 60


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that says it is large."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [8_000, 10_000, 100_000, 2**31 - 1])
def test_a_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    with pytest.raises(TooLarge) as refused:
        load(bomb(side, side))
    assert refused.value.status == 413
    assert "pixels" in str(refused.value)


def test_limits_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "cover.png"
    path.write_bytes(file(Image.fromarray(SMOOTH)))
    assert load(path, max_bytes=path.stat().st_size, max_pixels=2400).shape == (40, 60, 3)
    with pytest.raises(TooLarge, match=r"cover.png: more than 100 bytes"):
        load(path, max_bytes=100)
    with pytest.raises(TooLarge, match=r"60 x 40 pixels; expected at most 2399"):
        load(path, max_pixels=2399)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty_file"),
        (b"hello", "not_an_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_an_image"),
        (b"%PDF-1.7", "not_an_image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not_an_image"),
        (file(Image.fromarray(SMOOTH))[:200], "broken_image"),
        (file(Image.fromarray(SMOOTH), "jpeg")[:-100], "broken_image"),
        (bomb(100, 100), "broken_image"),
    ],
)
def test_what_is_no_image_is_a_problem(raw: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        load(raw, where="row 3 cover")
    assert refused.value.code == code
    assert refused.value.where == "row 3 cover"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.png", tmp_path):
        with pytest.raises(Problem, match="expected an image file"):
            load(path)


SAMPLES = [file(Image.fromarray(SMOOTH), format) for format in ("png", "jpeg", "gif", "webp", "bmp", "tiff")]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=12), st.data()
)
def test_damaged_bytes_give_an_image_or_a_problem(
    sample: bytes, damage: list[tuple[int, int]], data: st.DataObject
) -> None:
    raw = bytearray(sample)
    for place, byte in damage:
        raw[place % len(raw)] = byte
    cut = data.draw(st.integers(1, len(raw)))
    try:
        found = load(bytes(raw[:cut]), max_pixels=10**6)
    except Problem:
        return
    assert found.ndim == 3
    assert found.dtype == np.uint8


@pytest.mark.parametrize("format", ["webp", "jpeg", "png"])
def test_a_thumbnail_keeps_the_proportions_and_never_grows(format: str) -> None:
    assert load(thumbnail(SMOOTH, 30, format=format)).shape == (20, 30, 3)
    assert load(thumbnail(SMOOTH, 300, format=format)).shape == (40, 60, 3)
    assert load(thumbnail(RNG.integers(0, 255, (1, 500, 3)).astype(np.uint8), 50, format=format)).shape == (1, 50, 3)


def test_a_thumbnail_of_what_is_no_image() -> None:
    with pytest.raises(Problem, match="expected \\(height, width, 3\\)"):
        thumbnail(np.zeros((3, 3)), 10)  # type: ignore[arg-type]
    with pytest.raises(Problem, match="expected webp"):
        thumbnail(SMOOTH, 10, format="exe")
