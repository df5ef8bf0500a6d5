"""Files of whole numbers: exactness, and speed, size, memory beside float32 and onnxruntime's own quantisation.

ResNet-20 is trained for a few epochs on CIFAR-10 (JPEG copy); wider networks and the transformer keep the weights they
are drawn with, since neither time nor size depends on them. One thread; contenders take turns.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from benchmarks.harness import Benchmark, interleaved, show
from benchmarks.networks import ResNet20, Transformer
from benchmarks.vision import BATCH, cifar, fit
from hanok.parts.quantization import IntegerModel, KMeans, Recipe, Runner, calibrate, convert, prepare, slimmed
from hanok.parts.quantization.writing import write

SERVED = 16
"""Images or texts of a batch as it is served."""
MEMORY = """
import sys, numpy as np
from hanok.parts.quantization import Runner
if len(sys.argv) > 2:
    runner, given = Runner(sys.argv[1]), np.load(sys.argv[2])
    for _ in range(20):
        runner(given)
print(next(int(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
Array = npt.NDArray[np.generic]


class Reader:
    """Calibration batches as onnxruntime takes them."""

    def __init__(self, name: str, batches: list[Array]) -> None:
        self.left = iter([{name: batch} for batch in batches])

    def get_next(self) -> dict[str, Array] | None:
        """One batch, or None at the end."""
        return next(self.left, None)


def theirs(plain: Path, out: Path, name: str, batches: list[Array]) -> Path:
    """Onnxruntime's static quantisation: unsigned activations, signed weights per channel."""
    from onnxruntime.quantization import QuantType, quantize_static

    logging.disable(logging.WARNING)  # it advises to fold batch normalisation, which is done
    kinds = {"activation_type": QuantType.QUInt8, "weight_type": QuantType.QInt8}
    quantize_static(plain, out, Reader(name, batches), per_channel=True, **kinds)
    logging.disable(logging.NOTSET)
    return out


def memory(path: Path | None, given: Path) -> float:
    """MiB at the most of a process that serves a file; None: of one that only loads the library."""
    arguments = [str(path), str(given)] if path else ["none"]
    done = subprocess.run([sys.executable, "-c", MEMORY, *arguments], capture_output=True, text=True, check=True)
    return float(done.stdout)


def integer(model: nn.Module, inputs: Tensor, recipe: Recipe | None = None) -> IntegerModel:
    """Quantised without training."""
    q = prepare(model.eval(), recipe or Recipe())
    calibrate(q, inputs.split(BATCH))
    return convert(q)


def plain_file(made: IntegerModel, folder: Path) -> Path:
    """The same model in float32, slimmed."""
    path = folder / "float32.onnx"
    path.write_bytes(slimmed(write(made.plain, "qdq")).model.SerializeToString())
    return path


def files(made: IntegerModel, inputs: Tensor, folder: Path) -> dict[str, Path]:
    """Every contender's file."""
    plain = plain_file(made, folder)
    name, batches = next(iter(made.plain.inputs)), [part.numpy() for part in inputs.split(BATCH)]
    return {
        "float32": plain,
        "onnxruntime": theirs(plain, folder / "theirs.onnx", name, batches),
        "qdq": made.export(folder / "qdq.onnx"),
        "qoperator": made.export(folder / "qoperator.onnx", "qoperator"),
    }


def speed(bench: Benchmark, name: str, made: IntegerModel, inputs: Tensor, folder: Path) -> list[list[object]]:
    """Milliseconds, size and memory of every contender."""
    paths = files(made, inputs, folder)
    given = inputs[:SERVED].numpy()
    np.save(folder / "given.npy", given)
    runners = {who: Runner(path) for who, path in paths.items()}
    taken = interleaved(runners, [given] * (9 if bench.quick else 51))
    size = {who: path.stat().st_size / paths["float32"].stat().st_size for who, path in paths.items()}
    bare = memory(None, folder / "given.npy")
    rows: list[list[object]] = []
    for who, path in paths.items():
        ratio = taken["float32"]["p50_ms"] / taken[who]["p50_ms"]
        more = memory(path, folder / "given.npy") - bare
        found = {"speedup": round(ratio, 3), "size_ratio": round(size[who], 4), "mib": round(more, 1), **taken[who]}
        bench.keep(f"{name}.{who}", found)
        rows.append([name, who, taken[who]["p50_ms"], f"{ratio:.2f}", f"{size[who]:.3f}", f"{more:.1f}"])
    best = min(taken["qdq"]["p50_ms"], taken["qoperator"]["p50_ms"])
    bench.keep(f"{name}_speedup", {"value": round(taken["float32"]["p50_ms"] / best, 3), "batch": SERVED})
    return rows


def few_bits(bench: Benchmark, name: str, model: nn.Module, inputs: Tensor, folder: Path) -> list[list[object]]:
    """Files with weights of few bits beside float32: activations float, and of bytes."""
    paths = {}
    for who, bits, activations in (("weights", 8, None), ("weights", 4, None), ("weights", 2, None), ("qdq", 4, 8)):
        made = integer(model, inputs, Recipe(weights=bits, activations=activations))
        paths[f"{who}{bits}"] = made.export(folder / f"{who}{bits}.onnx")
    paths["float32"] = plain_file(made, folder)
    given = inputs[:SERVED].numpy()
    taken = interleaved({who: Runner(path) for who, path in paths.items()}, [given] * (9 if bench.quick else 51))
    rows: list[list[object]] = []
    for who, path in paths.items():
        size = path.stat().st_size / paths["float32"].stat().st_size
        ratio = taken[who]["p50_ms"] / taken["float32"]["p50_ms"]
        bench.keep(f"{name}.few_bits.{who}", {"size_ratio": round(size, 4), "latency_ratio": round(ratio, 3)})
        rows.append([name, who, f"{size:.3f}", f"{ratio:.2f}"])
    return rows


def exactness(bench: Benchmark, made: IntegerModel, test: tuple[Tensor, Tensor], folder: Path) -> None:
    """The file beside the NumPy reference, and beside float32, on test images."""
    n = 100 if bench.quick else 1000
    images, labels = test[0][:n].numpy(), test[1][:n].numpy()
    path = made.export(folder / "exact.onnx")
    parts = [made.report(path, part) for part in np.array_split(images, n // 100)]
    answers = {
        "file": Runner(path)(images),
        "reference": np.concatenate([made.predict(part) for part in np.array_split(images, n // 100)]),
        "float32": Runner(write(made.plain, "qdq").SerializeToString())(images),
    }
    accuracy = {who: round(100 * float((a.argmax(1) == labels).mean()), 2) for who, a in answers.items()}
    bench.keep("max_lsb", {"value": max(part.reference_lsb for part in parts), "images": n})
    bench.keep("max_lsb_fake_quantised", {"value": max(part.max_lsb for part in parts), "images": n})
    bench.keep("resnet20.accuracy", accuracy)
    show("ResNet-20, W8A8 without training: accuracy", list(accuracy), [list(accuracy.values())])


def clusters(bench: Benchmark, name: str, model: nn.Module, inputs: Tensor, folder: Path) -> list[object]:
    """One graph for four clusters beside one for all inputs alike."""
    one = integer(model, inputs).export(folder / "one.onnx", "qoperator")
    four = integer(model, inputs, Recipe(clusters=KMeans(4))).export(folder / "four.onnx")
    size = four.stat().st_size / one.stat().st_size
    ratios = {}
    for batch in (1, SERVED):
        given = np.repeat(inputs[:1].numpy(), batch, axis=0)  # of one cluster
        turns = 9 if bench.quick else 816 // batch  # small batches take little time, and vary
        taken = interleaved({"one": Runner(one), "four": Runner(four)}, [given] * turns)
        ratios[batch] = round(taken["four"]["p50_ms"] / taken["one"]["p50_ms"], 3)
    bench.keep(
        f"{name}.clusters", {"size_ratio": round(size, 4), "latency_ratio": {str(b): r for b, r in ratios.items()}}
    )
    return [name, f"{size:.3f}", *ratios.values()]


def main() -> None:
    """Run it."""
    bench = Benchmark("export", str(__doc__).splitlines()[0])
    bench.machine["libraries"] |= {name: version(name) for name in ("torch", "onnx", "onnxruntime")}
    torch.set_num_threads(1)
    torch.manual_seed(0)
    data = cifar(bench.quick, 32)
    images = data.train[0][: 2 * BATCH]
    epochs = 1 if bench.quick else 6
    small = fit(
        ResNet20().to(memory_format=torch.channels_last), data.train, epochs=epochs, rate=0.1, seed=0, fast=True
    )
    ids = torch.randint(0, 5000, (2 * BATCH, 64))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = integer(small, images)
        exactness(bench, made, data.test, folder)
        rows = speed(bench, "resnet20", made, images, folder)
        rows += speed(bench, "resnet20_w64", integer(ResNet20(64), images), images, folder)
        rows += speed(bench, "transformer", integer(Transformer(), ids), ids, folder)
        show("batch of 16, one thread", ["", "", "ms", "speed-up", "size", "MiB more"], rows)
        few = few_bits(bench, "resnet20", small, images, folder)
        few += few_bits(bench, "transformer", Transformer(), ids, folder)
        show("weights of few bits, as a ratio of float32", ["", "", "size", "ms, batch of 16"], few)
        both = [clusters(bench, n, m, images, folder) for n, m in (("resnet20", small), ("resnet20_w64", ResNet20(64)))]
        show("four clusters beside none, as a ratio", ["", "size", "ms, one image", f"ms, {SERVED}"], both)
    print(f"reduced: ResNet-20 was trained for {epochs} epochs")
    bench.finish()


if __name__ == "__main__":
    main()
