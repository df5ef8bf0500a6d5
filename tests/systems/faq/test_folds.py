from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.contract import Fold
from hanok.systems.faq import FAQ, Config, Data, Row, Sources
from hanok.systems.faq.folds import LONGEST, PERTURBED, UNSEEN


def data_of(path: Path) -> Data:
    return FAQ.read(Sources(questions=path))


def fold_of(data: Data, seed: int = 0) -> Fold[Data]:
    return next(iter(FAQ.folds(data, Config(), seed=seed)))


def test_where_answers_have_several_questions_some_are_held_out(several: Path) -> None:
    data = data_of(several)
    fold = fold_of(data)
    assert fold.name == UNSEEN
    parts = [set(zip(part.questions, part.answers, strict=True)) for part in (fold.train, fold.valid, fold.test)]
    assert sum(map(len, parts)) == len(data) == len(set.union(*parts))
    assert len(fold.test) == pytest.approx(len(data) / 10, abs=1)
    assert len(fold.valid) == pytest.approx(len(data) / 10, abs=1)


@given(st.lists(st.integers(1, 30), min_size=2, max_size=20), st.integers(0, 5))
def test_every_answer_keeps_half_of_its_questions_in_train(sizes: list[int], seed: int) -> None:
    answers = [f"answer {i}" for i, size in enumerate(sizes) for _ in range(size)]
    data = Data.of([f"question {i}" for i in range(len(answers))], answers)
    fold = fold_of(data, seed)
    train = list(fold.train.answers)
    assert set(train) == set(answers)
    assert all(train.count(answer) >= answers.count(answer) / 2 for answer in answers)
    assert len(fold.valid)
    assert len(fold.test)


def test_where_every_answer_has_one_question_all_are_learnt_and_perturbed_ones_tested(single: Path) -> None:
    data = data_of(single)
    fold = fold_of(data)
    assert fold.name == PERTURBED
    assert fold.train == data
    assert "Perturbed questions" in fold.test.note
    assert not fold.train.note
    assert set(fold.valid.answers).isdisjoint(fold.test.answers)  # each half of the questions has its own use
    known = dict(zip(data.questions, data.answers, strict=True))
    assert not set(fold.test.questions) & set(known)
    assert len(fold.test) >= 200


def test_a_seed_cuts_always_the_same_way_and_another_differently(several: Path, single: Path) -> None:
    for path in (several, single):
        data = data_of(path)
        assert fold_of(data, 3) == fold_of(data, 3)
        assert fold_of(data, 3).test != fold_of(data, 4).test


def test_one_question_is_too_little() -> None:
    assert not list(FAQ.folds(Data.of(["a"], ["A"]), Config(), seed=0))


def test_perturbed_questions_are_no_longer_than_questions_may_be() -> None:
    assert Row.model_json_schema()["properties"]["question"]["maxLength"] == LONGEST
    rng = np.random.default_rng(0)
    long = [
        " ".join("abcdefgh"[i] * int(rng.integers(1, 60)) for i in rng.integers(8, size=60))[:2000] for _ in range(4)
    ]
    fold = fold_of(Data.of(long, ["A", "B", "C", "D"]))
    assert max(map(len, fold.test.questions)) <= LONGEST


def test_of_very_many_questions_a_thousand_are_held_out() -> None:
    n = 30_000
    fold = fold_of(Data.of([f"question {i}" for i in range(n)], [f"answer {i % 10}" for i in range(n)]))
    assert len(fold.test) == len(fold.valid) == 1000
