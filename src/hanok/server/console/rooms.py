"""The rooms as the pages show them: installed ones with what they are doing, planned ones unlit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hanok.core import registry
from hanok.server.catalog import Headline, Overview, overview
from hanok.server.console.language import Messages
from hanok.server.console.plan import Mark, Place, places
from hanok.server.errors import Error
from hanok.server.house import House

State = Literal["serving", "trained", "training", "untrained", "planned", "broken"]
"""``broken``: it is installed and cannot be imported, or its model cannot be loaded."""


@dataclass(frozen=True)
class Room:
    """One room.

    Parameters
    ----------
    name, title, summary : str
        In the page's language where the plan has words for it, else as the system says.
    state : State
        What it is doing.
    icon : str
        Path of its sign; empty for a guest.
    champion : int, optional
        The version that answers.
    figure : Headline, optional
        The champion's headline figure.
    reviews, jobs : int
        Answers that wait for a person; jobs that wait or run.
    missing : tuple of str
        Environment variables it needs and has not got.
    problem : Error, optional
        Why it is broken.
    """

    name: str
    title: str
    summary: str
    state: State
    icon: str = ""
    champion: int | None = None
    figure: Headline | None = None
    reviews: int = 0
    jobs: int = 0
    missing: tuple[str, ...] = ()
    problem: Error | None = None

    @property
    def installed(self) -> bool:
        """Whether there is anything to open."""
        return self.state != "planned"


def rooms(house: House, t: Messages) -> list[Room]:
    """Every room of the plan in its order, then the guests by name."""
    installed = {known.name: known for known in overview(house)}
    order = [*places(), *(name for name in installed if name not in places())]
    return [
        _installed(installed[name], places().get(name), t) if name in installed else _planned(places()[name], t)
        for name in order
    ]


def room(known: list[Room], name: str) -> Room:
    """One installed room.

    Raises
    ------
    NotFound
        No such system is installed.
    """
    found = next((room for room in known if room.name == name and room.installed), None)
    if found is None:
        registry.find(name)  # says so
        raise AssertionError(name)
    return found


def mark(found: Room, t: Messages, here: str = "") -> Mark:
    """The room as a square of the plan."""
    label = f"{found.title} – {t(f'state.{found.state}')}"
    if found.reviews:
        label += f" – {t('room.reviews_waiting', n=found.reviews)}"
    return Mark(found.name, found.title, label, found.state, found.reviews, found.name == here)


def _planned(place: Place, t: Messages) -> Room:
    return Room(place.name, place.title[t.language], place.summary[t.language], "planned", place.icon)


def _installed(known: Overview, place: Place | None, t: Messages) -> Room:
    return Room(
        name=known.name,
        title=place.title[t.language] if place else known.title,
        summary=place.summary[t.language] if place else known.summary,
        state="broken" if known.problem else "training" if known.jobs_running else known.state,
        icon=place.icon if place else "",
        champion=known.champion,
        figure=known.figure,
        reviews=known.reviews,
        jobs=known.jobs_running,
        missing=tuple(known.missing_settings),
        problem=known.problem,
    )
