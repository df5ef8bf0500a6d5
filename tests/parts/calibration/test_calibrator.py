import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hanok.parts.calibration import Calibrator, reliability

SCORES = hnp.arrays(np.float64, (3, 4), elements=st.floats(-5, 5))


def drawn(n: int, sharpness: float, slope: float, offset: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Items whose right candidate is drawn from the very model."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n, 5))
    chances = Calibrator(sharpness, slope, offset).probabilities(scores)
    edges = np.cumsum(chances, axis=1)
    right = (rng.random(n)[:, None] > edges).sum(axis=1)
    return scores, np.where(right == 5, -1, right)


def test_it_finds_what_made_the_data() -> None:
    scores, right = drawn(40_000, 2.5, 1.5, -1.0, seed=1)
    found = Calibrator().fit(scores, right)
    assert found.sharpness == pytest.approx(2.5, rel=0.05)
    assert found.slope == pytest.approx(1.5, rel=0.08)
    assert found.offset == pytest.approx(-1.0, abs=0.12)


def test_probabilities_keep_their_word_on_new_items() -> None:
    fitted = Calibrator().fit(*drawn(5000, 3.0, 2.0, -0.5, seed=2))
    scores, right = drawn(5000, 3.0, 2.0, -0.5, seed=3)
    first = scores.argmax(axis=1)
    said = fitted.probabilities(scores)[np.arange(5000), first]
    assert reliability(said, first == right).error < 0.03


def test_one_candidate_is_platts_sigmoid() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(5000, 1))
    right = np.where(rng.random(5000) < 1 / (1 + np.exp(-(2 * scores[:, 0] + 1))), 0, -1)
    fitted = Calibrator().fit(scores, right)
    assert (fitted.slope, fitted.offset) == (pytest.approx(2, abs=0.2), pytest.approx(1, abs=0.15))


def test_weights_count_as_repetition() -> None:
    scores, right = drawn(60, 2.0, 1.0, 0.0, seed=4)
    weights = np.where(np.arange(60) < 20, 3.0, 1.0)
    repeated = np.repeat(np.arange(60), weights.astype(int))
    one, other = Calibrator().fit(scores, right, weights), Calibrator().fit(scores[repeated], right[repeated])
    assert vars(one) == {name: pytest.approx(value, rel=1e-5) for name, value in vars(other).items()}


@given(SCORES, st.floats(0, 20), st.floats(-20, 20), st.floats(-20, 20))
def test_probabilities_are_probabilities_in_the_order_of_the_scores(
    scores: np.ndarray, sharpness: float, slope: float, offset: float
) -> None:
    given_ = Calibrator(sharpness, slope, offset).probabilities(scores)
    assert ((given_ >= 0) & (given_.sum(axis=1, keepdims=True) <= 1 + 1e-9)).all()
    order = np.argsort(scores, axis=1)
    assert (np.diff(np.take_along_axis(given_, order, axis=1), axis=1) >= -1e-12).all()


def test_missing_candidates_get_nothing() -> None:
    some = Calibrator(2.0, 1.0, 0.0).probabilities(np.array([[1.0, -np.inf], [-np.inf, -np.inf]]))
    assert some[0, 0] > 0.5
    assert some[0, 1] == 0
    assert some[1].tolist() == [0, 0]
    assert Calibrator().probabilities(np.zeros(0)).tolist() == []


@pytest.mark.parametrize("right", [[0, 0, 0], [-1, -1, -1], [0, 0, -1]])
def test_a_handful_of_separable_items_does_not_give_certainty(right: list[int]) -> None:
    scores = np.array([[3.0, 0.0], [2.5, 0.1], [0.2, 0.1]])
    fitted = Calibrator().fit(scores, np.array(right))
    given_ = fitted.probabilities(scores)
    assert np.isfinite(given_).all()
    assert given_.max() < 0.99


def test_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one item"):
        Calibrator().fit(np.zeros((0, 3)), np.zeros(0, np.int64))
    with pytest.raises(ValueError, match="at least one item"):
        Calibrator().fit(np.full((2, 3), -np.inf), np.array([-1, -1]))


@given(
    hnp.arrays(np.float64, (7, 3), elements=st.floats(-100, 100, width=16)),
    st.lists(st.integers(-1, 2), min_size=7, max_size=7),
)
def test_any_scores_can_be_fitted(scores: np.ndarray, right: list[int]) -> None:
    fitted = Calibrator().fit(scores, np.array(right))
    assert np.isfinite(list(vars(fitted).values())).all()
    assert np.isfinite(fitted.probabilities(scores)).all()
