from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.optim.adam import adam  # noqa: E402  its class takes seconds to import more

from hanok.parts.graph.adam import AdamW  # noqa: E402


def test_steps_are_those_of_torch() -> None:
    start = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    ours, theirs = (start.clone().requires_grad_() for _ in range(2))
    still = torch.ones(2, requires_grad=True)
    optimizer = AdamW([ours, still], 0.05, 0.1)
    state = {name: [torch.zeros(5, 3)] for name in ("exp_avgs", "exp_avg_sqs")}
    rates = {"lr": 0.05, "weight_decay": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    steps = [torch.tensor(0.0)]
    for _ in range(20):
        for values in (ours, theirs):
            ((values - 1) ** 2 * torch.arange(3)).sum().backward()
        optimizer.step()
        with torch.no_grad():
            adam(
                *([theirs], [theirs.grad], *state.values(), [], steps),
                **rates,
                amsgrad=False,
                maximize=False,
                decoupled_weight_decay=True,
            )
        theirs.grad = None
    np.testing.assert_allclose(ours.tolist(), theirs.tolist(), rtol=1e-5, atol=1e-6)
    assert still.tolist() == [1, 1]  # without a gradient there is no step
