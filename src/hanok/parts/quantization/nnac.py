"""Merging groups of inputs that leave the same neurons at 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from hanok.parts.quantization.recipe import NNAC, KMeans

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Pair = tuple[int, int]

MERGED, CAP_REACHED = "merged", "cap_reached"
"""How merging ends: as many groups as asked for, or more because every pair would hold half of the images."""


@dataclass(frozen=True, eq=False)
class Merge:
    """Which group each centroid belongs to.

    Parameters
    ----------
    table : array (centroids,), int64
        Groups are counted from 0.
    outcome : str
        `MERGED`, or `CAP_REACHED`: there are more groups than asked for, as any two hold half of the images or more.
    sizes : array (groups,), int64
        Images of each group.
    """

    table: Ints
    outcome: str
    sizes: Ints


def merge(zeros: Sequence[Floats], sizes: Ints, settings: KMeans) -> Merge:
    """Merge groups, two at a time, until `settings.k` are left.

    Parameters
    ----------
    zeros : sequence of array (groups, n), of each layer
        How often each of n outputs was 0.
    sizes : array (groups,), int
        Images of each group.
    settings : NNAC
        With KMeans nothing is merged.

    Example
    -------
    >>> zeros = np.array([[9, 0, 9], [9, 0, 8], [0, 9, 0], [1, 9, 2]])
    >>> merge([zeros], np.array([10, 10, 10, 11]), NNAC(k=3, sub=4)).table.tolist()
    [0, 0, 1, 2]

    Source
    ------
    "Neural-network-aware clustering"; no paper describes it. Pairs that no layer votes for come last here, by their
    likeness, so merging goes on while any pair is small enough.
    """
    members = [[group] for group in range(len(sizes))]
    counts, sizes, half = [np.asarray(layer, np.float64) for layer in zeros], sizes.copy(), sizes.sum() / 2
    while isinstance(settings, NNAC) and len(members) > settings.k:
        pair = next((p for p in ranked(counts, sizes, settings) if sizes[list(p)].sum() < half), None)
        if pair is None:
            break
        keep, gone = pair
        members[keep] += members.pop(gone)
        for rows in (sizes, *counts):
            rows[keep] += rows[gone]
        sizes = np.delete(sizes, gone)
        counts = [np.delete(layer, gone, axis=0) for layer in counts]
    table = np.zeros(sum(map(len, members)), np.int64)
    for group, centroids in enumerate(members):
        table[centroids] = group
    return Merge(table, MERGED if len(members) <= settings.k else CAP_REACHED, sizes)


def ranked(counts: Sequence[Floats], sizes: Ints, settings: NNAC) -> list[Pair]:
    """Pairs of groups, the most alike first: by layers that vote for them, then by the votes' ranks, then by likeness.

    Each layer votes for `settings.votes` pairs; the first of its votes weighs most.
    """
    pairs = list(combinations(range(len(sizes)), 2))
    votes, points, likeness = (dict.fromkeys(pairs, 0.0) for _ in range(3))
    for layer in counts:
        dead = layer / np.maximum(sizes, 1)[:, None] > settings.dead  # (groups, n)
        alike = {(a, b): float((dead[a] & dead[b]).mean()) for a, b in pairs}
        for place, pair in enumerate(sorted(pairs, key=lambda pair: -alike[pair])[: settings.votes]):
            votes[pair] += 1
            points[pair] += settings.votes - place
        for pair in pairs:
            likeness[pair] += alike[pair]
    return sorted(pairs, key=lambda pair: (-votes[pair], -points[pair], -likeness[pair]))
