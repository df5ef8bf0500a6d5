"""Quantize: your network and images in, a smaller network of whole numbers and its price out."""

from hanok.systems.quantize.config import Config
from hanok.systems.quantize.data import Data, Sources
from hanok.systems.quantize.items import Answer, Chance, Photo, Right
from hanok.systems.quantize.system import Quantize

__all__ = ["Answer", "Chance", "Config", "Data", "Photo", "Quantize", "Right", "Sources"]
