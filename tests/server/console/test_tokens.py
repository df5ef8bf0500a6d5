"""Contrast of the colours as they are used, computed as WCAG 2.1 does (section 1.4.3, relative luminance)."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from hanok.core.ink import DARK, LIGHT
from hanok.server import console

CSS = (Path(console.__file__).parent / "static" / "tokens.css").read_text(encoding="utf-8")
THEMES = dict(zip(("light", "dark", "chosen dark"), re.findall(r"--paper:.*?--sunk: #\w+", CSS, re.S), strict=True))

GROUNDS = ("paper", "card", "sunk")
TEXT = [
    *product(("ink", "quiet", "indigo", "celadon-ink", "vermilion-ink", "ochre-ink"), GROUNDS),
    *[("ink", f"{wash}-wash") for wash in ("celadon", "vermilion", "ochre", "indigo")],
    ("celadon-ink", "celadon-wash"), ("vermilion-ink", "vermilion-wash"), ("ochre-ink", "ochre-wash"),
    ("indigo", "indigo-wash"),
    ("quiet", "celadon-wash"), ("indigo", "celadon-wash"), ("quiet", "vermilion-wash"), ("on-fill", "celadon"),
]  # fmt: skip
SHAPES = [*product(("edge", "celadon", "vermilion"), ("paper", "card"))]


def colours(theme: str) -> dict[str, str]:
    """The tokens of a theme by name."""
    return dict(re.findall(r"--([\w-]+): (#\w{6})", THEMES[theme]))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read(theme: str) -> None:
    known = colours(theme)
    faint = {(a, b): round(contrast(known[a], known[b]), 2) for a, b in TEXT if contrast(known[a], known[b]) < 4.5}
    assert not faint


@pytest.mark.parametrize("theme", THEMES)
def test_shapes_can_be_seen(theme: str) -> None:
    known = colours(theme)
    assert not {pair for pair in SHAPES if contrast(known[pair[0]], known[pair[1]]) < 3}


def test_dark_is_the_same_whether_chosen_or_by_the_system() -> None:
    assert colours("dark") == colours("chosen dark")


def test_charts_are_drawn_in_the_same_ink() -> None:
    for theme, ink in (("light", LIGHT), ("dark", DARK)):
        assert {name: colours(theme)[name] for name in ink} == ink
