"""Numbers as boards show them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Random = np.random.Generator


def number(rng: Random, *, segment: bool = False) -> str:
    """A number as a board may show it: points, clocks, sets, shares, differences.

    Parameters
    ----------
    rng : Generator
        Draws kind and digits.
    segment : bool
        Only what seven segments can show.

    Example
    -------
    >>> number(np.random.default_rng(4))
    '94%'
    """
    kinds, weights = (SHOWN_BY_SEGMENTS, SEGMENT_WEIGHTS) if segment else (PRINTED, PRINT_WEIGHTS)
    return kinds[int(np.searchsorted(weights, rng.random()))](rng)


def _digits(rng: Random, most: int = 6) -> str:
    """A whole number of any length, each as likely; now and then with zeros before it."""
    length = int(rng.integers(1, most + 1))
    text = "".join(str(d) for d in rng.integers(0, 10, length))
    return text if rng.random() < 0.15 else str(int(text))


def _same(rng: Random) -> str:
    """One digit again and again: hardest to count."""
    return str(rng.integers(0, 10)) * int(rng.integers(2, 5))


def _thousands(rng: Random) -> str:
    return f"{int(rng.integers(1000, 10 ** int(rng.integers(4, 8)))):,}"


def _decimal(rng: Random) -> str:
    return f"{rng.uniform(0, 10 ** int(rng.integers(1, 4))):.{int(rng.integers(1, 3))}f}"


def _clock(rng: Random) -> str:
    hours = f"{rng.integers(0, 10)}:" if rng.random() < 0.15 else ""
    minutes = int(rng.integers(0, 60))
    first = f"{minutes:02d}" if hours or rng.random() < 0.6 else str(minutes)
    return f"{hours}{first}:{rng.integers(0, 60):02d}"


def _pair(rng: Random) -> str:
    most = int(rng.choice([10, 30, 130]))
    return f"{rng.integers(0, most)}-{rng.integers(0, most)}"


def _spaced(rng: Random) -> str:
    between = str(rng.choice([" : ", " - ", " / "]))
    return between.join(str(n) for n in rng.integers(0, int(rng.choice([10, 30, 130])), 2))


def _apart(rng: Random) -> str:
    return " ".join(str(n) for n in rng.integers(0, int(rng.choice([10, 100, 1000])), int(rng.integers(2, 4))))


def _slashes(rng: Random) -> str:
    between = " / " if rng.random() < 0.4 else "/"
    return between.join(str(n) for n in rng.integers(0, int(rng.choice([10, 40])), int(rng.integers(2, 4))))


def _share(rng: Random) -> str:
    return f"{rng.integers(0, 101)}%" if rng.random() < 0.6 else f"{rng.uniform(0, 100):.1f}%"


def _signed(rng: Random) -> str:
    return f"{rng.choice(['+', '-'])}{_digits(rng, 3)}"


def _below(rng: Random) -> str:
    return f"-{_digits(rng, 3)}"


Kinds = tuple[Callable[[Random], str], ...]
PRINTED: Kinds = (_digits, _same, _thousands, _decimal, _clock, _pair, _spaced, _apart, _slashes, _share, _signed)
PRINT_WEIGHTS = np.cumsum([0.45, 0.06, 0.1, 0.06, 0.06, 0.04, 0.04, 0.02, 0.08, 0.04, 0.05])
SHOWN_BY_SEGMENTS: Kinds = (_digits, _same, _decimal, _clock, _pair, _below)
SEGMENT_WEIGHTS = np.cumsum([0.62, 0.1, 0.1, 0.1, 0.04, 0.04])
