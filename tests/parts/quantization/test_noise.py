from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from hanok.parts.quantization import FST, QuantNoise  # noqa: E402
from hanok.parts.quantization.noise import chance, mask  # noqa: E402


def test_whole_kernels_are_drawn() -> None:
    torch.manual_seed(0)
    drawn = mask(torch.zeros(50, 40, 3, 3), 0.3)
    assert drawn.shape == (50, 40, 1, 1)
    assert float(drawn.float().mean()) == pytest.approx(0.3, abs=0.03)
    assert mask(torch.zeros(5, 4, 3), 0.3).shape == (5, 4, 1)


def test_blocks_of_8_inputs_are_drawn_and_the_last_may_be_shorter() -> None:
    torch.manual_seed(0)
    drawn = mask(torch.zeros(200, 19), 0.5)
    assert drawn.shape == (200, 19)
    for block in drawn.split(8, dim=1):
        assert (block == block[:, :1]).all()
    assert float(drawn.float().mean()) == pytest.approx(0.5, abs=0.05)


def test_the_probability_stays_or_rises_evenly_to_one() -> None:
    assert [chance(QuantNoise(p=0.4), step) for step in (0, 1000)] == [0.4, 0.4]
    rising = [chance(FST(p=0.5, ramp=4), step) for step in range(7)]
    assert rising == [0.5, 0.625, 0.75, 0.875, 1.0, 1.0, 1.0]
