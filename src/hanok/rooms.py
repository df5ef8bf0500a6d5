"""Everything a room needs, in one import: ``from hanok.rooms import System, Table, Fold, Report``."""

from hanok.core.contract import Fold, Objective, System
from hanok.core.lasting import Folded, Lasting
from hanok.core.ledger import Cursor, Event, Kept, Ledger, Nothing, Online, Page, Past
from hanok.core.marks import APPEND, BETA, CARDS, LOCAL, LOG_SEARCH, PICK, SEARCH, SESSION, Asset, Mark, Media, Stage
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
    "BETA",
    "CARDS",
    "LOCAL",
    "LOG_SEARCH",
    "PICK",
    "SEARCH",
    "SESSION",
    "Asset",
    "Busy",
    "Chart",
    "Conflict",
    "Cursor",
    "Event",
    "Failed",
    "Fold",
    "Folded",
    "Folder",
    "Forbidden",
    "Grid",
    "Kept",
    "Lasting",
    "Ledger",
    "Mark",
    "Measure",
    "Media",
    "NotFound",
    "Nothing",
    "Objective",
    "Online",
    "Page",
    "Past",
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
