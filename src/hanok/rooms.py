"""Everything a room needs, in one import: ``from hanok.rooms import System, Table, Fold, Report``."""

from hanok.core.contract import Fold, Objective, System
from hanok.core.ledger import Event, Ledger, Nothing, Online, Page
from hanok.core.marks import APPEND, LOCAL, LOG_SEARCH, SEARCH, SESSION, Mark, Media, Stage
from hanok.core.problem import (
    Busy,
    Conflict,
    Failed,
    Forbidden,
    NotFound,
    Problem,
    Stopped,
    TooLarge,
    TooLate,
    Unauthorized,
    Unavailable,
)
from hanok.core.report import Chart, Grid, Measure, Report, Series
from hanok.core.run import Progress, Run
from hanok.core.sources import Folder, Source, Table

__all__ = [
    "APPEND",
    "LOCAL",
    "LOG_SEARCH",
    "SEARCH",
    "SESSION",
    "Busy",
    "Chart",
    "Conflict",
    "Event",
    "Failed",
    "Fold",
    "Folder",
    "Forbidden",
    "Grid",
    "Ledger",
    "Mark",
    "Measure",
    "Media",
    "NotFound",
    "Nothing",
    "Objective",
    "Online",
    "Page",
    "Problem",
    "Progress",
    "Report",
    "Run",
    "Series",
    "Source",
    "Stage",
    "Stopped",
    "System",
    "Table",
    "TooLarge",
    "TooLate",
    "Unauthorized",
    "Unavailable",
]
