"""Network embedding: who responds to what in a typed network, for its nodes and for new ones."""

from hanok.systems.network.config import Config
from hanok.systems.network.data import Data
from hanok.systems.network.items import Answer, Entry, Link, Measured, Neighbour, Query
from hanok.systems.network.rows import EdgeRow, FeatureRow, ResponseRow, Sources
from hanok.systems.network.system import Network

__all__ = [
    "Answer",
    "Config",
    "Data",
    "EdgeRow",
    "Entry",
    "FeatureRow",
    "Link",
    "Measured",
    "Neighbour",
    "Network",
    "Query",
    "ResponseRow",
    "Sources",
]
