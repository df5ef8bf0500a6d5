"""How a model is to be quantised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hanok.core.problem import Problem

OBSERVERS = ("minmax", "ema", "granular_ema", "percentile", "mse", "lsq")
"""How ranges of activations are found; see the guide."""
FEWEST_BITS, MOST_BITS = 2, 8


@dataclass(frozen=True)
class QuantNoise:
    """While training, a share of each weight matrix is quantised and the rest stays float; evaluation quantises all.

    Parameters
    ----------
    p : float, above 0 to 1
        Probability that a kernel (convolution) or a block of 8 inputs (linear, embedding) is quantised.
    ramp : int, optional
        Training batches over which `p` rises evenly to 1; 70 % of all batches serves well. None: `p` stays.

    Source
    ------
    Fan et al. 2020, "Training with Quantization Noise for Extreme Model Compression". The ramp is ours; activations are
    always quantised.
    """

    p: float = 0.5
    ramp: int | None = None

    def __post_init__(self) -> None:
        _check("p", 0 < self.p <= 1, self.p, "above 0, at most 1")
        _check("ramp", self.ramp is None or self.ramp >= 1, self.ramp, "at least 1 batch, or None")


@dataclass(frozen=True)
class FST(QuantNoise):
    """Fake single precision training: as `QuantNoise`, but the rest is quantised, too, to more bits.

    Parameters
    ----------
    high : int, 2 to 8
        Bits of the rest.

    Source
    ------
    Our implementation of the idea published as "fake single precision training" (ICEIC 2022), of which no code is
    public. The ramp is ours; activations always have the bits of the recipe.
    """

    high: int = 8

    def __post_init__(self) -> None:
        super().__post_init__()
        _bits("high", self.high)


@dataclass(frozen=True)
class KMeans:
    """Groups of input images, each with its own ranges of activations.

    Parameters
    ----------
    k : int
        How many groups.
    patches : int
        An image is described by the means of `patches` × `patches` squares of each channel.
    seed : int
        Of k-means.
    """

    k: int = 4
    patches: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        _check("k", self.k >= 1, self.k, "at least 1")
        _check("patches", self.patches >= 1, self.patches, "at least 1")

    @property
    def capacity(self) -> int:
        """The most groups there can be."""
        return self.k


@dataclass(frozen=True)
class NNAC(KMeans):
    """Neural-network-aware clustering: groups of k-means that leave the same neurons at 0 are merged until k are left.

    Parameters
    ----------
    sub : int, optional
        Groups before merging; None: 2 k.
    dead : float, 0 to 1
        A neuron is dead in a group if it gives 0 for more than this share of its images.
    votes : int
        Pairs that each layer votes for.
    """

    sub: int | None = None
    dead: float = 0.7
    votes: int = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        _check("sub", self.capacity >= self.k, self.sub, f"at least k = {self.k}, or None")
        _check("dead", 0 <= self.dead < 1, self.dead, "0 to below 1")
        _check("votes", self.votes >= 1, self.votes, "at least 1")

    @property
    def capacity(self) -> int:
        """The most groups there can be: merging may end early."""
        return 2 * self.k if self.sub is None else self.sub


@dataclass(frozen=True)
class Recipe:
    """Bits, and how ranges are found.

    Parameters
    ----------
    weights : int, 2 to 8
        Bits of weights, symmetric: 4 bits are -7 to 7.
    activations : int, 2 to 8, or None
        Bits of what weights and other activations are multiplied with. What is only added, pooled or put side by side
        has 8: it is stored in bytes anyway. None: all activations stay float, and no ranges are to be found.
    first_last : int, 2 to 8
        Bits of weights and inputs of the first and the last layer.
    observer : str
        One of `OBSERVERS`.
    momentum : float, 0 to below 1
        How much of a range stays when a batch is seen; of "minmax" and "lsq" nothing is averaged.
    per_channel : bool
        Whether each output channel of a weight has a scale of its own.
    weight_noise : QuantNoise or FST, optional
        None: all weights are quantised at every step.
    clusters : KMeans or NNAC, optional
        None: all inputs share their ranges.
    layers : mapping of str to int
        Bits of weights and inputs of single layers by the names of their modules, whatever is said above.

    Raises
    ------
    Problem
        ``bad_recipe``.

    Example
    -------
    >>> Recipe(weights=4, activations=4, weight_noise=FST(p=0.5, high=8)).first_last
    8
    """

    weights: int = 8
    activations: int | None = 8
    first_last: int = 8
    observer: str = "granular_ema"
    momentum: float = 0.99
    per_channel: bool = True
    weight_noise: QuantNoise | None = None
    clusters: KMeans | None = None
    layers: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("weights", "activations", "first_last"):
            if getattr(self, name) is not None:
                _bits(name, getattr(self, name))
        for name, bits in self.layers.items():
            _bits(f"layers[{name}]", bits)
        _check("observer", self.observer in OBSERVERS, self.observer, f"one of {', '.join(OBSERVERS)}")
        pointless = self.activations is None and self.clusters is not None
        _check("clusters", not pointless, self.clusters, "None where activations stay float")
        _check("momentum", 0 <= self.momentum < 1, self.momentum, "0 to below 1")

    @property
    def groups(self) -> int:
        """How many ranges each activation may have."""
        return self.clusters.capacity if self.clusters else 1

    def bits(self, layer: str, outer: bool) -> tuple[int, int | None]:
        """Of the weights and the inputs of a layer, None for floats; `outer` is the first and the last."""
        both = self.layers.get(layer, self.first_last if outer else None)
        weights, inputs = (self.weights, self.activations) if both is None else (both, both)
        return weights, inputs if self.activations else None

    def check(self, layers: Iterable[str]) -> None:
        """Raise a Problem, ``no_such_layer``, where single layers are named that the model does not have."""
        there = set(layers)
        for name in self.layers:
            if name not in there:
                found = f"found no layer {name!r}; expected one of {', '.join(sorted(there)) or 'none'}"
                raise Problem("no_such_layer", found, "layers")


def _bits(name: str, bits: int) -> None:
    _check(name, FEWEST_BITS <= bits <= MOST_BITS, bits, f"{FEWEST_BITS} to {MOST_BITS} bits")


def _check(name: str, right: bool, found: object, expected: str) -> None:
    if not right:
        raise Problem("bad_recipe", f"found {found!r}; expected {expected}", name)
