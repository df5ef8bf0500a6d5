"""A model of whole numbers: its reference, its file and what is to be said of that file."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hanok.core.problem import Problem
from hanok.parts.onnx_graph import operations
from hanok.parts.onnx_graph.build import library
from hanok.parts.quantization.branches import exposed
from hanok.parts.quantization.clusters import Clusters, parts
from hanok.parts.quantization.program import Array, Program
from hanok.parts.quantization.reference import execute
from hanok.parts.quantization.runner import NOTE, Runner
from hanok.parts.quantization.writing import QDQ, QOPERATOR, write

if TYPE_CHECKING:
    import onnx

WEIGHTS = "weights"
"""The form of a file whose weights alone are whole numbers."""
TURNS = 21
"""Runs that a latency is the median of."""


@dataclass(frozen=True)
class ExportReport:
    """What an exported file does on this machine.

    Parameters
    ----------
    bytes, float_bytes : int
        Size of the file, and of the same model in float32.
    latency_ms, float_latency_ms : float
        Of the batch given, one thread, the two taking turns; medians.
    reference_lsb : int
        The largest difference of any activation from that of the NumPy reference, in steps of its grid.
    max_lsb : int
        The same from the quantised torch model, which sums in floats: where few bits meet many, a step that falls the
        other way is many steps further on.
    differing : float
        The share of activations that differ from the quantised torch model at all.
    accuracy : float or None
        Of the file, where labels were given.
    before, after : mapping of str to int
        Operations of the float model as it was traced, and of the file.
    stays_float : sequence of str
        Operations that are not quantised.
    """

    bytes: int
    float_bytes: int
    latency_ms: float
    float_latency_ms: float
    reference_lsb: int
    max_lsb: int
    differing: float
    accuracy: float | None
    before: Mapping[str, int]
    after: Mapping[str, int]
    stays_float: Sequence[str]


class IntegerModel:
    """What `convert` gives.

    Attributes
    ----------
    program : Program
        Steps on whole numbers.
    light : Program
        The same weights, and activations in float32.
    plain : Program
        The same model in float32, batch normalisation and all.
    clusters : Clusters, or None
    stays_float : list of str
    """

    def __init__(
        self,
        program: Program,
        light: Program,
        plain: Program,
        clusters: Clusters | None,
        stays_float: list[str],
        fake: Callable[[Sequence[Array]], Mapping[str, Array]],
    ) -> None:
        """`fake` gives the codes of the quantised torch model by name."""
        self.program, self.light, self.plain, self.clusters = program, light, plain, clusters
        self.stays_float, self._fake = stays_float, fake

    def predict(self, *inputs: Array) -> Array:
        """The first output, computed with whole numbers in NumPy.

        Parameters
        ----------
        *inputs : array (B, ...)
            As many as the model has.

        Returns
        -------
        array (B, ...), float32
        """
        return self.results(inputs)[next(iter(self.program.outputs))]

    def results(self, inputs: Sequence[Array]) -> dict[str, Array]:
        """Every result by name; of each sample with the ranges of its cluster."""
        if not self.clusters:
            return execute(self.program, inputs)
        found: dict[str, Any] = {}
        for group, rows in parts(self.clusters.assign(inputs[0])):
            for name, part in execute(self.program, [one[rows] for one in inputs], group).items():
                if name not in self.program.constants and len(part) == len(rows):
                    whole = found.setdefault(name, np.zeros((len(inputs[0]), *part.shape[1:]), part.dtype))
                    whole[rows] = part
        return found

    @property
    def forms(self) -> tuple[str, ...]:
        """Of files that can be written; the first if none is named."""
        if self.program is self.light:
            return (WEIGHTS,)
        return (QOPERATOR, WEIGHTS) if self.clusters else (QDQ, QOPERATOR, WEIGHTS)

    def model(self, form: str | None = None) -> onnx.ModelProto:
        """The ONNX graph that `export` writes."""
        form = form or self.forms[0]
        if form not in self.forms:
            raise Problem("bad_form", f"found {form!r}; expected {' or '.join(self.forms)}", "form")
        if form == WEIGHTS:
            return write(self.light, QDQ)
        model = write(self.program, form)
        if self.clusters:
            library().helper.set_model_props(model, {NOTE: self.clusters.dumps()})
        return model

    def export(self, path: Path | str, form: str | None = None) -> Path:
        """Write an ONNX file that any onnxruntime runs.

        Parameters
        ----------
        path : Path or str
            Of the file.
        form : str, optional
            ``"qdq"``: floats between rounding, which the runtime fuses; ``"qoperator"``: operations on codes;
            ``"weights"``: weights in their bits, everything else in floats: a small file that takes the time and the
            memory of the float model. Not given: the first of `forms`. With clusters that is the second, and the file
            has an input ``cluster``, int64 (1,); `Runner` sorts mixed batches.

        Returns
        -------
        Path

        Raises
        ------
        Problem
            ``bad_form``.
        """
        path = Path(path)
        path.write_bytes(self.model(form).SerializeToString())
        return path

    def report(self, path: Path | str, *inputs: Array, labels: Array | None = None) -> ExportReport:
        """Run a file that `export` wrote, beside the float model, and compare.

        Parameters
        ----------
        path : Path or str
            Of the file.
        *inputs : array (B, ...)
            A batch as it is served.
        labels : array (B,), int, optional
            The right places of the largest output.

        Returns
        -------
        ExportReport
        """
        path = Path(path)
        model = library().load_model_from_string(path.read_bytes())
        plain = write(self.plain, QDQ)
        runner, rival = Runner(path), Runner(plain.SerializeToString())
        answers = runner(*inputs)
        taken, rivals = _turns(lambda: runner(*inputs), lambda: rival(*inputs))
        codes, fake = self._codes(model, inputs), self._fake(inputs)
        return ExportReport(
            path.stat().st_size,
            plain.ByteSize(),
            taken,
            rivals,
            int(_apart(codes, self.results(inputs)).max(initial=0)),
            int(_apart(codes, fake).max(initial=0)),
            float(np.mean(_apart(codes, fake) > 0)) if codes else 0.0,
            None if labels is None else float((answers.argmax(axis=-1) == labels).mean()),
            operations(plain),
            Counter(node.op_type for node in _nodes(model) if node.op_type != "Constant"),
            self.stays_float,
        )

    def _codes(self, model: onnx.ModelProto, inputs: Sequence[Array]) -> dict[str, Array]:
        """Every activation that the file keeps as codes."""
        named = {name for node in _nodes(model) for name in node.output}
        names = [name for name in self.program.grids() if name in named]
        results = Runner(exposed(model, names).SerializeToString()).outputs(tuple(inputs))
        return dict(zip(names, results[len(model.graph.output) :], strict=True))


def _nodes(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    """All operations of a file; of one for clusters the network once, without the branches."""
    return [node for part in (model.graph, *model.functions) for node in part.node]


def _apart(one: Mapping[str, Array], other: Mapping[str, Array]) -> Array:
    """Differences of codes that both have."""
    shared = [np.abs(one[name].astype(int) - other[name].astype(int)).reshape(-1) for name in one if name in other]
    return np.concatenate([np.zeros(0, int), *shared])


def _turns(*calls: Callable[[], Any]) -> list[float]:
    """Milliseconds of each call, taking turns; medians."""
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(TURNS):
        for times, call in zip(taken, calls, strict=True):
            start = time.perf_counter()
            call()
            times.append((time.perf_counter() - start) * 1000)
    return [float(np.median(times)) for times in taken]
