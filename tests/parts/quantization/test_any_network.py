"""Networks that nobody thought of: whatever is put together computes in whole numbers what NumPy says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from networks import images  # noqa: E402
from torch import Tensor, nn  # noqa: E402

from hanok.parts.quantization import KMeans, Recipe, Runner, calibrate, convert, prepare  # noqa: E402

PARTS = ("conv", "grouped", "norm", "relu", "relu6", "gelu", "silu", "maxpool", "avgpool", "residual", "concat", "gate")


class Anything(nn.Module):
    """Parts in the order given, on 4 channels, and a linear layer at the end."""

    def __init__(self, parts: list[str]) -> None:
        super().__init__()
        make = {
            "conv": lambda: nn.Conv2d(4, 4, 3, padding=1),
            "grouped": lambda: nn.Conv2d(4, 4, 3, padding=1, groups=2, bias=False),
            "residual": lambda: nn.Conv2d(4, 4, 1),
            "concat": lambda: nn.Conv2d(4, 2, 1),
            "gate": lambda: nn.Conv2d(4, 4, 1),
            "norm": lambda: nn.BatchNorm2d(4),
            "relu": nn.ReLU,
            "relu6": nn.ReLU6,
            "gelu": nn.GELU,
            "silu": nn.SiLU,
            "maxpool": lambda: nn.MaxPool2d(2, 1, 1),
            "avgpool": lambda: nn.AvgPool2d(3, 1, 1),
        }
        self.names = parts
        self.first, self.last = nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.Linear(4, 3)
        self.parts = nn.ModuleList([make[name]() for name in parts])

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for name, part in zip(self.names, self.parts, strict=True):
            if name == "residual":
                x = x + part(x)
            elif name == "concat":
                x = torch.cat([part(x), x[:, 1:3]], 1)
            elif name == "gate":
                x = x * torch.sigmoid(part(x))
            else:
                x = part(x)
        return self.last(x.mean((2, 3)))


@settings(max_examples=25)
@given(
    parts=st.lists(st.sampled_from(PARTS), max_size=6),
    bits=st.sampled_from([8, 4]),
    form=st.sampled_from(["qdq", "qoperator", "clusters"]),
    seed=st.integers(0, 99),
)
def test_a_file_is_the_reference_and_close_to_the_model(parts: list[str], bits: int, form: str, seed: int) -> None:
    torch.manual_seed(seed)
    model, given_ = Anything(parts), images(12, size=8, seed=seed)
    model(given_)  # batch normalisation learns something
    clusters = KMeans(2) if form == "clusters" else None
    q = prepare(model.eval(), Recipe(weights=bits, activations=bits, observer="minmax", clusters=clusters))
    calibrate(q, [given_])
    integer = convert(q)
    codes = integer._codes(integer.model(None if clusters else form), [given_.numpy()])
    expected, fake = integer.results([given_.numpy()]), integer._fake([given_.numpy()])
    for name, value in codes.items():
        apart = (torch.from_numpy(value).int() - torch.from_numpy(expected[name]).int()).abs()
        assert int(apart.max()) <= 1, name
        if name in fake:
            apart = (torch.from_numpy(value).int() - torch.from_numpy(fake[name]).int()).abs()
            assert float(apart.float().mean()) < 0.5, name
    assert codes


@settings(max_examples=25)
@given(
    parts=st.lists(st.sampled_from(PARTS), max_size=6),
    bits=st.sampled_from([8, 4, 2]),
    seed=st.integers(0, 99),
)
def test_a_file_of_weights_is_the_model(parts: list[str], bits: int, seed: int) -> None:
    torch.manual_seed(seed)
    model, given_ = Anything(parts), images(12, size=8, seed=seed)
    model(given_)
    q = prepare(model.eval(), Recipe(weights=bits, activations=None))
    expected = q(given_).detach()
    integer = convert(q)
    found = torch.from_numpy(Runner(integer.model().SerializeToString())(given_.numpy()))
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(torch.from_numpy(integer.predict(given_.numpy())), expected, rtol=1e-3, atol=1e-4)
