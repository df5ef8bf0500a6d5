"""AdamW, without what torch's own loads when it is first used: seconds in every process, for twelve lines."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

MEAN, SQUARE, TINY = 0.9, 0.999, 1e-8
"""β1, β2 and ε."""


class AdamW:
    """Steps of each parameter by the running mean of its gradients, over the root of that of their squares.

    Parameters
    ----------
    parameters : iterable of tensor
        Changed in place.
    learning_rate : float
        Length of a step, about.
    weight_decay : float
        Each step also takes this, times the learning rate, off every parameter.

    Source
    ------
    Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2; the same as ``torch.optim.AdamW``.
    """

    def __init__(self, parameters: Iterable[Tensor], learning_rate: float, weight_decay: float) -> None:
        self.parameters, self.rate, self.decay, self.steps = list(parameters), learning_rate, weight_decay, 0
        rooms = ([torch.zeros_like(values) for values in self.parameters] for _ in range(3))
        self.means, self.squares, self.roots = rooms

    @torch.no_grad()
    def step(self) -> None:
        """Take the step that the gradients say, and forget them."""
        self.steps += 1
        first, second = 1 - MEAN**self.steps, 1 - SQUARE**self.steps
        for values, mean, square, root in zip(self.parameters, self.means, self.squares, self.roots, strict=True):
            if values.grad is None:
                continue
            mean.lerp_(values.grad, 1 - MEAN)
            square.mul_(SQUARE).addcmul_(values.grad, values.grad, value=1 - SQUARE)
            torch.sqrt(square, out=root).div_(second**0.5).add_(TINY)
            values.mul_(1 - self.rate * self.decay).addcdiv_(mean, root, value=-self.rate / first)
            values.grad = None
