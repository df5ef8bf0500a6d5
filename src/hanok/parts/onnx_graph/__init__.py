"""ONNX graphs with fewer operations and the same answers. `docs/parts/onnx_graph.md` is the guide."""

from hanok.parts.onnx_graph.affine import Affine, affine_maps
from hanok.parts.onnx_graph.build import Builder
from hanok.parts.onnx_graph.slim import Slim, slim
from hanok.parts.onnx_graph.tidy import fold_constants, multiplications, operations, remove_dead, remove_identities

__all__ = [
    "Affine",
    "Builder",
    "Slim",
    "affine_maps",
    "fold_constants",
    "multiplications",
    "operations",
    "remove_dead",
    "remove_identities",
    "slim",
]
