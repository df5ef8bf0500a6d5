from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.systems.rules.encoder import Encoder
from hanok.systems.rules.selection import select


def test_what_says_nothing_repeats_or_never_varies_is_dropped_with_its_reason() -> None:
    rng = np.random.default_rng(0)
    cause = rng.integers(2, size=400).astype(float)
    features = np.column_stack([cause, 1 - cause, rng.normal(size=400), np.full(400, 3.0)])
    rules = np.column_stack([cause, rng.integers(2, size=400), 1 - cause])
    found = select(features, rules, ["cause", "opposite", "noise", "constant"], relevance=10)
    assert found.kept.tolist() == [0]
    assert found.reasons[0] == ""
    assert found.reasons[1].startswith("repeats cause (r = 1.00)")
    assert "times what chance does" in found.reasons[2]
    assert found.reasons[3] == "never varies"


def test_noise_explains_about_what_chance_does() -> None:
    rng = np.random.default_rng(1)
    found = select(
        rng.normal(size=(300, 200)), rng.integers(2, size=(300, 50)).astype(float), [str(i) for i in range(200)]
    )
    assert np.mean(found.times) == pytest.approx(1, abs=0.1)


def test_where_all_is_constant_one_feature_stands_for_none() -> None:
    found = select(np.ones((5, 3)), np.eye(5), ["a", "b", "c"])
    assert found.kept.tolist() == [0]


@given(st.integers(2, 30), st.integers(1, 12), st.integers(1, 6), st.integers(0, 1000))
def test_kept_features_are_never_twins_and_every_other_has_a_reason(n: int, p: int, m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    features = rng.integers(3, size=(n, p)).astype(float)
    found = select(features, rng.integers(2, size=(n, m)).astype(float), [str(i) for i in range(p)], 0.5, 0.9)
    assert sorted({*found.kept.tolist(), *(i for i, r in enumerate(found.reasons) if r)}) == list(range(p))
    assert all(not found.reasons[i] for i in found.kept)
    kept = features[:, found.kept]
    if kept.shape[1] > 1:
        likeness = np.abs(np.corrcoef(kept.T)) - np.eye(kept.shape[1])
        assert likeness.max() <= 0.9 + 1e-9


# -- encoding ----------------------------------------------------------------------------------------------------------


PAST = [
    {"game": "Go", "players": "8", "tags": "a | b", "name": "Spring Cup"},
    {"game": "go", "players": "16", "tags": "b", "name": "Summer Cup"},
    {"game": "Shogi", "players": "", "tags": "a", "name": "Winter Open"},
    {"game": "Shogi", "players": "24", "tags": "b|a", "name": "Autumn Open Cup"},
]


def test_columns_become_features_by_their_kind() -> None:
    encoder = Encoder.fit(PAST)
    kinds = {column.name: column.kind for column in encoder.columns}
    assert kinds == {"game": "category", "players": "number", "tags": "several", "name": "text"}
    assert encoder.names == ["game: go", "game: shogi", "players", "tags: a", "tags: b", "name: cup", "name: open"]
    rows, notes = encoder.encode(PAST)
    assert rows[:, :5].tolist()[0] == [1, 0, 8, 1, 1]
    assert rows[2, 2] == 16  # the mean of those given
    np.testing.assert_allclose(np.linalg.norm(rows[:, 5:], axis=1), 1)
    assert notes == [[], [], [], []]


def test_what_is_not_known_is_the_mean_and_said() -> None:
    encoder = Encoder.fit(PAST)
    rows, (notes,) = encoder.encode([{"GAME": "chess", "players": "many", "colour": "red", "tagz": "a", "name": "zz"}])
    np.testing.assert_allclose(rows[0], encoder.means)
    assert notes == [
        "colour is no feature",
        "tagz is no feature; did you mean tags?",
        "'chess' was never seen as game: it says nothing",
        "'many' is no number, as players should be: it says nothing",
    ]


def test_an_encoder_is_kept_as_json() -> None:
    encoder = Encoder.fit(PAST)
    again = Encoder.load(encoder.dump())
    assert again.encode(PAST)[0].tolist() == encoder.encode(PAST)[0].tolist()


def test_competitions_without_any_feature_are_refused() -> None:
    with pytest.raises(Problem) as caught:
        Encoder.fit([{}, {"name": "only this"}, {"name": "and that one"}])
    assert caught.value.code == "no_features"


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=5))
def test_any_features_are_encoded_as_finite_numbers(features: dict[str, str]) -> None:
    rows, _ = Encoder.fit(PAST).encode([features])
    assert np.isfinite(rows).all()
