"""One picture saved twice is recognised; two pictures that differ in one digit are two."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from hanok.core.problem import Problem
from hanok.parts.image import ALIKE, Pixels, apart, fingerprint, load, same


def page(*numbers: int) -> Image.Image:
    """A table of numbers."""
    image = Image.new("RGB", (1280, 800), (24, 28, 40))
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(40)
    for place, number in enumerate(numbers):
        pen.text((80 + 300 * (place % 4), 60 + 90 * (place // 4)), str(number), fill=(240, 240, 240), font=font)
    return image


def saved(image: Image.Image, form: str = "JPEG", **how: Any) -> Pixels:
    out = io.BytesIO()
    image.save(out, form, **how)
    return load(out.getvalue())


NUMBERS = [int(n) for n in np.random.default_rng(3).integers(100, 9999, 32)]
PAGE = saved(page(*NUMBERS), "PNG")


def taken(other: Pixels) -> bool:
    return apart(fingerprint(PAGE), fingerprint(other)) <= ALIKE and same(PAGE, other)


@pytest.mark.parametrize("quality", [95, 75, 50])
def test_a_compressed_copy_is_the_same(quality: int) -> None:
    assert taken(saved(page(*NUMBERS), quality=quality))


@pytest.mark.parametrize("scale", [0.5, 0.75, 1.5])
def test_a_resized_copy_is_the_same(scale: float) -> None:
    whole = page(*NUMBERS)
    assert taken(saved(whole.resize((round(1280 * scale), round(800 * scale))), quality=85))


def test_a_copy_that_is_turned_by_its_metadata_only_is_the_same() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert taken(saved(page(*NUMBERS).rotate(90, expand=True), quality=90, exif=exif))


@pytest.mark.parametrize("light", [0.9, 1.1])
def test_a_brighter_or_darker_copy_is_the_same(light: float) -> None:
    assert taken(saved(page(*NUMBERS).point(lambda grey: round(grey * light)), quality=85))


def test_another_page_of_the_same_layout_is_another_by_its_hash() -> None:
    other = saved(page(*reversed(NUMBERS)))
    assert apart(fingerprint(PAGE), fingerprint(other)) > ALIKE
    assert not same(PAGE, other)


@pytest.mark.parametrize("place", range(0, 32, 5))
def test_one_digit_makes_another_picture(place: int) -> None:
    numbers = list(NUMBERS)
    numbers[place] += 1 if numbers[place] % 10 < 9 else -1
    assert not same(PAGE, saved(page(*numbers), quality=90))


def test_proportions_count() -> None:
    assert not same(PAGE, saved(page(*NUMBERS).resize((1280, 600))))


def test_one_colour_is_compared_without_dividing_by_nothing() -> None:
    grey, white = (np.full((40, 60, 3), value, np.uint8) for value in (90, 255))
    assert same(grey, grey)
    assert same(white, white)
    assert not same(grey, white)


def test_fingerprints_of_two_kinds_are_not_compared() -> None:
    with pytest.raises(Problem, match="expected the same"):
        apart(fingerprint(PAGE), "00")
