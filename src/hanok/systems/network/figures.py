"""Charts of an evaluation: curves, how responsive pairs lie apart, and maps of vectors."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hanok.core.report import Chart, Series
from hanok.parts.graph import separation
from hanok.systems.network.data import Floats
from hanok.systems.network.judged import Judged, thinned
from hanok.systems.network.room import Room

POINTS, TYPES, BINS, COLUMNS, GROUPS = 300, 6, 20, 20, 20
"""Points of a map's series, series of it, bars of a histogram, right nodes and groups of the heat map."""


def curves(scores: dict[str, Floats], labels: Floats) -> list[Chart]:
    """ROC and precision-recall over all judged pairs together."""
    there = np.isfinite(labels)
    roc, precision = [], []
    for name, values in scores.items():
        order = np.argsort(-values[there], kind="stable")
        hit = labels[there][order] == 1
        ranked = values[there][order]
        ends = np.flatnonzero(np.r_[ranked[1:] != ranked[:-1], True])  # equal scores are one step
        right, wrong = np.cumsum(hit)[ends], np.cumsum(~hit)[ends]
        x, y = thinned(np.r_[0, wrong / max(wrong[-1], 1)], np.r_[0, right / max(right[-1], 1)])
        roc.append(Series(name=name, x=x, y=y))
        x, y = thinned(right / max(right[-1], 1), right / (right + wrong))
        precision.append(Series(name=name, x=x, y=y))
    return [
        Chart(
            title="ROC, all pairs together",
            x_label="resistant pairs taken for responsive",
            y_label="responsive pairs found",
            series=roc,
        ),
        Chart(
            title="Precision and recall, all pairs together", x_label="recall", y_label="precision", series=precision
        ),
    ]


def histogram(room: Room, judged: Judged) -> list[Chart]:
    """Cosine of left and right vectors over judged pairs, responsive and resistant apart."""
    nodes, labels = judged.nodes[judged.known], judged.labels[judged.known]
    similarity = room.units[nodes] @ room.units[room.rights].T
    kinds = {"responsive": similarity[labels == 1], "resistant": similarity[labels == 0]}
    if not all(len(values) for values in kinds.values()):
        return []
    low, high = float(similarity[np.isfinite(labels)].min()), float(similarity[np.isfinite(labels)].max())
    edges = np.linspace(low, max(high, low + 1e-6), BINS + 1)
    middles = ((edges[1:] + edges[:-1]) / 2).round(3).tolist()
    series = [
        Series(name=name, x=middles, y=(np.histogram(values, edges)[0] / len(values)).tolist())
        for name, values in kinds.items()
    ]
    note = "Held-out pairs of nodes that are in the network."
    return [
        Chart(
            title="Separation",
            kind="bar",
            x_label="cosine of the two vectors",
            y_label="share of pairs",
            series=series,
            note=note,
        )
    ]


def plane(room: Room) -> list[Chart]:
    """The two directions in which vectors differ most, coloured by type."""
    there = np.flatnonzero(room.vectors.any(axis=1))
    if len(there) < 3:
        return []
    rng = np.random.default_rng(0)
    sizes = np.bincount(room.network.types[there], minlength=len(room.network.type_names))
    order = [room.network.type_names.index(kind) for kind in (room.left_type, room.right_type)]
    order += [kind for kind in np.argsort(-sizes, kind="stable").tolist() if kind not in order and sizes[kind]]
    shown = {}
    for kind in order[:TYPES]:
        own = there[room.network.types[there] == kind]
        shown[kind] = np.sort(rng.choice(own, min(POINTS, len(own)), replace=False))
    all_ = np.concatenate(list(shown.values()))
    rows = room.units[all_].astype(np.float64)
    rows -= rows.mean(axis=0)
    _, spread, directions = np.linalg.svd(rows, full_matrices=False)
    directions *= np.where(directions[:, [0]] < 0, -1.0, 1.0)
    share = spread[:2] ** 2 / max(float((spread**2).sum()), 1e-12)
    points = dict(zip(all_.tolist(), (rows @ directions[:2].T).tolist(), strict=True))
    series = [
        Series(
            name=room.network.type_names[kind],
            x=[points[i][0] for i in own.tolist()],
            y=[points[i][1] for i in own.tolist()],
        )
        for kind, own in shown.items()
        if len(own)
    ]
    note = f"Principal components of the vectors at length 1; they hold {share.sum():.0%} of the variance."
    return [
        Chart(
            title="Map",
            kind="scatter",
            x_label=f"first component, {share[0]:.0%}",
            y_label=f"second component, {share[1]:.0%}",
            series=series,
            note=note,
        )
    ]


def heat(room: Room) -> list[Chart]:
    """The source's heat map, by group: how much nearer left nodes are to a right node than those that resist it."""
    groups = np.array([room.groups.get(node, "") for node in room.lefts.tolist()], object)
    names, sizes = np.unique(groups[groups != ""].astype(str), return_counts=True)
    if not len(names):
        return []
    labels = room.learnt.table(room.lefts, room.rights)
    values = separation(room.vectors[room.lefts], room.vectors[room.rights], labels).heat
    placed = room.vectors[room.lefts].any(axis=1)
    kept = sorted(names[np.argsort(-sizes, kind="stable")[:GROUPS]].tolist())
    rows = {name: values[(groups == name) & placed] for name in kept}
    means = {name: part.mean(axis=0) for name, part in rows.items() if len(part)}
    if not means:
        return []
    table: npt.NDArray[np.float32] = np.array(list(means.values()))  # (n_groups, n_right)
    usable = np.flatnonzero(np.isfinite(table).all(axis=0))
    widest = usable[np.argsort(-table[:, usable].std(axis=0), kind="stable")[:COLUMNS]]
    note = (
        "Cosine to the left nodes of a group less the mean cosine to the left nodes that resist in training, "
        f"for the {len(widest)} right nodes between whose groups it differs most."
    )
    heads = [room.network.names[room.rights[column]] for column in widest]
    series = [
        Series(name=name, x=heads, y=[round(float(row[column]), 3) for column in widest])
        for name, row in zip(means, table, strict=True)
    ]
    label = "cosine above that of what resists"
    title = f"Heat map: {room.left_type} by group"
    return [Chart(title=title, kind="heat", x_label=room.right_type, y_label=label, series=series, note=note)]
