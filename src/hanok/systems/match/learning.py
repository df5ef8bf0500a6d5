"""What people put right, as labelled pictures to learn from and as what a picture is known to say."""

from __future__ import annotations

from collections.abc import Sequence

from hanok.core.contract import Fold
from hanok.core.problem import Problem
from hanok.parts.text import Language
from hanok.systems.match.again import Happened, digest, mark_of
from hanok.systems.match.data import Cell, Data, Kind, Labelled
from hanok.systems.match.rules import Rules

Said = dict[str, dict[str, str]]
"""What people said of pictures: by SHA-256 of the file by which they were first sent, then by path."""


def take_in(said: Said, event: Happened) -> None:
    """Remember what somebody said of a picture; the last word on a field counts."""
    correction = event.feedback
    if correction is None:
        return
    own = said.setdefault(mark_of(event), {})
    if correction.rest_is_right:
        own.update({path: str(each.value) for path, each in event.output.values() if each.value is not None})
    own.update(correction.values)


def told_since(
    fold: Fold[Data], before: Sequence[Labelled], events: Sequence[Happened], rules: dict[str, Rules]
) -> tuple[Data, tuple[Labelled, ...]]:
    """The training pictures, and those that people corrected; the last word on a picture counts.

    A picture of the validation or test part stays out; one of the training part gives way to what was said of it.

    Raises
    ------
    Problem
        ``nothing_to_learn``: nobody corrected a picture of a known design that versions are not judged by.
    """
    held = {digest(board.image) for part in (fold.valid, fold.test) for board in part.boards}
    known = {board.name: board for board in before}
    fresh: set[str] = set()
    said: Said = {}
    for event in events:
        mark, own = mark_of(event), digest(event.item.image)
        if event.feedback is None or {mark, own} & held or event.output.design not in rules:
            continue
        take_in(said, event)
        board = _labelled(event, said[mark], rules[event.output.design])
        if board:
            known[board.name] = board
            fresh.add(mark)
    if not fresh:
        hint = "say the right values; a picture that versions are judged by is not learnt from"
        raise Problem("nothing_to_learn", "nobody corrected a new picture of a known design", hint=hint)
    kept = [row for row, board in enumerate(fold.train.boards) if _called(digest(board.image)) not in known]
    return fold.train.take(kept), tuple(known.values())


def _labelled(event: Happened, said: dict[str, str], rules: Rules) -> Labelled | None:
    """The picture with what people said of it, where the answer had found it."""
    shown = dict(event.output.values())
    cells = []
    for path, text in said.items():
        if text and path in shown and len(shown[path].box) == 4:
            kind: Kind = "text" if rules.group(path) == "text" else "number"
            cells.append(Cell(path, text, kind, tuple((x, y) for x, y in shown[path].box)))
    if not cells:
        return None
    spoken: Language = event.output.language or "en"  # type: ignore[assignment]  # as the answer had it
    whole = len(cells) == len(shown)
    return Labelled(_called(mark_of(event)), event.item.image, event.output.design, spoken, tuple(cells), whole)


def _called(mark: str) -> str:
    """The name of a picture that people corrected."""
    return f"told {mark[:12]}"
