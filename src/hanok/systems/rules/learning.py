"""What organisers said about suggestions, as competitions to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hanok.core.ledger import Event
from hanok.core.problem import Problem
from hanok.systems.rules.data import NAME, Data
from hanok.systems.rules.items import Competition, Suggestions, Verdict


def competitions_told(
    train: Data, before: Data | None, events: Sequence[Event[Competition, Suggestions, Verdict]]
) -> tuple[Data, Data]:
    """Past competitions and those that feedback tells of, and the latter alone.

    Events about the same features are about one competition. It has the rules it was given with, those taken and, where
    somebody said them, its final ones; what was declined last goes again. One without any rule is left out.

    Raises
    ------
    Problem
        ``nothing_to_learn``: no event says which rules a competition has.
    """
    rules: dict[tuple[tuple[str, str], ...], dict[str, None]] = {}
    for event in events:
        verdict = event.feedback
        if verdict is None or not event.item.features:
            continue
        key = tuple(sorted(event.item.features.items()))
        if verdict.rules:
            rules[key] = dict.fromkeys(verdict.rules)
        taken = rules.setdefault(key, {})
        if verdict.rule or verdict.rules:
            taken.update(dict.fromkeys([*event.item.chosen, *filter(None, [verdict.rule])]))
        for rule in verdict.declined:
            taken.pop(rule, None)
    rules = {key: taken for key, taken in rules.items() if taken}
    if not rules:
        raise Problem("nothing_to_learn", "no feedback says which rules a competition has", hint="say which are taken")
    features = [dict(key) for key in rules]
    fresh = Data.of(features, [list(taken) for taken in rules.values()])
    fresh = replace(fresh, names=[given.get(NAME) or "told by its organiser" for given in features])
    told = fresh if before is None else _joined(_others(before, fresh), fresh)
    return _joined(train, told), told


def _others(before: Data, fresh: Data) -> Data:
    """Those that were not told of anew."""
    return before.take([i for i, features in enumerate(before.features) if features not in fresh.features])


def _joined(first: Data, second: Data) -> Data:
    return replace(
        first,
        names=[*first.names, *second.names],
        features=[*first.features, *second.features],
        rules=[*first.rules, *second.rules],
    )
