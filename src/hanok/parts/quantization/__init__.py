"""Networks of whole numbers, from any torch model. `docs/parts/quantization.md` is the guide."""

from hanok.parts.quantization.integer import ExportReport, IntegerModel
from hanok.parts.quantization.narrowing import narrowed
from hanok.parts.quantization.nnac import Merge
from hanok.parts.quantization.packing import PackedWeights
from hanok.parts.quantization.prepare import calibrate, convert, pack, prepare, recalibrate
from hanok.parts.quantization.recipe import FST, NNAC, KMeans, QuantNoise, Recipe
from hanok.parts.quantization.runner import Runner
from hanok.parts.quantization.shrinking import Price, Smaller, smaller
from hanok.parts.quantization.slimming import Slimmed, slimmed

__all__ = [
    "FST",
    "NNAC",
    "ExportReport",
    "IntegerModel",
    "KMeans",
    "Merge",
    "PackedWeights",
    "Price",
    "QuantNoise",
    "Recipe",
    "Runner",
    "Slimmed",
    "Smaller",
    "calibrate",
    "convert",
    "narrowed",
    "pack",
    "prepare",
    "recalibrate",
    "slimmed",
    "smaller",
]
