"""Match result recorder: pictures of results in, records with the source of every value out."""

from hanok.systems.match.config import Config, Settings
from hanok.systems.match.data import Cell, Data, Labelled, Sources
from hanok.systems.match.items import Correction, Photo, Record, Team, Value
from hanok.systems.match.system import Match

__all__ = [
    "Cell",
    "Config",
    "Correction",
    "Data",
    "Labelled",
    "Match",
    "Photo",
    "Record",
    "Settings",
    "Sources",
    "Team",
    "Value",
]
