"""A network of some room, made smaller as its `optimize` would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from networks import Residual, images, seeded

onnx = pytest.importorskip("onnx")

from hanok.core.problem import Problem  # noqa: E402
from hanok.parts.onnx_graph import Builder  # noqa: E402
from hanok.parts.quantization import Runner, calibrate, convert, prepare, smaller  # noqa: E402
from hanok.parts.quantization.program import Array  # noqa: E402
from hanok.parts.quantization.writing import QDQ, write  # noqa: E402

ITEMS = images(200)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """A network in floats and in 8 bits; wide enough for its weights to matter."""
    net = seeded(Residual, channels=48)
    q = prepare(net)
    calibrate(q, ITEMS.split(50))
    integer = convert(q.eval())
    plain = write(integer.plain, QDQ).SerializeToString()
    return {"float": plain, "whole": integer.model().SerializeToString()}


class Kept:
    """The share of the variance of the float network's answers that is kept: 1 is all."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.answers = Runner(files["float"]).each([ITEMS.numpy()])

    def __call__(self, answers: Array) -> float:
        return 1 - float(((answers - self.answers) ** 2).mean() / self.answers.var())


@pytest.fixture(scope="module")
def kept(files: dict[str, bytes]) -> Kept:
    return Kept(files)


@pytest.mark.parametrize("form", ["float", "whole"])
def test_a_network_is_smaller_within_the_loss_that_is_stated(files: dict[str, bytes], kept: Kept, form: str) -> None:
    told: list[tuple[int, int]] = []
    found = smaller(
        files[form],
        [ITEMS.numpy()],
        kept,
        most_lost=0.1,
        report=lambda step, total, **metrics: told.append((step, total)),
    )
    answers = Runner(found.model).each([ITEMS.numpy()])
    assert kept(answers) == found.after.quality >= found.before.quality - 0.1
    assert len(found.model) == found.after.bytes < found.before.bytes == len(files[form])
    assert {before for _, before, _ in found.bits.values()} == {32 if form == "float" else 8}
    assert min(now for *_, now in found.bits.values()) < 8
    assert [step for step, _ in told] == list(range(1, told[0][1] + 1))
    if form == "float":
        assert found.after.bytes < 0.4 * found.before.bytes


def test_a_larger_loss_gives_a_smaller_file_and_again_goes_on(files: dict[str, bytes], kept: Kept) -> None:
    strict, loose = (smaller(files["whole"], [ITEMS.numpy()], kept, most_lost=lost) for lost in (0.001, 0.6))
    assert loose.after.bytes < strict.after.bytes
    again = smaller(strict.model, [ITEMS.numpy()], kept, most_lost=0.6)
    assert again.after.bytes < strict.after.bytes
    assert all(again.bits[name][1] == now for name, (_, _, now) in strict.bits.items())


@pytest.mark.parametrize("form", ["float", "whole"])
def test_what_cannot_be_smaller_at_that_price_is_refused(files: dict[str, bytes], form: str) -> None:
    before = Runner(files[form]).each([ITEMS.numpy()])
    with pytest.raises(Problem) as caught:
        smaller(files[form], [ITEMS.numpy()], lambda answers: -float(np.abs(answers - before).mean()), most_lost=0)
    assert caught.value.code == "cannot_optimize"


def test_weights_of_another_kind_are_refused() -> None:
    graph = Builder({"x": ("float32", 4)})
    weight = graph.add("DequantizeLinear", graph.constant(np.ones((4, 2), np.uint8)), graph.constant(np.float32(0.1)))
    model = graph.model({graph.add("MatMul", "x", weight, name="y"): ("float32", 2)}).SerializeToString()
    with pytest.raises(Problem, match="signed bytes"):
        smaller(model, [np.ones((3, 4), np.float32)], lambda answers: 1.0, most_lost=0.1)


def test_a_run_can_be_stopped(files: dict[str, bytes], kept: Kept) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        smaller(files["whole"], [ITEMS.numpy()], kept, most_lost=0.1, report=stop)


def test_torch_is_not_needed(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(files["whole"])
    np.save(tmp_path / "x.npy", ITEMS.numpy())
    code = (
        "import sys, numpy as np; from pathlib import Path; from hanok.parts.quantization import smaller\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "smaller((folder / 'net.onnx').read_bytes(), [np.load(folder / 'x.npy')], lambda y: 1.0, most_lost=0)\n"
        "print('torch' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
