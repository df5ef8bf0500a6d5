"""Answers of an exported file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hanok.core.problem import Problem
from hanok.parts.quantization.branches import GROUP
from hanok.parts.quantization.clusters import Clusters, parts
from hanok.parts.quantization.program import Array

NOTE = "hanok.clusters"
"""Where a file keeps its clusters."""
CHUNK = 256
"""Samples that are computed at once."""


class Runner:
    """Runs an exported file with onnxruntime; one whose clusters have ranges of their own is given mixed batches.

    Parameters
    ----------
    path : Path or bytes
        What `IntegerModel.export` wrote.
    threads : int
        Of the runtime.

    Attributes
    ----------
    notes : mapping of str to str
        What the file says of itself.

    Raises
    ------
    Problem
        ``not_a_model``.
    """

    def __init__(self, path: Path | bytes, *, threads: int = 1) -> None:
        import onnxruntime  # type: ignore[import-untyped]  # slow to import

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.log_severity_level = threads, 4
        source = path if isinstance(path, bytes) else str(path)
        try:
            self._session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the runtime raises classes of its own
            reason = (str(error) or type(error).__name__).splitlines()[0]
            where = "model" if isinstance(path, bytes) else str(path)
            raise Problem("not_a_model", f"{reason}; expected an exported file", where) from error
        self._names = [one.name for one in self._session.get_inputs() if one.name != GROUP]
        self.notes: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        note = self.notes.get(NOTE)
        self.clusters = Clusters.loads(note) if note else None

    def __call__(self, *inputs: Array) -> Array:
        """The first output of a batch.

        Parameters
        ----------
        *inputs : array (B, ...)
            As many as the model has.

        Returns
        -------
        array (B, ...)
        """
        return self.outputs(inputs)[0]

    def each(self, inputs: Sequence[Array], batch: int = 0) -> Array:
        """The first output for any number of samples, computed in pieces.

        Parameters
        ----------
        inputs : sequence of array (n, ...)
            As many as the model has.
        batch : int
            How many the model wants at once; 0: any number.

        Returns
        -------
        array (n, ...)
        """
        size, found = batch or CHUNK, []
        for start in range(0, len(inputs[0]), size):
            parts = [one[start : start + size] for one in inputs]
            n = len(parts[0])
            if batch and n < size:
                parts = [np.concatenate([part, np.repeat(part[-1:], size - n, axis=0)]) for part in parts]
            found.append(self(*parts)[:n])
        return np.concatenate(found)

    def outputs(self, inputs: tuple[Array, ...]) -> list[Array]:
        """All outputs; those of every sample come from the ranges of its cluster."""
        if not self.clusters:
            return self._run(inputs)
        groups = self.clusters.assign(inputs[0])
        if len(groups) == 1 or (groups == groups[0]).all():  # nothing to sort
            return self._run(inputs, groups[:1])
        found: list[Any] = []
        for group, rows in parts(groups):
            given = tuple(one[rows] for one in inputs)
            for at, part in enumerate(self._run(given, np.array([group]))):
                if len(found) <= at:
                    found.append(np.zeros((len(inputs[0]), *part.shape[1:]), part.dtype))
                found[at][rows] = part
        return found

    def _run(self, inputs: tuple[Array, ...], group: Array | None = None) -> list[Array]:
        given = dict(zip(self._names, inputs, strict=True))
        if group is not None:
            given[GROUP] = group
        answers: list[Array] = self._session.run(None, given)
        return answers
