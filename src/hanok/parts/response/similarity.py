"""How alike right nodes are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.response.settings import NONE, RESPONSES
from hanok.parts.response.targets import Targets

Floats = npt.NDArray[np.float64]


def similar(name: str, targets: Targets, given: Mapping[str, Floats]) -> Floats:
    """The similarity of that name, (n_right, n_right), 1 on the diagonal.

    One that is given counts half, beside that of responses: on GDSC the mean of both is better than either.

    Raises
    ------
    Problem
        ``bad_similarity``: there is none of this name, or it is not a symmetric matrix of finite numbers.
    """
    m = targets.values.shape[1]
    if name == NONE:
        return np.eye(m)
    if name == RESPONSES:
        return _by_responses(targets)
    if name not in given:
        known = ", ".join([NONE, RESPONSES, *given])
        raise Problem("bad_similarity", f"found no similarity {name!r}; expected one of {known}", "similarity")
    found = np.asarray(given[name], np.float64)
    if found.shape != (m, m) or not np.isfinite(found).all() or not np.allclose(found, found.T, atol=1e-5):
        message = f"found shape {found.shape}; expected a symmetric ({m}, {m}), finite"
        raise Problem("bad_similarity", message, f"similarity {name}")
    found = ((found + found.T) / 2 + _by_responses(targets)) / 2
    np.fill_diagonal(found, 1.0)
    return found


def _by_responses(targets: Targets) -> Floats:
    """Cosine of what right nodes are responded to with."""
    together = targets.values.T @ targets.values
    own = np.maximum(np.diag(together), 1e-9)
    found: Floats = together / np.sqrt(np.outer(own, own))
    np.fill_diagonal(found, 1.0)
    return found
