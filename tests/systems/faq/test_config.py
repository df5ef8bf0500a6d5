import pytest
from pydantic import ValidationError

from hanok.lifecycle.space import Space
from hanok.systems.faq import Config


def test_method_and_terms_are_searched_and_ranking_needs_no_new_fit() -> None:
    space = Space.of(Config)
    assert set(space.fit) == {"method", "words", "shortest", "longest", "sublinear", "C"}
    assert set(space.later) == {"ranker", "k1", "b"}


def test_what_a_user_decides_is_not_searched() -> None:
    space = Space.of(Config)
    assert not {"target_precision", "unanswerable"} & (set(space.fit) | set(space.later))


@pytest.mark.parametrize("wrong", [{"C": 0}, {"words": 3}, {"target_precision": 1}, {"encoder": "tfidf"}])
def test_values_out_of_bounds_and_unknown_names_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Config.model_validate(wrong)


def test_only_staged_fields_may_differ_for_the_same_fit() -> None:
    assert Config().same_fit(Config(k1=2.0, ranker="cosine", target_precision=0.8, unanswerable=0.0))
    assert not Config().same_fit(Config(C=1.0))
