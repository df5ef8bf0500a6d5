"""Related videos: matrix factorisation, item2vec and texts in an ensemble, and a bandit that orders what is shown."""

from hanok.systems.video.config import Config
from hanok.systems.video.data import Catalogue, Data, Item, Sources, View
from hanok.systems.video.items import Arm, Click, Entry, Request, Slate
from hanok.systems.video.system import Video

__all__ = [
    "Arm",
    "Catalogue",
    "Click",
    "Config",
    "Data",
    "Entry",
    "Item",
    "Request",
    "Slate",
    "Sources",
    "Video",
    "View",
]
