"""Ways of quantising: what one is called, and which others a study tries beside it."""

from __future__ import annotations

from hanok.systems.quantize.config import Config

METHODS = ("ptq", "qat", "quantnoise", "fst")
OBSERVERS = ("ema", "granular_ema")
GROUPS = 4
"""Clusters of the square table where the config has none."""


def name_of(config: Config) -> str:
    """What a way of quantising is called.

    Example
    -------
    >>> name_of(Config(method="qat", weights=4, clusters=4))
    'qat, W4A8, ema, 4 clusters'
    """
    clusters = f", {config.clusters} clusters" if config.clusters else ""
    weights = "mixed" if config.mixed else config.weights
    return f"{config.method}, W{weights}A{config.activations}, {config.observer}{clusters}"


def wanted(config: Config) -> list[Config]:
    """Other ways that the study asks for: methods at these bits, and observers with and without clusters."""
    if config.study == "none":
        return []
    methods = METHODS if config.study == "trained" else METHODS[:1]
    found = [config.model_copy(update={"method": method}) for method in methods]
    return list(dict.fromkeys([*found, *square(config).values()]))


def square(config: Config) -> dict[tuple[str, int], Config]:
    """EMA and granular EMA, without and with clusters, by the config's method or, untrained, by ptq."""
    method = config.method if config.study == "trained" else "ptq"
    clusters = (0, config.clusters or GROUPS)
    return {
        (observer, k): config.model_copy(update={"method": method, "observer": observer, "clusters": k})
        for observer in OBSERVERS
        for k in clusters
    }


def twin(config: Config) -> Config:
    """The same with clusters, or without."""
    return config.model_copy(update={"clusters": 0 if config.clusters else GROUPS})
