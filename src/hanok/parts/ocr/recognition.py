"""Which design a board has, of those that templates are known of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hanok.parts.ocr.alignment import density, likeness
from hanok.parts.ocr.board import Board
from hanok.parts.ocr.pieces import Look
from hanok.parts.ocr.template import Fit, Template

ENOUGH = 0.99  # the score from which no other template is tried
TRIED = 8  # templates that are laid on a board


def best_fit(board: Board, templates: Sequence[Template]) -> Fit | None:
    """The template that a board has the design of.

    Parameters
    ----------
    board : Board
        Straight; it may stand on its head.
    templates : sequence of Template
        One for each design; the eight whose ink is most alike are tried, the likest first. The best score counts, as a
        table fits a template of one row less, too; one of .99 or more ends the search.

    Returns
    -------
    Fit or None
        None if it has the design of none.
    """
    best = _best(board, templates)
    if not best and board.method == "outline":  # perhaps of a table only
        best = _best(board.widened(), templates)
    if best:
        return best
    turned = [board.rotated(turn) for turn in (90, 270)]  # a board of many columns may have been turned on its side
    fits = [_best(each, templates) for each in turned]
    return max(filter(None, fits), key=lambda fit: fit.score, default=None)


def _best(board: Board, templates: Sequence[Template]) -> Fit | None:
    """The best fit of a board as it lies, or on its head."""
    look = Look.at(board.pixels)

    def like(template: Template) -> float:
        ours = density(look.letters, template.width / template.height)
        return max(likeness(each, template.letters) for each in (ours, np.ascontiguousarray(ours[::-1, ::-1])))

    best: Fit | None = None
    for template in sorted(templates, key=like, reverse=True)[:TRIED]:
        fit = template.fit(board, look)
        if fit and fit.sure and (best is None or fit.score > best.score):
            best = fit
        if best and best.score >= ENOUGH:
            break
    return best
