import pytest
from pydantic import ValidationError

from hanok.lifecycle.space import Space
from hanok.systems.comics import Config


def test_rankers_are_searched_and_their_fusion_needs_no_new_fit() -> None:
    space = Space.of(Config)
    assert set(space.fit) == {"factors", "alpha0", "regularization", "pos"}
    assert set(space.later) == {"fusion", "weight_cf", "weight_text", "weight_image"}


@pytest.mark.parametrize(
    "wrong", [{"weight_cf": 1.1}, {"weight_text": -0.1}, {"pos": "verbs"}, {"fusion": "best"}, {"k": 1}]
)
def test_values_out_of_bounds_and_unknown_names_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Config.model_validate(wrong)


def test_weights_not_given_are_found_unless_one_is_given() -> None:
    assert Config().weights is None
    assert Config(weight_text=0.5).weights == {"cf": 0, "text": 0.5, "image": 0}


def test_only_staged_fields_may_differ_for_the_same_fit() -> None:
    assert Config().same_fit(Config(fusion="rrf", weight_cf=0.5, weight_text=0, weight_image=0.1))
    assert not Config().same_fit(Config(pos="all"))
