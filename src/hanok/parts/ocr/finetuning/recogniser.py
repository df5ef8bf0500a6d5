"""PP-OCR's recogniser to be trained on: its network, and the characters it keeps of the 18,708 it knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from hanok.core.problem import Problem
from hanok.parts.ocr.finetuning.graph import Graph
from hanok.parts.ocr.rapid import CHARACTERS
from hanok.parts.ocr.script import written_with
from hanok.parts.onnx_graph.build import library
from hanok.parts.text.normalise import Language

if TYPE_CHECKING:
    import onnx


class Recogniser:
    """The network with a head for the letters of one language, which is quicker to train and to read with.

    Parameters
    ----------
    path : Path
        A recogniser, as RapidOCR brings it.
    language : "en", "ko" or "ja"
        Whose letters are kept.

    Raises
    ------
    Problem
        ``not_a_model``: it does not end in a layer of scores, one for each of its characters.
    """

    def __init__(self, path: Path, language: Language) -> None:
        self._model = library().load(path)
        known = [each.value for each in self._model.metadata_props if each.key == CHARACTERS]
        characters = ["", *known[0].splitlines(), " "] if known else []
        scores, arrays = _head(self._model)
        if len(arrays) != 2 or any(tensor.dims[-1] != len(characters) for tensor in arrays):
            expected = "a last layer with a score for each character"
            raise Problem("not_a_model", f"found a network without it; expected {expected}", path.name)
        kept = written_with(characters, language)
        kept[0] = True  # the blank
        self.characters = [characters[k] for k in np.flatnonzero(kept)]
        self._places = {character: place for place, character in enumerate(self.characters)}
        _cut(self._model, arrays, kept, self.characters)
        self.graph = Graph(self._model, scores)

    def unwritable(self, text: str) -> set[str]:
        """Characters of a text that it has no score for, and training cannot teach it."""
        return set(text) - self._places.keys()

    def classes(self, text: str) -> list[int]:
        """A text as the network is to say it."""
        return [self._places[character] for character in text]

    def scores(self, grey: Tensor) -> Tensor:
        """Logarithms of probabilities (T, B, n_characters) of lines (B, 1, 48, W), from -1 to 1."""
        given = grey.expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):  # with channels last: twice as fast
            found: Tensor = self.graph(given)
        return found.float().log_softmax(-1).transpose(0, 1)

    def save(self, path: Path) -> None:
        """Write it as it is now, as a file that `RapidOCR` takes."""
        self.graph.write(self._model)
        path.write_bytes(self._model.SerializeToString())


def _head(model: onnx.ModelProto) -> tuple[str, list[onnx.TensorProto]]:
    """The value before the last softmax, and the biases and weights that make it; no arrays if the end is another."""
    makers = {node.output[0]: node for node in model.graph.node}
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    name, scores, arrays = model.graph.output[0].name, "", list["onnx.TensorProto"]()
    for operation in ("Softmax", "Add", "MatMul"):
        node = makers.get(name)
        while node is not None and node.op_type == "Identity":
            node = makers.get(node.input[0])
        if node is None or node.op_type != operation:
            return "", []
        name = node.input[0]
        scores = scores or name
        arrays += [constants[each] for each in node.input[1:] if each in constants]
    return scores, arrays


def _cut(
    model: onnx.ModelProto, arrays: list[onnx.TensorProto], kept: np.ndarray[tuple[int], np.dtype[np.bool_]],
    characters: list[str],
) -> None:  # fmt: skip
    """Keep the scores of some characters."""
    helper = library().numpy_helper
    for tensor in arrays:
        tensor.CopyFrom(helper.from_array(np.ascontiguousarray(helper.to_array(tensor)[..., kept]), tensor.name))
    del model.graph.value_info[:]  # sizes of before
    model.graph.output[0].type.tensor_type.shape.dim[2].dim_value = len(characters)
    for each in model.metadata_props:
        if each.key == CHARACTERS:
            each.value = "\n".join(characters[1:-1])
