from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from hanok.parts.graph.adam import AdamW  # noqa: E402


def test_steps_are_those_of_torch() -> None:
    start = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    ours, theirs = (start.clone().requires_grad_() for _ in range(2))
    still = torch.ones(2, requires_grad=True)
    optimizers = AdamW([ours, still], 0.05, 0.1), torch.optim.AdamW([theirs], lr=0.05, weight_decay=0.1)
    for _ in range(20):
        for values, optimizer in zip((ours, theirs), optimizers, strict=True):
            ((values - 1) ** 2 * torch.arange(3)).sum().backward()
            optimizer.step()
        theirs.grad = None
    torch.testing.assert_close(ours, theirs)
    assert still.tolist() == [1, 1]  # without a gradient there is no step
