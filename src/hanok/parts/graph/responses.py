"""Which pairs of nodes respond, which resist, and which nobody has measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats32 = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Responses:
    """Pairs of nodes with a label: responsive (sensitive) or resistant. A pair that is absent was not measured.

    Parameters
    ----------
    left, right : arrays (m,), int64
        Node ids: cell lines and drugs, say.
    label : array (m,), bool
        True: responsive.

    Pairs stay in the order given; one that is given again with the same label is left out.

    Raises
    ------
    Problem
        ``bad_responses``: not three arrays of one length, ids below 0, labels that are neither true nor false, or a
        node paired with itself. ``contradiction``: a pair with both labels; `contradictions` finds all of them.

    Example
    -------
    Nodes 0 and 1 are cells, 2 to 4 drugs:

    >>> responses = Responses([0, 0, 0, 1], [2, 3, 4, 2], [True, False, False, False])
    >>> responses.positives.tolist()
    [[0, 2]]
    >>> offsets, ids = responses.resistant_lists(5)
    >>> [ids[a:b].tolist() for a, b in zip(offsets[:-1], offsets[1:])]
    [[3, 4], [2], [1], [0], [0]]
    """

    left: Ints
    right: Ints
    label: Bools

    def __post_init__(self) -> None:
        left, right, label = checked(self.left, self.right, self.label)
        keys = left * (max(right.max(initial=0), 0) + 1) + right
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        wrong = label != label[first][which.reshape(-1)]
        if wrong.any():
            row = int(wrong.argmax())
            found = f"found ({left[row]}, {right[row]}) both responsive and resistant"
            hint = "decide which holds, or leave the pair out"
            raise Problem("contradiction", f"{found}; expected one label for each pair", f"row {row}", hint)
        first.sort()
        for name, array in (("left", left), ("right", right), ("label", label)):
            object.__setattr__(self, name, array[first])

    def __len__(self) -> int:
        return len(self.left)

    @property
    def pairs(self) -> Ints:
        """All pairs, (m, 2)."""
        return np.stack([self.left, self.right], axis=1)

    @property
    def positives(self) -> Ints:
        """The responsive pairs, (m, 2)."""
        return self.pairs[self.label]

    def subset(self, mask: npt.ArrayLike) -> Responses:
        """Those that a mask (m,) or an array of places says."""
        kept = np.asarray(mask)
        kept = kept if kept.size else kept.astype(np.int64)
        return Responses(self.left[kept], self.right[kept], self.label[kept])

    def resistant_lists(self, n_nodes: int) -> tuple[Ints, Int32s]:
        """For each node, on whichever side, the nodes of the other side that it is known to resist.

        Returns
        -------
        offsets : array (n_nodes + 1,), int64
        ids : array (n_entries,), int32
            Node i's are ``ids[offsets[i]:offsets[i + 1]]``, ascending; none for a node without resistant pairs.

        Raises
        ------
        Problem
            ``unknown_node``: an id is not below `n_nodes`.
        """
        highest = int(max(self.left.max(initial=-1), self.right.max(initial=-1)))
        if highest >= n_nodes:
            raise Problem("unknown_node", f"found {highest}; expected ids 0 to {n_nodes - 1}", "responses")
        left, right = self.left[~self.label], self.right[~self.label]
        keys = np.unique(np.concatenate([left * n_nodes + right, right * n_nodes + left]))
        counts = np.bincount(keys // max(n_nodes, 1), minlength=n_nodes)
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), (keys % max(n_nodes, 1)).astype(np.int32)

    def table(self, lefts: npt.ArrayLike, rights: npt.ArrayLike) -> Floats32:
        """Labels as a matrix, as the measures of this part take them.

        Parameters
        ----------
        lefts, rights : arrays (n_left,) and (n_right,), int
            Node ids of rows and columns, each once.

        Returns
        -------
        array (n_left, n_right), float32
            1 responsive, 0 resistant, NaN not measured. Pairs of other nodes are left out.
        """
        rows, columns = np.asarray(lefts, np.int64), np.asarray(rights, np.int64)
        n = 1 + int(max(ids.max(initial=0) for ids in (rows, columns, self.left, self.right)))
        places = np.full((2, n), -1)
        places[0, rows], places[1, columns] = np.arange(len(rows)), np.arange(len(columns))
        i, j = places[0, self.left], places[1, self.right]
        there = (i >= 0) & (j >= 0)
        found = np.full((len(rows), len(columns)), np.nan, np.float32)
        found[i[there], j[there]] = self.label[there]
        return found


def contradictions(left: npt.ArrayLike, right: npt.ArrayLike, label: npt.ArrayLike) -> Ints:
    """Pairs that are given both as responsive and as resistant, which `Responses` refuses.

    Returns
    -------
    array (k, 2), int64
        Each once, ascending.

    Example
    -------
    >>> contradictions([0, 0, 1], [2, 2, 2], [True, False, True]).tolist()
    [[0, 2]]
    """
    a, b, labels = checked(left, right, label)
    yes, no = (np.unique(np.stack([a[x], b[x]], axis=1), axis=0) for x in (labels, ~labels))
    both, times = np.unique(np.concatenate([yes, no]), axis=0, return_counts=True)
    return both[times > 1]


def checked(left: npt.ArrayLike, right: npt.ArrayLike, label: npt.ArrayLike) -> tuple[Ints, Ints, Bools]:
    """The three arrays, of one length."""
    sides = [np.asarray(left), np.asarray(right)]
    labels = np.asarray(label)
    for name, ids in zip(("left", "right"), sides, strict=True):
        if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
            raise Problem("bad_responses", f"found {ids.dtype} of shape {ids.shape}; expected ids (m,)", name)
        if ids.shape != labels.shape:
            raise Problem("bad_responses", f"found shape {ids.shape} for labels of shape {labels.shape}", name)
        if ids.size and ids.min() < 0:
            raise Problem("bad_responses", f"found {ids.min()}; expected ids from 0", f"{name} {int(ids.argmin())}")
    if labels.size and not (labels.dtype.kind in "biu" and np.isin(labels, (0, 1)).all()):
        raise Problem("bad_responses", f"found {labels.dtype}; expected true or false", "label")
    a, b = (ids.astype(np.int64) for ids in sides)
    if (a == b).any():
        row = int((a == b).argmax())
        raise Problem("bad_responses", f"found node {a[row]} paired with itself", f"row {row}")
    return a, b, labels.astype(bool)
