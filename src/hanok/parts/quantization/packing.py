"""Weights of few bits, packed: two or four to a byte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.quantization.program import Array, Floats32

Bytes = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.int8]
NOTE = "hanok.packed"


def stored(bits: int) -> int:
    """Bits that a code takes in a file: 2, 4 or 8."""
    return next(size for size in (2, 4, 8) if bits <= size)


def pack_codes(codes: Codes, bits: int) -> Bytes:
    """Codes side by side, the first in the lowest bits.

    Parameters
    ----------
    codes : array, int8
        -(2^(bits - 1) - 1) to 2^(bits - 1) - 1.
    bits : int, 2 to 8
        3 are stored as 4, 5 to 7 as 8.

    Returns
    -------
    array (n,), uint8

    Example
    -------
    >>> pack_codes(np.array([-7, 7, 0], np.int8), 4).tolist()
    [224, 7]
    """
    size = stored(bits)
    each = 8 // size
    unsigned = codes.reshape(-1).astype(np.int16) + 2 ** (bits - 1) - 1
    padded = np.pad(unsigned, (0, -len(unsigned) % each)).reshape(-1, each)
    return np.asarray((padded << (size * np.arange(each))).sum(axis=1), np.uint8)


def unpack_codes(packed: Bytes, bits: int, shape: tuple[int, ...]) -> Codes:
    """The mirror of `pack_codes`."""
    size = stored(bits)
    each = 8 // size
    unsigned = (packed[:, None] >> (size * np.arange(each)).astype(np.uint8)) & np.uint8(2**size - 1)
    flat = unsigned.reshape(-1)[: int(np.prod(shape))].astype(np.int16) - (2 ** (bits - 1) - 1)
    return np.asarray(flat, np.int8).reshape(shape)


@dataclass(frozen=True, eq=False)
class Layer:
    """Weights of one layer.

    Parameters
    ----------
    codes : array (out, ...), int8
    scale : array (out,), float32
    bits : int
    """

    codes: Codes
    scale: Floats32
    bits: int

    def weights(self) -> Floats32:
        """What the codes stand for."""
        return self.codes.astype(np.float32) * self.scale.reshape(-1, *[1] * (self.codes.ndim - 1))


@dataclass(frozen=True, eq=False)
class PackedWeights:
    """What `pack` gives: all that a model has learnt, its quantised weights in few bits.

    Parameters
    ----------
    layers : mapping of str to Layer
        By the name of the weight.
    others : mapping of str to array
        Biases, normalisation and weights that are not quantised.
    """

    layers: Mapping[str, Layer]
    others: Mapping[str, Array]

    def arrays(self) -> dict[str, Array]:
        """Everything as arrays, by the names of the model's `state_dict`."""
        return {**self.others, **{name: layer.weights() for name, layer in self.layers.items()}}

    def save(self, path: Path | str) -> Path:
        """Write one safetensors file; its size is what the model takes."""
        from safetensors.numpy import save_file

        found = dict(self.others)
        for name, layer in self.layers.items():
            found[f"{name}.codes"] = pack_codes(layer.codes, layer.bits)
            found[f"{name}.scale"] = layer.scale
        notes = {name: [layer.bits, *layer.codes.shape] for name, layer in self.layers.items()}
        save_file({name: np.ascontiguousarray(one) for name, one in found.items()}, path, {NOTE: json.dumps(notes)})
        return Path(path)

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        Problem
            ``bad_file``.
        """
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, "np") as file:
                notes = json.loads((file.metadata() or {})[NOTE])
                found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  it is no mapping
            layers = {}
            for name, (bits, *shape) in notes.items():
                codes = unpack_codes(found.pop(f"{name}.codes"), bits, tuple(shape))
                layers[name] = Layer(codes, found.pop(f"{name}.scale"), bits)
        except (SafetensorError, OSError, KeyError, TypeError, ValueError, StopIteration) as error:
            raise Problem("bad_file", f"found {error}; expected what save wrote", str(path)) from error
        return cls(layers, found)
