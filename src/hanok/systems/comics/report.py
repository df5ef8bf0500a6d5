"""What an evaluation of the comics recommender shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.bootstrap import interval
from hanok.core.problem import Problem
from hanok.core.report import Chart, Grid, Measure, Report, Series
from hanok.parts.ranking import Fusion, Ranked, coverage, leave_one_out, ndcg_at, recall_at
from hanok.systems.comics.answer import completed
from hanok.systems.comics.asked import Asked, K
from hanok.systems.comics.blend import Lists, Weights, said
from hanok.systems.comics.data import Data
from hanok.systems.comics.items import MOST, Wish

if TYPE_CHECKING:
    from hanok.systems.comics.system import Comics

Floats = npt.NDArray[np.float64]


class Judged(NamedTuple):
    """One way of ranking: what it gave each reader, and how good that was."""

    name: str
    ids: npt.NDArray[np.int64]
    ndcg: Floats
    recall: Floats


def report(comics: Comics, data: Data) -> Report:
    """Judge a fitted system on readers whose next reads are known.

    Parameters
    ----------
    comics : Comics
        Fitted or loaded.
    data : Data
        Judged reads are predicted from the others of the same reader; where nothing is held out, a fifth is.

    Raises
    ------
    Problem
        No reader has enough reads to hold some out.
    """
    state = comics.state
    number = state.train.catalogue.number
    asked = Asked.of(data, number)
    if not len(asked):
        raise Problem("too_few_reads", "no reader of these data has read three comics; expected some", "reads")
    lists = state.rankers.lists(asked.known)
    popular = _judged("popularity", state.rankers.popular(asked.known, K), asked)
    served = _judged(
        "as answered", completed(state.blend(lists, K), state.rankers.popular(asked.known, 2 * K), K), asked
    )
    alone = {ranker: _judged(ranker, lists[ranker], asked) for ranker in lists}
    titles, before = state.train.catalogue.titles, _by_reader(asked, data.catalogue.items, judged=False)
    return Report(
        measures=[*_measures(served, popular, alone)],
        items=[Wish(history=[item for item in read if item in number][-MOST:]) for read in before],
        expected=[", ".join(read) for read in _by_reader(asked, data.catalogue.titles, judged=True)],
        predicted=[titles[row[0]] if row[0] >= 0 else "nothing" for row in served.ids],
        slices=_slices(asked),
        charts=[_chart(served, popular, alone)],
        tables=[*_tables(comics, asked, lists, served, popular, alone)],
        notes=[*state.notes, state.blend.why, *_note(data)],
    )


def _judged(name: str, ranked: Ranked, asked: Asked) -> Judged:
    ids = ranked.ids[:, :K]
    ndcg, recall = (np.nan_to_num(measure(ids, asked.relevant, K)) for measure in (ndcg_at, recall_at))
    return Judged(name, ids, ndcg, recall)


def _measures(served: Judged, popular: Judged, alone: dict[str, Judged]) -> Iterator[Measure]:
    about = f"of the first {K} comics; the trivial answer is the most read ones"
    yield Measure(f"ndcg@{K}", served.ndcg, popular.ndcg, about=f"how far up the comics read next are, {about}")
    yield Measure(f"recall@{K}", served.recall, popular.recall, about=f"how many of the comics read next are {about}")
    for ranker, judged in alone.items():
        yield Measure(f"ndcg@{K} {ranker}", judged.ndcg, popular.ndcg, about=f"{ranker} alone")
        yield Measure(f"recall@{K} {ranker}", judged.recall, popular.recall, about=f"{ranker} alone")


def _tables(
    comics: Comics, asked: Asked, lists: Lists, served: Judged, popular: Judged, alone: dict[str, Judged]
) -> Iterator[Grid]:
    blend, n_items = comics.state.blend, len(comics.state.train.catalogue)

    def fused(name: str, weights: Weights) -> Judged:
        return _judged(name, Fusion(blend.method, weights).fuse(lists, K), asked)

    equal = fused(f"all, equal weights ({blend.method})", dict.fromkeys(lists, 1.0))
    tuned = fused(f"all, {said(blend.tuned)} ({blend.method})", blend.tuned)
    rows = [_row(judged, n_items) for judged in (popular, *alone.values(), equal, tuned, served)]
    columns = ["ranked by", f"ndcg@{K}", "95 % interval", f"recall@{K}", "95 % interval", "comics shown"]
    note = "Comics shown: share of the catalogue that is given to somebody."
    yield Grid(title="Rankers and their fusion", columns=columns, rows=rows, note=note)
    yield _without(Fusion(blend.method, blend.tuned), asked, lists)


def _row(judged: Judged, n_items: int) -> list[str | int | float | None]:
    figures: list[str | int | float | None] = [judged.name]
    for values in (judged.ndcg, judged.recall):
        found = interval(values)
        figures += [round(found.value, 4), f"{found.low:.3f} to {found.high:.3f}"]
    return [*figures, round(coverage(judged.ids, n_items, K), 3)]


def _without(fusion: Fusion, asked: Asked, lists: Lists) -> Grid:
    """What is lost when a ranker keeps silent; the others keep their weights."""
    lost = leave_one_out(fusion, lists, asked.relevant, at=K)
    rows: list[list[str | int | float | None]] = [
        [ranker, round(fusion.weights[ranker], 3), round(found.value, 4), f"{found.low:+.3f} to {found.high:+.3f}"]
        for ranker, found in lost.items()
    ]
    key = max(lost, key=lambda ranker: lost[ranker].value)
    note = f"The key ranker is {key}: the fusion loses most without it."
    columns = ["without", "its weight", f"ndcg@{K} lost", "95 % interval"]
    return Grid(title="Leaving one ranker out of the fusion", columns=columns, rows=rows, note=note)


def _chart(served: Judged, popular: Judged, alone: dict[str, Judged]) -> Chart:
    shown = [popular, *alone.values(), served]
    found = [interval(judged.ndcg) for judged in shown]
    series = Series(
        name=f"ndcg@{K}",
        x=[judged.name for judged in shown],
        y=[one.value for one in found],
        low=[one.low for one in found],
        high=[one.high for one in found],
    )
    return Chart(
        title="Each ranker, and the answers", kind="bar", x_label="ranked by", y_label=f"ndcg@{K}", series=[series]
    )


def _by_reader(asked: Asked, names: Sequence[str], *, judged: bool) -> list[list[str]]:
    """What each reader asked about read before, or next, by the names given to the comics."""
    data = asked.data
    found: dict[int, list[str]] = {reader: [] for reader in asked.readers.tolist()}
    for user, item, held in zip(data.users.tolist(), data.items.tolist(), data.judged.tolist(), strict=True):
        if held == judged and user in found:
            found[user].append(names[item])
    return list(found.values())


def _slices(asked: Asked) -> dict[str, list[str]]:
    counts = np.diff(asked.known.histories.indptr)
    names = ("read before: up to 4", "read before: 5 to 9", "read before: 10 or more")
    return {"reader": [names[int(np.digitize(count, [5, 10]))] for count in counts]}


def _note(data: Data) -> list[str]:
    if data.judged.all():
        return [
            "A fifth of the reads of each reader is predicted from the others; what the model learnt is not taken out."
        ]
    how = "the last" if data.timed else "drawn at random, for not all times are known"
    return [f"A fifth of the reads of each reader asked about is predicted from the others: {how}."]
