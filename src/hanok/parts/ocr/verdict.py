"""What is known of a stage of a cascade, and what it makes of a cell."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from hanok.parts.calibration import Isotonic
from hanok.parts.ocr.evidence import Evidence

LEVELS = ("threshold", "agreement")
"""Of a stage: probabilities, or infinity, which JSON has not."""


class Verdict(NamedTuple):
    """What a cascade says of one cell.

    Parameters
    ----------
    value : str
        Numbers as `numeral` spells them, text as `words` does; empty where nobody could read it.
    raw : str
        As the engine said it.
    confidence : float, 0 to 1
        Probability that `value` is right, as learnt from labelled lines.
    engine : str
        The cheapest that read `value`, or that thought of it where none did; empty where there is none.
    agreed : tuple of str
        All engines that read `value`.
    asked : tuple of str
        All engines that were asked, in order.
    accepted : bool
        Whether it may stand; otherwise a person should look.
    alternatives : tuple of str
        Other values: that engines read, the likelier first, then that they only thought of.
    failed : tuple of str
        Engines that could not answer and why, such as ``"google: over_budget"``.
    """

    value: str
    raw: str
    confidence: float
    engine: str
    agreed: tuple[str, ...]
    asked: tuple[str, ...]
    accepted: bool
    alternatives: tuple[str, ...]
    failed: tuple[str, ...]


class Stage(NamedTuple):
    """What was learnt of the cells that reach an engine.

    Parameters
    ----------
    trust : mapping of str to Isotonic
        What each pattern of evidence is worth.
    threshold : float
        The probability that is enough; infinity where labelled lines were too few, or no probability was enough.
    agreement : float
        The probability that is enough where two engines read the same; infinity where they are wrong too often.
    least : int
        Engines that have to read the same, however sure one is.
    """

    trust: Mapping[str, Isotonic] = MappingProxyType({})
    threshold: float = float("inf")
    agreement: float = 0.0
    least: int = 1

    def as_dict(self) -> dict[str, Any]:
        """For JSON; `of` reads it back."""
        trust = {pattern: steps.as_dict() for pattern, steps in self.trust.items()}
        return {"trust": trust, **{name: _told(getattr(self, name)) for name in LEVELS}, "least": self.least}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """From what `as_dict` gave."""
        trust = {pattern: Isotonic.of(steps) for pattern, steps in kept["trust"].items()}
        threshold, agreement = (float("inf") if kept[name] is None else float(kept[name]) for name in LEVELS)
        return cls(trust, threshold, agreement, int(kept["least"]))

    @property
    def known(self) -> bool:
        """Whether a probability is enough at all."""
        return self.threshold <= 1


def _told(level: float) -> float | None:
    return level if level <= 1 else None


def conclude(cell: Evidence, stage: Stage) -> Verdict:
    """What the readings of a cell come to, after the stage it has reached."""
    asked = tuple(reading.engine for reading in cell.readings)
    failed = tuple(f"{reading.engine}: {reading.failed}" for reading in cell.readings if reading.failed)
    ranked = cell.ranked(stage.trust)
    if not ranked:
        return Verdict("", "", 0.0, "", (), asked, False, (), failed)
    best = ranked[0]
    sure = best.known and best.probability >= stage.threshold and len(best.engines) >= stage.least
    two = len(best.engines) > 1 and (best.probability if best.known else 1.0) >= stage.agreement
    thought_of = [cell.spelt(text) for reading in cell.readings for text in reading.alternatives]
    others = dict.fromkeys([*(found.value for found in ranked[1:]), *thought_of])
    rest = tuple(value for value in others if value not in ("", best.value))
    enough = sure or two
    return Verdict(best.value, best.raw, best.probability, best.source, best.engines, asked, enough, rest, failed)
