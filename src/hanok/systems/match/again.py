"""Pictures that come again, as the same file or saved anew: who they are, by what was answered before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import NamedTuple, Self

from hanok.core.lasting import Lasting
from hanok.core.ledger import Event
from hanok.core.problem import Problem
from hanok.parts.image import ALIKE, Pixels, apart, fingerprint, load, same
from hanok.systems.match.items import Correction, Photo, Record

Happened = Event[Photo, Record, Correction]


def digest(image: bytes) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(image).hexdigest()


def mark_of(event: Happened) -> str:
    """What the picture of an answer goes by."""
    return event.output.picture or digest(event.item.image)  # an older release's record does not say


class Known(NamedTuple):
    """A picture's fingerprint, and the number of the answer that has it."""

    looks: str
    answer: int


class Pictures:
    """Every picture that was answered, each by the file by which it was first sent: a state for `Lasting`."""

    def __init__(self, known: dict[str, Known] | None = None) -> None:
        self.known = known or {}

    def fork(self) -> Self:
        """A copy to change."""
        return type(self)(dict(self.known))

    def step(self, event: Happened) -> None:
        """Remember a picture that had not been sent before; the last answer to that very file is where to find it."""
        picture = event.output.picture
        if event.feedback is None and picture and digest(event.item.image) == picture:
            known = self.known.get(picture)
            looks = known.looks if known else fingerprint(load(event.item.image))
            self.known[picture] = Known(looks, event.seq)

    def dump(self) -> bytes:
        """As JSON."""
        return json.dumps(self.known).encode()

    def load(self, dumped: bytes) -> Self:
        """The mirror of `dump`."""
        return type(self)({picture: Known(*each) for picture, each in json.loads(dumped).items()})

    def mark(self, image: bytes, fetch: Callable[[int], Happened | None]) -> str:
        """SHA-256 of the file that a picture goes by: its own, or that of an earlier one that it repeats.

        Parameters
        ----------
        image : bytes
            The file.
        fetch : callable
            Gives the answer of a number, or None.

        Raises
        ------
        Problem
            It is no picture.
        """
        own = digest(image)
        if own in self.known:
            return own
        pixels = load(image, where="image")
        looks = fingerprint(pixels)
        near = [(apart(looks, each.looks), picture, each.answer) for picture, each in self.known.items()]
        for bits, picture, answer in sorted(near):
            if bits > ALIKE:
                break
            event = fetch(answer)
            if event is not None and _shows(event.item.image, pixels):
                return picture
        return own


def pictures() -> Lasting[Pictures]:
    """The state, as a room keeps it."""
    return Lasting("pictures", Pictures())


def _shows(image: bytes, pixels: Pixels) -> bool:
    try:
        return same(load(image), pixels)
    except Problem:
        return False
