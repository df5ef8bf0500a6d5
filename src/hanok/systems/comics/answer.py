"""One answer: what is known of the asker, comics ranked and fused, and the reason for each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hanok.core.problem import NotFound, Problem
from hanok.parts.ranking import Ranked
from hanok.systems.comics.blend import Lists
from hanok.systems.comics.config import RANKERS
from hanok.systems.comics.data import Ints, sparse
from hanok.systems.comics.items import Entry, Shelf, Wish
from hanok.systems.comics.rankers import Known
from hanok.systems.comics.state import State

NOBODY = "Nothing is known to have been read: these are the most read comics."
ALONE = "Fusion did not win on validation: {} answers alone."
LONELY = "What was read says nothing about the others: these are the most read comics."


class Seeds(NamedTuple):
    """What to go by, what not to give, and what to say about it."""

    go_by: Ints
    hidden: Ints
    candidates: Ints | None
    note: str


def answer(state: State, wish: Wish) -> Shelf | Problem:
    """Comics for one asker, or what is wrong with the question."""
    try:
        seeds = _seeds(state, wish)
    except Problem as problem:
        return problem
    shape = (1, len(state.train.catalogue))
    go_by, hidden = (sparse(np.zeros(len(items), np.int64), items, shape) for items in (seeds.go_by, seeds.hidden))
    known = Known(go_by, hidden, seeds.candidates)
    lists = {ranker: found.query(0) for ranker, found in state.rankers.lists(known).items()}
    weights = {r: w for r, w in state.blend.weights.items() if w > 0 and r in lists and len(lists[r].ids)}
    popular = state.rankers.popular(known, 2 * wish.k).query(0)  # enough even if the first k are ranked anyway
    if not weights:
        note = LONELY if len(seeds.go_by) else NOBODY
        return _shelf(state, wish, seeds, popular, {}, note)
    filled = completed(state.blend(lists, wish.k), popular, wish.k)
    note = ALONE.format(*weights) if state.blend.fallback else ""
    return _shelf(state, wish, seeds, filled, {ranker: lists[ranker] for ranker in weights}, note)


def completed(ranked: Ranked, popular: Ranked, k: int) -> Ranked:
    """Lists of up to k comics, one or (n, …), with the most read ones where no ranker has any more to say."""
    if ranked.ids.ndim == 1:
        rest = popular.ids[~np.isin(popular.ids, ranked.ids)][: max(k - len(ranked.ids), 0)]
        return Ranked(np.append(ranked.ids, rest), np.append(ranked.scores, np.zeros(len(rest), np.float32)))
    whole = Ranked.of(np.full((len(ranked.ids), k), -1))
    for row in range(len(ranked.ids)):
        one = completed(ranked.query(row), popular.query(row), k).top(k)
        whole.ids[row, : len(one.ids)], whole.scores[row, : len(one.ids)] = one.ids, one.scores
    return whole


def _seeds(state: State, wish: Wish) -> Seeds:
    """What the question names, as numbers.

    Raises
    ------
    NotFound
        A reader or comic is unknown.
    """
    history = [_number(state, item, f"history.{place}") for place, item in enumerate(wish.history)]
    note = ""
    if wish.user is not None:
        read = state.has_read(wish.user)
        if read is None and not history and wish.item is None:
            hint = "send what they have read as history, or leave the reader out for the most read comics"
            raise NotFound("unknown_user", f"no reader {wish.user!r} in the training data", "user", hint)
        if read is None:
            note = f"No reader {wish.user!r} in the training data: this goes by what was sent."
        else:
            history += read.tolist()
    like = [] if wish.item is None else [_number(state, wish.item, "item")]
    candidates = None
    if wish.items:
        listed = [_number(state, item, f"items.{place}") for place, item in enumerate(wish.items)]
        candidates = np.unique(np.array(listed, np.int64))
    hidden = np.unique(np.array(history + like, np.int64))
    return Seeds(np.unique(np.array(like or history, np.int64)), hidden, candidates, note)


def _number(state: State, item: str, where: str) -> int:
    number = state.train.catalogue.number.get(item)
    if number is None:
        raise NotFound("unknown_item", f"no comic {item!r} in the catalogue", where, "train again to add comics")
    return number


def _shelf(state: State, wish: Wish, seeds: Seeds, ranked: Ranked, lists: Lists, note: str) -> Shelf:
    catalogue = state.train.catalogue
    ranks = {ranker: {item: rank for rank, item in enumerate(found.ids.tolist(), 1)} for ranker, found in lists.items()}
    entries = [
        Entry(
            item=catalogue.items[item],
            title=catalogue.titles[item],
            cover=state.covers[item] or None,
            why=_why(state, item, ranks, seeds),
            genre=catalogue.genres[item],
            author=catalogue.authors[item],
            score=round(float(score), 6),
        )
        for item, score in zip(ranked.ids[: wish.k].tolist(), ranked.scores.tolist(), strict=False)
    ]
    by = "popularity" if not lists else next(iter(lists)) if len(lists) == 1 else "fusion"
    said = " ".join(filter(None, (seeds.note, note)))
    return Shelf.model_validate({"entries": entries, "by": by, "note": said})


def _why(state: State, item: int, ranks: dict[str, dict[int, int]], seeds: Seeds) -> str:
    """Such as "cf #1 · text #4, because of 迷宮の地図"."""
    places = {ranker: ranks[ranker][item] for ranker in RANKERS if item in ranks.get(ranker, {})}
    if not places:
        n = int(state.rankers.readers[item])
        return f"read by {n} reader{'s' * (n != 1)}"
    said = " · ".join(f"{ranker} #{rank}" for ranker, rank in places.items())
    speaker = max(places, key=lambda ranker: state.blend.weights[ranker] / places[ranker])
    cause = state.rankers.cause(speaker, item, seeds.go_by)
    return f"{said}, because of {state.train.catalogue.titles[cause]}" if cause >= 0 else said
