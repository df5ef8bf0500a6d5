"""The module that rounds one activation, and learns the range it rounds in."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from hanok.core.problem import Problem
from hanok.parts.quantization.fake import SMALLEST, fake_activations, grid, learnt_step, top
from hanok.parts.quantization.grouping import Grouping
from hanok.parts.quantization.observers import BATCH
from hanok.parts.quantization.recipe import Recipe


class Quantizer(nn.Module):
    """Rounds activations; while it trains or records, it observes them first.

    Parameters
    ----------
    name : str
        Of the activation.
    bits : int
    recipe : Recipe
    grouping : Grouping
        Tells of each sample whose range is its own.
    unsigned : bool
        Whether values are never negative.
    relu : str
        "relu" or "relu6" if that is what they come out of: NNAC looks at those, and no range reaches beyond 6.

    Attributes
    ----------
    low, high : Tensor (groups,)
        The ranges.
    seen : Tensor (groups,), int64
        Samples observed.
    broken : Tensor (), bool
        Whether the last batch had values that are not finite.
    recording : bool
        Observe, and round nothing.
    """

    low: Tensor
    high: Tensor
    seen: Tensor
    broken: Tensor

    def __init__(
        self, name: str, bits: int, recipe: Recipe, grouping: Grouping, unsigned: bool = False, relu: str = ""
    ) -> None:
        super().__init__()
        self.name, self.bits, self.unsigned, self.relu = name, bits, unsigned, relu
        self.recording = False
        self.observer, self.momentum = recipe.observer, recipe.momentum
        self._grouping = (grouping,)  # a tuple hides it from the state: it belongs to the whole model
        for buffer in ("low", "high"):
            self.register_buffer(buffer, torch.zeros(recipe.groups))
        self.register_buffer("seen", torch.zeros(recipe.groups, dtype=torch.int64))
        self.register_buffer("broken", torch.zeros((), dtype=torch.bool), persistent=False)
        self.scale = nn.Parameter(torch.ones(recipe.groups)) if recipe.observer == "lsq" else None

    def forward(self, values: Tensor) -> Tensor:
        """The values of (B, ...), rounded."""
        if self.recording or self.training:
            self._observe(values.detach())
        return values if self.recording else self._rounded(values.float())

    def grids(self) -> tuple[Tensor, Tensor]:
        """Scale and zero point of each group, (groups,)."""
        if self.scale is None:
            return grid(self.low, self.high, self.bits)
        middle = 0 if self.unsigned else 2 ** (self.bits - 1)
        most = 6.0 / top(self.bits) if self.relu == "relu6" else None
        return self.scale.clamp(min=SMALLEST, max=most), torch.full_like(self.seen, middle, dtype=torch.int32)

    def groups_of(self, values: Tensor) -> Tensor | None:
        """The group of each sample; None where there is one only."""
        ids = self._grouping[0].ids
        if len(self.low) == 1:
            return None
        if ids is None or len(ids) != len(values):
            found = "no groups" if ids is None else f"groups of {len(ids)} samples"
            raise Problem("no_groups", f"found {found} and {len(values)} activations; expected one each", self.name)
        return ids

    def _rounded(self, values: Tensor) -> Tensor:
        scale, zero_point = self.grids()
        ids = self.groups_of(values)
        if not self.training:
            self._check(ids)
        if ids is not None:
            scale, zero_point = scale[ids], zero_point[ids]
        if self.scale is None:
            return fake_activations(values, scale, zero_point, self.bits)
        return learnt_step(values, scale, zero_point, self.bits)

    def _check(self, ids: Tensor | None) -> None:
        unseen = self.seen == 0
        if bool(unseen.all() if ids is None else unseen[ids].any()):
            hint = "call calibrate(model, batches), or train first"
            raise Problem("not_calibrated", "found no range of activations; expected one", self.name, hint)

    @torch.no_grad()
    def _observe(self, values: Tensor) -> None:
        ids = self.groups_of(values)
        if ids is None:
            self._learn(0, values)
            return
        for group in torch.unique(ids).tolist():
            self._learn(group, values[ids == group])

    def _learn(self, group: int, values: Tensor) -> None:
        """Without asking what a tensor holds: on a GPU, each question would wait for all that is under way."""
        low, high = BATCH[self.observer](values.float(), self.bits)
        fine = torch.isfinite(high - low)
        self.broken |= ~fine
        low, high = torch.where(fine, low, self.low[group]), torch.where(fine, high, self.high[group])
        share = len(values) / self.seen[group].add_(len(values)).to(low.dtype)  # 1 for the first batch
        if self.scale is not None:
            first = (2 * values.abs().mean() / top(self.bits) ** 0.5).clamp(min=SMALLEST)
            self.scale.data[group] = torch.where(share >= 1, first, self.scale.data[group])
        elif self.observer == "minmax":
            self.low[group] = torch.where(share >= 1, low, torch.minimum(self.low[group], low))
            self.high[group] = torch.where(share >= 1, high, torch.maximum(self.high[group], high))
        else:  # until the momentum rules, every sample counts the same
            step = share if self.recording else share.clamp(min=1 - self.momentum)
            self.low[group].lerp_(low, step)
            self.high[group].lerp_(high, step)


def check_finite(quantizers: Iterable[Quantizer]) -> None:
    """Raise a Problem, ``nan_activations``, where the last batch had values without a range; they taught nothing."""
    observed = [quantizer for quantizer in quantizers if quantizer.training or quantizer.recording]
    if not observed or not bool(torch.stack([quantizer.broken for quantizer in observed]).any()):
        return
    first = next(quantizer for quantizer in observed if bool(quantizer.broken))
    for quantizer in observed:
        quantizer.broken.zero_()
    raise Problem("nan_activations", "found NaN or infinity; expected finite numbers", first.name, "check the input")
