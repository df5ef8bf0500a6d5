"""How good a cascade is, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hanok.core.problem import Problem
from hanok.parts.calibration import wilson
from hanok.parts.ocr.engine import Kind
from hanok.parts.ocr.evidence import Evidence
from hanok.parts.ocr.verdict import Verdict


class Judgement(NamedTuple):
    """Verdicts against what the cells say.

    Parameters
    ----------
    cells : int
    exact : float
        Share whose value is right, accepted or not.
    accepted : float
        Share that was accepted; the rest is for people.
    escalated : float
        Share for which more than one engine was asked.
    asked : dict of str to float
        Share for which each engine was asked.
    precision, low, high : float
        Share of the accepted that is right, with its 95 % Wilson interval; of none accepted 0, 0 and 1.
    kept : float
        Share that the first engine settled alone.
    kept_precision : float
        Share of these that is right; 0 where there is none.
    """

    cells: int
    exact: float
    accepted: float
    escalated: float
    asked: dict[str, float]
    precision: float
    low: float
    high: float
    kept: float
    kept_precision: float


def judge(verdicts: Sequence[Verdict], texts: Sequence[str], kinds: Sequence[Kind]) -> Judgement:
    """Compare verdicts with what the cells say.

    Parameters
    ----------
    verdicts : sequence of n_cells Verdict
        Of `Cascade.read`.
    texts : sequence of n_cells str
        What the cells say.
    kinds : sequence of n_cells "number" or "text"
        What they hold.

    Raises
    ------
    Problem
        There are no cells, or the three are not of one length.

    Example
    -------
    >>> one = Verdict("12", "l2", 0.99, "tesseract", ("tesseract",), ("tesseract",), True, (), ())
    >>> two = one._replace(value="7", asked=("tesseract", "rapidocr"), accepted=False)
    >>> found = judge([one, two], ["12", "1"], ["number", "number"])
    >>> found.exact, found.accepted, found.escalated, found.precision
    (0.5, 0.5, 0.5, 1.0)
    """
    if not verdicts or not len(verdicts) == len(texts) == len(kinds):
        found = f"{len(verdicts)} verdicts, {len(texts)} texts, {len(kinds)} kinds"
        raise Problem("lengths_differ", f"found {found}; expected as many, and some")
    pairs = zip(verdicts, texts, kinds, strict=True)
    right = np.array([one.value != "" and one.value == Evidence(kind).spelt(text) for one, text, kind in pairs])
    accepted = np.array([one.accepted for one in verdicts])
    escalated = np.array([len(one.asked) > 1 for one in verdicts])
    kept = accepted & ~escalated
    names = list(dict.fromkeys(name for one in verdicts for name in one.asked))
    low, high = wilson(int(right[accepted].sum()), int(accepted.sum()))
    return Judgement(
        cells=len(verdicts),
        exact=float(right.mean()),
        accepted=float(accepted.mean()),
        escalated=float(escalated.mean()),
        asked={name: sum(name in one.asked for one in verdicts) / len(verdicts) for name in names},
        precision=_share(right[accepted]),
        low=float(low),
        high=float(high),
        kept=float(kept.mean()),
        kept_precision=_share(right[kept]),
    )


def _share(right: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    return float(right.mean()) if len(right) else 0.0
