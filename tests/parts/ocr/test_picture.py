import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from hanok.core.problem import Problem, TooLarge
from hanok.parts.ocr.picture import LONGEST, opened


def file(picture: Image.Image, format: str = "png", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


SMALL = Image.fromarray(np.linspace(0, 255, 40 * 60 * 3).reshape(40, 60, 3).astype(np.uint8))
FILES = [file(SMALL, format) for format in ("png", "jpeg", "gif", "webp", "bmp", "tiff")]


def test_a_picture_is_as_it_was() -> None:
    found = opened(file(SMALL))
    assert found.pixels.tolist() == np.asarray(SMALL).tolist()
    assert (found.scale, found.notes) == (1.0, ())


def test_it_stands_as_its_exif_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(file(SMALL, "jpeg", exif=exif)).pixels.shape == (60, 40, 3)


def test_cmyk_is_rgb() -> None:
    assert opened(file(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "jpeg")).pixels[0, 0, 0] > 200


@pytest.mark.parametrize("format", ["gif", "webp", "png", "tiff"])
def test_of_an_animation_the_first_frame_and_it_is_said(format: str) -> None:
    red, blue = (Image.new("RGB", (40, 40), colour) for colour in ("red", "blue"))
    found = opened(file(red, format, save_all=True, append_images=[blue]))
    assert found.pixels[0, 0, 0] > 200
    assert "the first was read" in found.notes[0]


def test_a_very_wide_picture_is_shrunk_and_it_is_said() -> None:
    found = opened(file(Image.new("RGB", (20_000, 400))))
    assert found.pixels.shape == (80, LONGEST, 3)
    assert found.scale == 0.2
    assert "20000 x 400" in found.notes[0]


@pytest.mark.parametrize("size", [(20, 60), (60, 20), (20_000, 100)])
def test_one_that_has_no_room_for_a_line(size: tuple[int, int]) -> None:
    with pytest.raises(Problem, match="expected sides of at least 32") as refused:
        opened(file(Image.new("RGB", size)), where="final.png")
    assert (refused.value.code, refused.value.where) == ("too_small", "final.png")


def test_a_bomb_is_refused() -> None:
    with pytest.raises(TooLarge):
        opened(file(Image.new("1", (9000, 9000))))


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty_file"), (b"PK\3\4", "not_an_image"), (FILES[0][:99], "broken_image")]
)
def test_what_is_no_picture(content: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        opened(content)
    assert refused.value.code == code


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.binary(max_size=200),
        st.tuples(st.sampled_from(FILES), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=9)),
    )
)
def test_any_bytes_are_a_picture_or_a_problem(given: bytes | tuple[bytes, list[tuple[int, int]]]) -> None:
    content = bytearray(given if isinstance(given, bytes) else given[0])
    for place, byte in [] if isinstance(given, bytes) else given[1]:
        content[place % len(content)] = byte
    try:
        found = opened(bytes(content))
    except Problem:
        return
    assert found.pixels.dtype == np.uint8
    assert min(found.pixels.shape[:2]) >= 32
    assert max(found.pixels.shape[:2]) <= LONGEST
