from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from networks import Residual, images, seeded  # noqa: E402
from torch import nn  # noqa: E402

from hanok.core.problem import Problem  # noqa: E402
from hanok.parts.quantization import FST, PackedWeights, Recipe, calibrate, pack, prepare  # noqa: E402
from hanok.parts.quantization.packing import pack_codes, unpack_codes  # noqa: E402


@given(st.integers(2, 8), st.lists(st.integers(0, 4), min_size=1, max_size=3), st.integers(0, 99))
def test_codes_come_out_as_they_went_in(bits: int, shape: list[int], seed: int) -> None:
    most = 2 ** (bits - 1) - 1
    codes = np.random.default_rng(seed).integers(-most, most + 1, shape).astype(np.int8)
    packed = pack_codes(codes, bits)
    assert len(packed) == -(-codes.size * {2: 2, 3: 4, 4: 4}.get(bits, 8) // 8)
    np.testing.assert_array_equal(unpack_codes(packed, bits, tuple(shape)), codes)


@pytest.mark.parametrize(
    "recipe", [Recipe(weights=4), Recipe(weights=2, weight_noise=FST()), Recipe(per_channel=False)]
)
def test_a_model_computes_the_same_from_a_file(recipe: Recipe, tmp_path: Path) -> None:
    model = seeded(Residual)
    q = prepare(model, recipe)
    calibrate(q, [images(10)])
    packed = PackedWeights.load(pack(q).save(tmp_path / "model.safetensors"))
    other = Residual().eval()
    other.load_state_dict({name: torch.from_numpy(array) for name, array in packed.arrays().items()})
    for name in ("stem", "one", "two", "side", "mix", "out"):
        torch.testing.assert_close(
            other.get_submodule(name).weight, q.net.get_submodule(name).weight, rtol=1e-6, atol=1e-7
        )
    assert torch.equal(other.norm.running_mean, model.norm.running_mean)


@pytest.mark.parametrize(("bits", "share"), [(4, 0.135), (2, 0.075), (3, 0.135), (8, 0.26)])
def test_a_file_is_as_small_as_its_bits(bits: int, share: float, tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(256, 512), nn.Linear(512, 256), nn.Linear(256, 512))
    whole = sum(p.numel() * 4 for p in model.parameters())
    path = pack(prepare(model, Recipe(weights=bits, first_last=bits))).save(tmp_path / "m.safetensors")
    assert path.stat().st_size < share * whole


def test_what_is_no_packed_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(b"no")
    with pytest.raises(Problem) as problem:
        PackedWeights.load(tmp_path / "m")
    assert problem.value.code == "bad_file"
    from safetensors.numpy import save_file

    save_file({"a": np.zeros(2)}, tmp_path / "n")
    with pytest.raises(Problem, match="expected what save wrote"):
        PackedWeights.load(tmp_path / "n")
