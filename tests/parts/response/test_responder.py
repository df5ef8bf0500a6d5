from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from hanok.core.problem import Problem, Stopped
from hanok.parts.graph import per_right
from hanok.parts.response import Evidence, Responder, Settings


@pytest.fixture(scope="module")
def world() -> tuple[Evidence, np.ndarray]:
    """120 left nodes; responses follow numbers, an edge, and something of each node's own; a fifth is missing."""
    rng = np.random.default_rng(0)
    numbers, taste = rng.standard_normal((120, 5)), rng.standard_normal((5, 12))
    links = (rng.random((120, 20)) < 0.3).astype(float)
    own = rng.standard_normal((120, 1)) * np.ones(12)
    scores = numbers @ taste + own + rng.standard_normal((120, 12)) * 0.3
    scores[:, 3] = 3 * links[:, 7] - 1 + rng.standard_normal(120) * 0.5
    labels = (scores > 0.5).astype(float)
    labels[rng.random(labels.shape) < 0.2] = np.nan
    words = np.eye(3)[rng.integers(3, size=120)]
    return Evidence.of(numbers, words, csr_matrix(links)), labels


def rows_of(splits: int, n: int, m: int, seed: int = 0) -> list[Any]:
    group = np.random.default_rng(seed).permutation(n) % splits
    return [np.repeat((group == g)[:, None], m, axis=1) for g in range(splits)]


def test_new_nodes_are_ranked_far_better_than_chance(world: tuple[Evidence, np.ndarray]) -> None:
    evidence, labels = world
    responder = Responder(Settings(threshold=4.5)).fit(evidence.take(np.arange(90)), labels[:90])
    found = per_right(responder.predict(evidence.take(np.arange(90, 120))).score, labels[90:])
    assert found.macro_auroc > 0.75


def test_choosing_finds_the_edge_and_what_it_takes(world: tuple[Evidence, np.ndarray]) -> None:
    evidence, labels = world
    steps: list[tuple[int, int]] = []
    chosen = Responder.choose(
        evidence, labels, rows_of(4, 120, 12), report=lambda step, total, score: steps.append((step, total))
    )
    assert chosen.settings.threshold is not None
    assert max(trial.score for trial in chosen.tried) > chosen.tried[0].score
    assert [step for step, _ in steps] == list(range(1, len(chosen.tried) + 1))
    assert steps[-1][0] <= steps[-1][1]
    first = evidence.take(np.flatnonzero(np.asarray(evidence.links.todense())[:, 7])[:1])
    assert chosen.links_of(first, 3)[0][0] == 7
    assert chosen.links_of(first, 3)[0][1] > 0


def test_known_responses_of_a_node_speak_for_its_others(world: tuple[Evidence, np.ndarray]) -> None:
    evidence, labels = world
    rng = np.random.default_rng(5)
    hidden = rng.random(labels.shape) < 0.1
    splits = [(part == k) & ~hidden for part in [rng.integers(4, size=labels.shape)] for k in range(4)]
    given = np.where(hidden, np.nan, labels)
    chosen = Responder.choose(evidence, given, splits)
    assert chosen.settings.own > 0
    truth = np.where(hidden, labels, np.nan)
    known = per_right(chosen.predict(evidence, np.arange(120)).score, truth).macro_auroc
    strange = per_right(chosen.predict(evidence).score, truth).macro_auroc
    assert known > strange


def test_a_known_node_is_surer_than_a_new_one(world: tuple[Evidence, np.ndarray]) -> None:
    evidence, labels = world
    responder = Responder(Settings(own=0.5, sharing=0.3, similarity="responses")).fit(evidence, labels)
    known, new = responder.predict(evidence, np.arange(120)), responder.predict(evidence)
    assert (known.sd < new.sd).all()
    assert (known.sd > 0).all()


def test_probabilities_are_calibrated_and_their_intervals_hold_them(world: tuple[Evidence, np.ndarray]) -> None:
    evidence, labels = world
    responder = Responder().fit(evidence.take(np.arange(80)), labels[:80])
    held = responder.predict(evidence.take(np.arange(80, 120)))
    p, low, high = responder.calibrate(held, labels[80:]).probabilities(held)
    there = np.isfinite(labels[80:])
    assert p[there].mean() == pytest.approx(labels[80:][there].mean(), abs=0.03)
    assert ((low <= p) & (p <= high)).all()
    assert ((low > 0) & (high < 1)).all()


def test_labels_of_one_kind_do_not_calibrate(world: tuple[Evidence, np.ndarray]) -> None:
    evidence, labels = world
    responder = Responder().fit(evidence, labels)
    before = responder.calibration
    assert responder.calibrate(responder.predict(evidence), np.ones_like(labels)).calibration == before


def test_strengths_help_where_labels_are_coarse() -> None:
    rng = np.random.default_rng(2)
    numbers = rng.standard_normal((150, 6))
    strength = numbers @ rng.standard_normal((6, 8)) + rng.standard_normal((150, 8)) * 0.5
    labels = (strength > np.quantile(strength, 0.9, axis=0)).astype(float)
    evidence, train, test = Evidence.of(numbers), np.arange(100), np.arange(100, 150)
    coarse = Responder().fit(evidence.take(train), labels[train])
    fine = Responder(Settings(mix=0.2)).fit(evidence.take(train), labels[train], strengths=strength[train])
    found = [per_right(r.predict(evidence.take(test)).score, labels[test]).macro_auroc for r in (coarse, fine)]
    assert found[1] > found[0]


def test_what_is_saved_is_loaded(world: tuple[Evidence, np.ndarray], tmp_path: Path) -> None:
    evidence, labels = world
    settings = Settings(similarity="responses", sharing=0.3, own=0.2, threshold=4.5)
    responder = Responder(settings).fit(evidence, labels)
    responder.calibrate(responder.predict(evidence), labels).save(tmp_path / "r.safetensors")
    loaded = Responder.load(tmp_path / "r.safetensors")
    for before, after in zip(responder.predict(evidence), loaded.predict(evidence), strict=True):
        assert np.array_equal(before, after)
    pairs = (r.probabilities(r.predict(evidence))[0] for r in (responder, loaded))
    assert np.array_equal(*pairs)
    (tmp_path / "r.safetensors").write_bytes(b"nonsense")
    with pytest.raises(Problem, match=r"Responder\.save"):
        Responder.load(tmp_path / "r.safetensors")


def test_a_missing_number_is_the_usual_one(world: tuple[Evidence, np.ndarray]) -> None:
    evidence, labels = world
    responder = Responder().fit(evidence, labels)
    usual = Evidence(responder.likeness.centre[None].astype(np.float32), evidence.words[:1], evidence.links[:1])
    missing = Evidence(np.full((1, 5), np.nan, np.float32), evidence.words[:1], evidence.links[:1])
    assert responder.predict(missing).score == pytest.approx(responder.predict(usual).score, abs=1e-5)


def test_nothing_known_at_all_gives_what_is_usual() -> None:
    labels = np.array([[1.0, 0, 0], [1, 0, 1], [1, 0, np.nan]])
    responder = Responder().fit(Evidence.of(numbers=np.zeros((3, 0))), labels)
    found = responder.predict(Evidence.of(numbers=np.zeros((1, 0))))
    assert not found.score.any()
    p, _, _ = responder.probabilities(found)
    assert p[0, 0] > p[0, 2] > p[0, 1]


def test_most_alike_is_a_node_itself(world: tuple[Evidence, np.ndarray]) -> None:
    evidence, labels = world
    ids, likeness = Responder().fit(evidence, labels).alike(evidence.take([17]), 3)
    assert ids[0] == 17
    assert (np.diff(likeness) <= 0).all()


def test_stopping_stops(world: tuple[Evidence, np.ndarray]) -> None:
    evidence, labels = world

    def stop(*_: Any, **__: Any) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        Responder.choose(evidence, labels, rows_of(2, 120, 12), report=stop)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"labels": np.full((120, 12), np.nan)}, "no_responses"),
        ({"labels": np.full((120, 12), 2.0)}, "bad_labels"),
        ({"labels": np.zeros((3, 12))}, "bad_labels"),
        ({"similarities": {"mine": np.zeros((2, 2))}}, "bad_similarity"),
        ({"strengths": np.zeros((1, 1))}, "bad_strengths"),
    ],
)
def test_what_makes_no_sense_is_refused(world: tuple[Evidence, np.ndarray], change: dict[str, Any], code: str) -> None:
    evidence, labels = world
    settings = Settings(similarity="mine", mix=0.5) if "similarities" in change else Settings(mix=0.5)
    with pytest.raises(Problem) as caught:
        Responder(settings).fit(evidence, **{"labels": labels, **change})
    assert caught.value.code == code


def test_other_refusals(world: tuple[Evidence, np.ndarray]) -> None:
    evidence, labels = world
    with pytest.raises(Problem, match="no similarity 'mine'"):
        Responder(Settings(similarity="mine", sharing=0.1)).fit(evidence, labels)
    with pytest.raises(Problem, match="splits hide"):
        Responder.choose(evidence, labels, [])
    with pytest.raises(Problem, match="one for all"):
        Responder.choose(evidence, labels, rows_of(2, 120, 12), similarities={"mine": [np.eye(12)]})
    with pytest.raises(Problem, match="columns of numbers"):
        Responder().fit(evidence, labels).predict(Evidence.of(numbers=np.zeros((1, 2))))
    with pytest.raises(Problem, match="ridge"):
        Settings(ridge=0)
    with pytest.raises(Problem, match="as many rows"):
        Evidence.of(numbers=np.zeros((2, 1)), words=np.zeros((3, 1)))
    with pytest.raises(Problem, match="infinite"):
        Evidence.of(numbers=np.full((2, 1), np.inf))
