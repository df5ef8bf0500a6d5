from __future__ import annotations

import pytest
from pydantic import ValidationError

from hanok.lifecycle.space import Space
from hanok.systems.video import Config


def test_what_is_staged_is_no_reason_to_fit_again() -> None:
    assert Config().same_fit(Config(weights="given", text_weight=0.9, recency=0.1, prior_misses=7, explored=1))
    assert not Config().same_fit(Config(factors=8))
    assert not Config().same_fit(Config(text_ranker="bm25"))


def test_ensemble_and_policy_are_tuned_without_a_fit() -> None:
    later = set(Space.of(Config).later)
    assert {"fusion", "mf_weight", "recency", "prior_clicks", "prior_misses", "pooling"} <= later
    assert not later & set(Space.of(Config).fit)


def test_what_is_out_of_bounds_or_unknown_is_refused() -> None:
    for wrong in ({"pool": 0}, {"explored": 1.5}, {"half_life": -1}, {"half_life": 0.01}, {"wrong": 1}):
        with pytest.raises(ValidationError):
            Config.model_validate(wrong)
