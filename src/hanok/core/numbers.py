"""Numbers as a person reads them: at most three significant digits, with their unit; shares as ``.914``."""

from __future__ import annotations

import math
from collections.abc import Sequence

NONE = "–"
"""Stands where there is no number."""

_NBSP = "\u00a0"  # a number never stands on another line than its unit
_PREFIXES = ("", "k", "M", "G", "T")


def number(x: float | None, unit: str = "") -> str:
    """A number with its unit.

    Parameters
    ----------
    x : float, int or None
        NaN and None are shown as a dash.
    unit : str
        Seconds (``"s"``, ``"ms"``) and bytes (``"B"``) are scaled to what reads best; any other is appended.

    Example
    -------
    >>> number(0.91437), number(1.0), number(-0.0123), number(12083), number(7)
    ('.914', '1.00', '−.0123', '12.1k', '7')
    >>> number(3.14159, "words"), number(98.76, "%"), number(1840, "ms"), number(None)
    ('3.14\\xa0words', '98.8%', '1.84\\xa0s', '–')
    """
    if x is None or math.isnan(x):
        return NONE
    if unit in ("s", "ms"):
        return duration(x / 1000 if unit == "ms" else x)
    if unit == "B":
        return size(x)
    text = _digits(x) if abs(x) < 999.5 or math.isinf(x) else "".join(_scaled(x))
    return text + unit if unit in ("", "%") else text + _NBSP + unit


def signed(x: float, unit: str = "") -> str:
    """A difference: as `number`, with a plus where there is one.

    Example
    -------
    >>> signed(0.0312), signed(-0.0312), signed(0)
    ('+.0312', '−.0312', '0')
    """
    return ("+" if x > 0 else "") + number(x, unit)


def span(low: float, high: float, unit: str = "") -> str:
    """An interval.

    Example
    -------
    >>> span(0.9012, 0.9273)
    '[.901, .927]'
    """
    return f"[{number(low, unit)}, {number(high, unit)}]"


def size(bytes: float) -> str:
    """A size in decimal units: 1 kB is 1000 bytes.

    Example
    -------
    >>> size(812), size(48_230_000)
    ('812\\xa0B', '48.2\\xa0MB')
    """
    digits, prefix = _scaled(bytes)
    return f"{digits}{_NBSP}{prefix}B"


def duration(seconds: float) -> str:
    """A time, in the one or two units that say it.

    Example
    -------
    >>> duration(0.00042), duration(0.0123), duration(3.4), duration(125), duration(3720)
    ('420\\xa0µs', '12.3\\xa0ms', '3.40\\xa0s', '2\\xa0min 5\\xa0s', '1\\xa0h 2\\xa0min')
    """
    if seconds < 0:
        return "−" + duration(-seconds)
    for unit, scale in (("µs", 1e6), ("ms", 1e3), ("s", 1.0)):
        if 0 < float(f"{seconds * scale:.3g}") < (60 if unit == "s" else 1000):
            return f"{_digits(seconds * scale)}{_NBSP}{unit}"
    if not 0 < seconds < math.inf:
        return f"{_digits(seconds)}{_NBSP}s"
    if (whole := round(seconds)) < 3600:
        return _both(*divmod(whole, 60), "min", "s")
    if (whole := round(seconds / 60)) < 24 * 60:
        return _both(*divmod(whole, 60), "h", "min")
    return _both(*divmod(round(seconds / 3600), 24), "d", "h")


def ticks(values: Sequence[float]) -> list[str]:
    """Labels of an axis: as short as they can be while no two of them are the same.

    Example
    -------
    >>> ticks([0, 0.25, 0.5]), ticks([2019, 2020, 2021]), ticks([0, 10_000, 20_000])
    (['0', '.25', '.5'], ['2019', '2020', '2021'], ['0', '10k', '20k'])
    """
    if all(float(v).is_integer() and abs(v) < 10_000 for v in values):
        return [f"{v:.0f}".replace("-", "−") for v in values]
    labels = [_trimmed(number(v)) for v in values]
    return labels if len(set(labels)) == len(labels) else [f"{v:.6g}".replace("-", "−") for v in values]


def _digits(x: float) -> str:
    """Three significant digits, no leading zero; whole numbers as they are."""
    if x == 0:
        return "0"
    if math.isinf(x):
        return "∞" if x > 0 else "−∞"
    text = str(x) if isinstance(x, int) else f"{x:#.3g}".rstrip(".")
    mantissa, exponent, power = text.partition("e")
    sign = "−" if x < 0 else ""
    mantissa = mantissa.removeprefix("-")
    mantissa = mantissa.removeprefix("0") if mantissa.startswith("0.") else mantissa
    return sign + mantissa + (f"e{int(power)}".replace("-", "−") if exponent else "")


def _both(whole: int, rest: int, large: str, small: str) -> str:
    """A time in two units, the smaller one left out when it is nothing."""
    return f"{whole}{_NBSP}{large}" + (f" {rest}{_NBSP}{small}" if rest else "")


def _scaled(x: float) -> tuple[str, str]:
    """Digits and the decimal prefix that keeps them below a thousand."""
    for step, prefix in enumerate(_PREFIXES):
        scaled = x / 1000**step if step else x
        if abs(float(f"{scaled:.3g}")) < 1000:
            return _digits(scaled), prefix
    return _digits(float(x)), ""


def _trimmed(label: str) -> str:
    """``.500`` as ``.5``, ``10.0k`` as ``10k``."""
    prefix = label[-1] if label[-1] in "kMGT" else ""
    digits = label.removesuffix(prefix)
    return (digits.rstrip("0").rstrip(".") if "." in digits and "e" not in digits else digits) + prefix
