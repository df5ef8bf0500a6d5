"""The lists that rankers and ensemble give to the questions of a test, and how good they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from hanok.core.bootstrap import interval
from hanok.core.problem import Problem
from hanok.core.report import Grid
from hanok.parts.ranking import Ranked, coverage, novelty
from hanok.systems.video.data import Data, Floats, Ints
from hanok.systems.video.ensemble import Ask, K, many, ndcg, personal, ranks, related
from hanok.systems.video.folds import Questions, asked
from hanok.systems.video.rankers import NAMES

if TYPE_CHECKING:
    from hanok.systems.video.system import Video

ENSEMBLE, POPULAR = "ensemble", "most watched"


@dataclass(frozen=True)
class Judged:
    """Lists by name of who made them, each (n_questions, depth) ids with -1 where there are fewer.

    Parameters
    ----------
    questions : Questions
    related : dict of str to Ranked
        The source alone being known: of each ranker, of the ensemble, and the most watched videos.
    personal : dict of str to Ranked
        The history being known, too.
    """

    questions: Questions
    related: dict[str, Ranked]
    personal: dict[str, Ranked]

    @classmethod
    def of(cls, video: Video, data: Data) -> Self:
        """Ask everything that a test asks.

        Raises
        ------
        Problem
            Nobody in the data watched a video after another one.
        """
        questions = asked(onto(video, data))
        if not len(questions):
            message = "found no view that follows another video and is new to its user"
            raise Problem("nothing_to_judge", message, "views", "bring views of users who watched several videos")
        kinds = related(questions), personal(questions, video.config.repeat)
        return cls(questions, *(_lists(video, asks) for asks in kinds))


def _lists(video: Video, asks: Sequence[Ask]) -> dict[str, Ranked]:
    depth = video.config.depth
    single = many(video.rankers, asks, video.config.recency, depth)
    return {
        **dict(zip(NAMES, single, strict=True)),
        ENSEMBLE: video.blend(single, depth),
        POPULAR: Ranked.of(np.stack([most_watched(video, ask, depth) for ask in asks])),
    }


def most_watched(video: Video, ask: Ask, depth: int) -> Ints:
    """The trivial answer, (depth,): what most people watched, without what is hidden; -1 where there are fewer."""
    popular = video.people.popular[: depth + len(ask.hidden)]
    kept = popular[~np.isin(popular, np.asarray(ask.hidden))][:depth]
    return np.concatenate([kept, np.full(depth - len(kept), -1)])


def onto(video: Video, data: Data) -> Data:
    """The same views with the model's own numbers; those of videos it does not know are left out."""
    own = video.rankers.catalogue
    if data.catalogue.items == own.items:
        return data
    numbers = np.array([own.number.get(item, -1) for item in data.catalogue.items], np.int64)[data.items]
    known = numbers >= 0
    if not known.any():
        raise Problem("no_known_items", "none of the videos is known to this model", "items", "train it on them")
    kept = data.take(known)
    return Data(own, kept.users, numbers[known], kept.times, kept.ratings, kept.names, kept.judged, data.notes)


def recall(found: Ranked, targets: Ints, k: int = K) -> Floats:
    """Whether each target is among the first k, (n,)."""
    return (ranks(found.ids[:, :k], targets) > 0).astype(np.float64)


def reciprocal(found: Ranked, targets: Ints) -> Floats:
    """1 / rank of each target, 0 where it is not in the list, (n,)."""
    rank = ranks(found.ids, targets)
    return np.where(rank > 0, 1 / np.maximum(rank, 1), 0.0)


def comparison(video: Video, judged: Judged) -> Grid:
    """Every ranker, the ensemble and the most watched side by side."""
    targets, n_items = judged.questions.targets, len(video.rankers.catalogue)
    share = video.people.viewers / max(len(video.people.names), 1)
    rows: list[list[str | int | float | None]] = []
    for name, found in judged.related.items():
        surprise = novelty(found.ids, share, K)
        surprise = surprise[np.isfinite(surprise)]
        rows.append(
            [
                name,
                shown(recall(found, targets)),
                shown(ndcg(found.ids, targets)),
                shown(reciprocal(found, targets)),
                shown(ndcg(judged.personal[name].ids, targets)),
                round(coverage(found.ids, n_items, K), 3),
                round(float(surprise.mean()), 2) if len(surprise) else None,
            ]
        )
    return Grid(
        title="Rankers",
        columns=["ranker", f"recall@{K}", f"ndcg@{K}", "mrr", f"personal ndcg@{K}", "coverage", "novelty, bits"],
        rows=rows,
        note="Means with 95 % intervals over questions. Personal: the history is known beside the source. Coverage: "
        f"share of the videos that some first {K} hold; novelty: how few people know what is shown.",
    )


def shown(values: Floats) -> str:
    """A mean with its interval."""
    found = interval(values)
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"
