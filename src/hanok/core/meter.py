"""What a model uses up of what it may."""

from __future__ import annotations

from pydantic import BaseModel, FiniteFloat, NonNegativeFloat


class Meter(BaseModel):
    """What was used of something that is limited, such as money in a month.

    Parameters
    ----------
    name : str
        What of, such as ``"Google, this month"``.
    used, limit : float
        In the same unit.
    unit : str
        Such as ``"USD"``.

    Example
    -------
    >>> Meter(name="Google, this month", used=1.25, limit=5, unit="USD").left
    3.75
    """

    name: str
    used: FiniteFloat
    limit: NonNegativeFloat
    unit: str = ""

    @property
    def left(self) -> float:
        """What may still be used."""
        return max(self.limit - self.used, 0.0)

    @property
    def share(self) -> float:
        """Of the limit, from 0 to 1, what is used."""
        return min(max(self.used / self.limit, 0.0), 1.0) if self.limit else 1.0
