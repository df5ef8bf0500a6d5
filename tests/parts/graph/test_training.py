from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from hanok.parts.graph.training import pair_loss  # noqa: E402


def test_the_loss_is_the_mean_of_either_kind_of_pairs() -> None:
    z = torch.randn(7, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64).requires_grad_()
    learnt, against = np.array([[0, 5], [1, 6], [0, 5]]), np.array([[0, 6], [2, 5], [0, 6], [1, 6]])

    def scores(pairs: np.ndarray) -> torch.Tensor:
        return (z[pairs[:, 0]] * z[pairs[:, 1]]).sum(1)

    expected = -(torch.sigmoid(scores(learnt)).log().mean() + torch.sigmoid(-scores(against)).log().mean())
    found = pair_loss(z, learnt, against)
    assert found.item() == pytest.approx(expected.item(), abs=1e-6)
    ours, theirs = (torch.autograd.grad(loss, z)[0].numpy() for loss in (found, expected))
    np.testing.assert_allclose(ours, theirs, atol=1e-6, rtol=1e-5)


def test_one_node_may_stand_on_both_sides_and_there_may_be_no_negatives() -> None:
    z = torch.ones(3, 2, requires_grad=True)
    loss = pair_loss(z, np.array([[0, 1], [1, 2]]), np.zeros((0, 2), np.int64))
    assert loss.item() == pytest.approx(np.log1p(np.exp(-2)))
    loss.backward()
    assert z.grad is not None
    assert z.grad[1].abs().sum() > z.grad[0].abs().sum()
