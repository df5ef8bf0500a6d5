"""From an ONNX file of floats to a room, by onnxruntime's own static quantiser. Needs onnx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.onnx_graph import operations
from hanok.parts.onnx_graph.build import library
from hanok.parts.quantization import slimmed
from hanok.parts.quantization.runner import Runner
from hanok.parts.quantization.static import static
from hanok.systems.quantize import compare
from hanok.systems.quantize.config import Config
from hanok.systems.quantize.data import Data
from hanok.systems.quantize.fitting import frame_of, named
from hanok.systems.quantize.frame import Floats32
from hanok.systems.quantize.room import Room, are_probabilities
from hanok.systems.quantize.study import Study, operations_table

if TYPE_CHECKING:
    import onnx

SAMPLES = 512
"""Images that ranges are found with."""
PER_CHANNEL = 13
"""The first version of the operations in which weights have a scale for each channel."""
WHOLE = {"QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv", "QLinearMatMul", "ConvInteger"}
"""Operations that a network of floats does not have."""
WHERE = "model"


def furnish_file(train: Data, valid: Data, config: Config, run: Run) -> Room:
    """Quantise an ONNX file, weights and activations to 8 bits, with ranges from training images.

    Raises
    ------
    Problem
        The file does not fit, gives NaN, or the config asks for what is not possible with a file.
    """
    _only_calibrated(config)
    model = parsed(train.onnx)
    size, batch = _input(model, train)
    frame = frame_of(train, config, size, own=False)
    images, labels = frame.arrays(valid.images), valid.labels
    plain = _checked(Runner(train.onnx), images, batch).each([images], batch)
    classes = named(train.classes, plain.shape[1], WHERE)
    small = slimmed(model)
    run.report(1, 2)
    rows = np.random.default_rng(run.seed).permutation(len(train))[:SAMPLES]
    content = static(small.model, [frame.arrays(train.images[rows])], batch)
    run.report(2, 2)
    floats = compare.Tried(compare.FLOAT, train.onnx, None, plain.argmax(axis=1) == labels)
    own = compare.Tried("onnxruntime, W8A8", content, None, compare.right(Runner(content), images, labels, batch))
    found = compare.Comparison.of(floats, own, {}, images, batch or 1)
    found.check(config)
    after = library().load_model_from_string(content)
    notes = [
        found.price(),
        "Quantised by onnxruntime's static quantiser (8 bits, signed weights with a scale for each channel, unsigned "
        "activations between their extremes) after hanok had slimmed the graph; hanok's own writer takes torch models.",
        f"Stays float: {', '.join(floating(after)) or 'nothing'}.",
    ]
    study = Study([found.methods(), operations_table(small.before, operations(after))], found.front(), notes)
    usual = int(np.bincount(train.labels, minlength=len(classes)).argmax())
    return Room(content, frame, classes, usual, batch, are_probabilities(plain), study)


def _only_calibrated(config: Config) -> None:
    wanted = {"method": "ptq", "weights": 8, "activations": 8, "first_last": 8, "clusters": 0, "mixed": False}
    for name, only in wanted.items():
        if getattr(config, name) != only:
            hint = "bring the torch model: hanok train quantize … --set module=package.module:attribute"
            found = f"found {getattr(config, name)!r}; expected {only!r}: an ONNX file is calibrated, not trained"
            raise Problem("file_not_trained", found, name, hint)


def parsed(content: bytes) -> onnx.ModelProto:
    """The network of a file.

    Raises
    ------
    Problem
        ``not_a_model``; ``external_data``: weights in other files, of which names are never opened; ``old_model``;
        ``already_quantised``.
    """
    package = library()
    try:
        model: onnx.ModelProto = package.load_model_from_string(content)
        outside = any(tensor.data_location == package.TensorProto.EXTERNAL for tensor in _tensors(model))
        if not outside:
            package.checker.check_model(model)
    except Exception as error:  # the parser raises classes of its own
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise Problem("not_a_model", f"{reason}; expected an ONNX file", WHERE) from error
    if outside:
        raise Problem("external_data", "found weights in another file; expected all in one", WHERE, "save it as one")
    version = next((one.version for one in model.opset_import if one.domain in ("", "ai.onnx")), 0)
    if version < PER_CHANNEL:
        found = f"found opset {version}; expected {PER_CHANNEL} or later"
        raise Problem("old_model", found, WHERE, "export it anew, or use onnx.version_converter")
    if whole := sorted(WHOLE & operations(model).keys()):
        hint = "bring the network as it was before"
        raise Problem("already_quantised", f"found {', '.join(whole)}; expected a network of floats", WHERE, hint)
    return model


def _tensors(message: Any) -> Iterator[Any]:
    """Every tensor of a model, however deep."""
    if isinstance(message, library().TensorProto):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is not None:
            for part in [value] if hasattr(value, "ListFields") else value:
                yield from _tensors(part)


def _input(model: onnx.ModelProto, data: Data) -> tuple[tuple[int, int, int], int]:
    """Height, width and channels that the network takes, and its batch; 0: any number."""
    constant = {tensor.name for tensor in model.graph.initializer}
    given = [one for one in model.graph.input if one.name not in constant]
    kind = given[0].type.tensor_type if given else None
    if kind is None or len(given) != 1 or kind.elem_type != library().TensorProto.FLOAT or len(kind.shape.dim) != 4:
        names = ", ".join(one.name for one in given) or "none"
        expected = "expected one, float32, (batch, channels, height, width)"
        raise Problem("wrong_input", f"found inputs {names}; {expected}", WHERE)
    batch, channels, height, width = (axis.dim_value for axis in kind.shape.dim)
    channels = channels or data.images.shape[3]
    if channels not in (1, 3):
        raise Problem("wrong_input", f"found {channels} channels; expected 1 or 3, in front of the sizes", WHERE)
    return (height or data.images.shape[1], width or data.images.shape[2], channels), batch


def _checked(runner: Runner, images: Floats32, batch: int) -> Runner:
    """A float network that gives a row of finite numbers for each image."""
    try:
        found = runner.each([images[: batch or 2]], batch)
    except Problem:
        raise
    except Exception as error:  # the runtime raises classes of its own
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise Problem("wrong_input", f"given images {images.shape[1:]} it raised: {reason}", WHERE) from error
    if found.ndim != 2 or found.dtype.kind != "f":
        expected = "expected (batch, classes) of floats"
        raise Problem("wrong_output", f"found {found.dtype} {found.shape}; {expected}", WHERE)
    if not np.isfinite(found).all():
        raise Problem("nan_outputs", "found outputs that are not finite; expected numbers", WHERE, "see mean and std")
    return runner


def floating(model: onnx.ModelProto) -> list[str]:
    """Operations none of whose inputs were rounded."""
    rounded = {name for node in model.graph.node if node.op_type == "DequantizeLinear" for name in node.output}
    steps = [node for node in model.graph.node if not node.op_type.endswith("QuantizeLinear")]
    steps = [node for node in steps if node.op_type != "DequantizeLinear"]
    return [f"{node.op_type} {node.name}".strip() for node in steps if not rounded & set(node.input)]
