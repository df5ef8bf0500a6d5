"""Which design a board has, of those that templates are known of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hanok.parts.ocr.alignment import density, likeness
from hanok.parts.ocr.board import Board
from hanok.parts.ocr.pieces import Look
from hanok.parts.ocr.template import ENOUGH, Fit, Template

NONE = -1.0  # a score less than any that is sure
TRIED = 8  # templates that are laid on a board


def best_fit(board: Board, templates: Sequence[Template]) -> Fit | None:
    """The template that a board has the design of.

    Parameters
    ----------
    board : Board
        Straight; it may stand on its head.
    templates : sequence of Template
        One for each layout; the eight whose ink is most alike are tried, the likest first. The best score counts, less
        the share of letters that lie outside, as a table fits a template of one row less, too; from .99 on only layouts
        of the same design with more fields are tried.

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
    most = NONE
    for template in sorted(templates, key=like, reverse=True)[:TRIED]:
        if best and most >= ENOUGH and not _longer(template, best.template):
            continue
        fit = template.fit(board, look)
        score = fit.score - board.beside(fit.board) if fit and fit.sure else NONE
        if score > most:
            best, most = fit, score
    return best


def _longer(template: Template, than: Template) -> bool:
    """Whether a template is of the same design with more fields, as a table with another row is."""
    same = template.name.rsplit("/", 1)[0] == than.name.rsplit("/", 1)[0]
    return same and len(template.regions) > len(than.regions)
