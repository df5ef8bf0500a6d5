"""A neural encoder that the user brings as an ONNX file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from hanok.core.problem import Problem
from hanok.parts.image.descriptors import Floats32
from hanok.parts.image.load import Pixels, resized

TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(uint8)": np.uint8}


class Encoder:
    """Describes images by the output of an ONNX model; used like `Descriptors`.

    Parameters
    ----------
    path : Path or bytes
        A model with one image input, (n, 3, height, width) or (n, height, width, 3), of float32, float16 or uint8. Its
        first output is the description: (n, d), or a feature map (n, d, h, w), which is averaged over its places.
    mean, std : sequence of 3 floats
        A model of floats is given pixels between 0 and 1, minus `mean`, divided by `std`; the defaults are those of
        ImageNet. A uint8 model is given the pixels as they are.
    side : int
        Height and width in pixels where the model leaves them open.
    threads : int
        Of the runtime.

    Raises
    ------
    Problem
        The file is no ONNX model, or its input or output does not fit.

    Attributes
    ----------
    size : int
        Length of a description.
    """

    def __init__(
        self,
        path: Path | bytes,
        *,
        mean: tuple[float, float, float] = (0.485, 0.456, 0.406),
        std: tuple[float, float, float] = (0.229, 0.224, 0.225),
        side: int = 224,
        threads: int = 1,
    ) -> None:
        self._where = path.name if isinstance(path, Path) else "encoder"
        self._session = _session(path, threads, self._where)
        inputs = self._session.get_inputs()
        if len(inputs) != 1:
            raise self._problem(f"{len(inputs)} inputs ({', '.join(i.name for i in inputs)})", "one, the image")
        shape, kind = list(inputs[0].shape), inputs[0].type
        if kind not in TYPES:
            raise self._problem(f"an input of {kind}", f"one of {', '.join(TYPES)}")
        image = len(shape) == 4 and (_open(shape[0]) or shape[0] == 1) and 3 in (shape[1], shape[3])
        if not image:
            expected = "[n, 3, height, width] or [n, height, width, 3], n being 1 or open"
            raise self._problem(f"an input of shape {shape}", expected)
        self._channels_first = shape[1] == 3
        sides = shape[2:] if self._channels_first else shape[1:3]
        self._height, self._width = (side if _open(s) else int(s) for s in sides)
        self._type, self._name = TYPES[kind], inputs[0].name
        self._mean, self._std = np.array(mean, np.float32), np.array(std, np.float32)
        self.size = len(self.describe(np.zeros((self._height, self._width, 3), np.uint8)))

    def describe(self, image: Pixels) -> Floats32:
        """The description of one image.

        Parameters
        ----------
        image : array (height, width, 3), uint8
            Of any size; proportions are not kept.

        Returns
        -------
        array (size,), float32
            Of length 1.

        Raises
        ------
        Problem
            The model fails or gives something that is no description.
        """
        pixels: Any = resized(image, self._width, self._height)
        if self._type is not np.uint8:
            pixels = ((pixels.astype(np.float32) / 255 - self._mean) / self._std).astype(self._type)
        given = pixels.transpose(2, 0, 1) if self._channels_first else pixels
        try:
            found = np.asarray(self._session.run(None, {self._name: np.ascontiguousarray(given[None])})[0], np.float32)
        except Exception as error:  # the runtime raises classes of its own
            raise self._problem(f"a model that fails: {error}", "one that runs") from error
        if found.ndim == 4:
            found = found.mean(axis=(2, 3))
        if found.ndim != 2 or len(found) != 1 or not found.size:
            raise self._problem(f"an output of shape {list(found.shape)}", "[1, d] or [1, d, h, w]")
        vector = found[0]
        if not np.isfinite(vector).all():
            raise self._problem("an output that is not finite", "numbers")
        return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)

    def _problem(self, found: str, expected: str) -> Problem:
        return Problem("encoder_does_not_fit", f"{found}; expected {expected}", self._where, "export the model anew")


def _open(side: Any) -> bool:
    """Whether the model leaves a dimension open."""
    return not isinstance(side, int) or side < 1


def _session(path: Path | bytes, threads: int, where: str) -> Any:
    import onnxruntime  # type: ignore[import-untyped]  # slow to import, needed with an encoder only

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    try:
        model = path.read_bytes() if isinstance(path, Path) else path
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime raises classes of its own
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Problem("not_a_model", f"{reason}; expected an ONNX model", where) from error
