"""Which group of inputs each sample of a batch belongs to."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d

from hanok.core.problem import Problem
from hanok.parts.quantization.recipe import KMeans


def describe(images: Tensor, patches: int) -> Tensor:
    """Means of squares of each channel: (B, C, H, W) to (B, C · patches²)."""
    if images.ndim != 4 or min(images.shape[2:]) < patches:
        expected = f"images (B, C, H, W) of {patches} pixels or more each way"
        raise Problem("no_images", f"found shape {tuple(images.shape)}; expected {expected}", "clusters")
    return adaptive_avg_pool2d(images.detach().float(), patches).flatten(1)


class Grouping(nn.Module):
    """Nearest centroid, then a table from centroids to groups.

    Parameters
    ----------
    settings : KMeans or NNAC, optional
        None: one group.

    Attributes
    ----------
    centroids : Tensor (capacity, d)
        d is 0 until `set` was called.
    table : Tensor (capacity,), int64
        The group of each centroid.
    ids : Tensor (B,), int64, or None
        Of the batch that is being worked on.
    """

    centroids: Tensor
    table: Tensor

    def __init__(self, settings: KMeans | None) -> None:
        super().__init__()
        self.settings, self.ids = settings, None
        if settings:
            self.register_buffer("centroids", torch.zeros(settings.capacity, 0))
            self.register_buffer("table", torch.arange(settings.capacity))

    ids: Tensor | None

    @property
    def count(self) -> int:
        """How many groups there are."""
        return int(self.table.max()) + 1 if self.settings else 1

    def set(self, centroids: Tensor, table: Tensor) -> None:
        """Take over what k-means, and merging, found."""
        self.centroids, self.table = centroids.to(self.table.device), table.to(self.table.device)

    def look(self, images: Tensor) -> None:
        """Note the group of each sample."""
        if not self.settings:
            return
        if not self.centroids.shape[1]:
            raise Problem("no_clusters", "found no clusters; expected some", hint="call calibrate(model, batches)")
        near = torch.cdist(describe(images, self.settings.patches), self.centroids)
        self.ids = self.table[near.argmin(dim=1)]

    def _load_from_state_dict(self, state: dict[str, Tensor], prefix: str, *rest: object) -> None:
        found = state.get(f"{prefix}centroids")
        if self.settings and found is not None:  # its width is known once there are clusters
            self.centroids = torch.zeros_like(found, device=self.centroids.device)
        super()._load_from_state_dict(state, prefix, *rest)
