"""Comics recommender: who read the same, what the synopsis says, what the cover looks like, fused."""

from hanok.systems.comics.config import Config
from hanok.systems.comics.data import Catalogue, Data, Item, Read, Sources
from hanok.systems.comics.items import Choice, Entry, Shelf, Wish
from hanok.systems.comics.system import Comics

__all__ = ["Catalogue", "Choice", "Comics", "Config", "Data", "Entry", "Item", "Read", "Shelf", "Sources", "Wish"]
