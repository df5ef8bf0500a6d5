import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.text import Perturber, language, normalise, words

QUESTIONS = {
    "en": ["How do I get my money back?", "Where is the card I ordered?", "Can I change my address online?"],
    "ko": ["환불은 어떻게 하나요?", "주문한 카드는 어디에 있나요?", "주소를 온라인으로 바꿀 수 있나요?"],
    "ja": ["返金はどうすればできますか？", "注文したカードはどこですか", "住所をオンラインで変更できますか"],
}


@pytest.mark.parametrize("code", QUESTIONS)
def test_the_question_changes_and_the_language_stays(code: str) -> None:
    questions = [question for of_language in QUESTIONS.values() for question in of_language]
    perturb, rng = Perturber(questions), np.random.default_rng(0)
    for question in QUESTIONS[code]:
        said = [perturb(question, rng) for _ in range(30)]
        assert len(set(said)) > 10
        assert sum(language(other) == code for other in said) >= 29
        assert sum(other == normalise(question).rstrip("?") for other in said) <= 1


def test_the_same_numbers_give_the_same_words() -> None:
    perturb = Perturber(QUESTIONS["en"])
    first, second = ([perturb(q, np.random.default_rng(5)) for q in QUESTIONS["en"]] for _ in range(2))
    assert first == second


@given(st.text(max_size=30), st.integers(0, 1000))
def test_any_text_stays_a_text(text: str, seed: int) -> None:
    perturb = Perturber(QUESTIONS["en"])
    said = perturb(text, np.random.default_rng(seed))
    assert said == normalise(said)
    assert bool(words(said)) == bool(words(normalise(text)))


def test_one_word_at_least_stays() -> None:
    perturb = Perturber(["other words"], leave_out=0.0, replace=1.0)
    rng = np.random.default_rng(0)
    kept = 0
    for _ in range(50):
        kept += bool({"alpha", "beta", "gamma"} & set(perturb("alpha beta gamma", rng).split()))
    assert kept >= 35  # a typo may hit the word that stayed


def test_without_other_words_none_are_replaced() -> None:
    perturb = Perturber([], leave_out=0.0, replace=1.0)
    assert len(perturb("alpha beta gamma", np.random.default_rng(1)).split()) >= 3
