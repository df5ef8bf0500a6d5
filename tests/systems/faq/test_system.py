from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hanok.core.contract import Fold
from hanok.core.ledger import Event
from hanok.core.problem import Problem, Stopped
from hanok.core.run import Progress, Run
from hanok.systems.faq import FAQ, Answers, Config, Data, Question, Sources, Verdict


def data_of(path: Path) -> Data:
    return FAQ.read(Sources(questions=path))


Fit = Callable[..., FAQ]

FAQS = ["classifier", "nearest"]


@pytest.fixture(params=FAQS)
def faq(request: pytest.FixtureRequest) -> FAQ:
    found: FAQ = request.getfixturevalue(request.param)
    return found


def event(faq: FAQ, text: str, **verdict: Any) -> Event[Question, Answers, Verdict]:
    item = Question(text=text)
    return Event(1, item, faq(item), Verdict(**verdict))


# -- answers -----------------------------------------------------------------------------------------------------------


def test_the_data_decide_on_the_method(classifier: FAQ, nearest: FAQ) -> None:
    assert classifier.matcher.classifier is not None
    assert nearest.matcher.classifier is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("how can I get my money back", "refund (en)"),
        ("카드를 잃어버렸어요, 찾으려면?", "card (ko)"),
        ("パスワードを忘れたので再設定したい", "password (ja)"),
    ],
)
def test_questions_in_other_words_are_understood(faq: FAQ, text: str, answer: str) -> None:
    assert faq(Question(text=text)).answers[0].answer == answer


def test_a_known_question_is_answered_with_itself_as_the_reason(faq: FAQ) -> None:
    data = faq.known.data
    for question, answer in list(zip(data.questions, data.answers, strict=True))[::7]:
        first = faq(Question(text=question.upper())).answers[0]
        assert (first.answer, first.question) == (answer, question)


def test_scores_are_probabilities_in_order(faq: FAQ) -> None:
    output = faq(Question(text="can I change my password", k=20))
    scores = [ranked.score for ranked in output.answers]
    assert scores == sorted(scores, reverse=True)
    assert 0 < sum(scores) <= 1.001
    assert len({ranked.answer for ranked in output.answers}) == len(scores)


def test_k_limits_the_answers_and_changes_nothing_else(faq: FAQ) -> None:
    many = faq(Question(text="my money", k=5))
    assert faq(Question(text="my money", k=2)).answers == many.answers[:2]


@pytest.mark.parametrize("text", ["?!", " ", "ξξξ ψψψ"])
def test_what_has_nothing_in_common_gets_no_answer(faq: FAQ, text: str) -> None:
    output = faq(Question(text=text))
    assert output == Answers(answers=[], known=False)
    assert faq.review(Question(text=text), output) == "no answer above the threshold"


def test_a_sure_answer_needs_no_review(classifier: FAQ) -> None:
    item = Question(text="How do I get my money back?")
    output = classifier(item)
    assert output.known
    assert output.answers[0].category == "refund"
    assert classifier.review(item, output) is None


def test_answers_can_be_limited_to_a_language(classifier: FAQ) -> None:
    for code in ("ko", "ja", "en"):
        output = classifier(Question(text="카드 card カード", language=code, k=20))
        assert output.answers
        assert all(ranked.answer.endswith(f"({code})") for ranked in output.answers)


def test_the_session_does_not_matter(faq: FAQ) -> None:
    assert faq(Question(text="refund", session="a")) == faq(Question(text="refund"))


# -- calibration -------------------------------------------------------------------------------------------------------


def test_a_stricter_target_answers_less(faq: FAQ) -> None:
    lax = faq.reconfigure(faq.config.model_copy(update={"target_precision": 0.5}))
    strict = faq.reconfigure(faq.config.model_copy(update={"target_precision": 0.999}))
    assert lax.threshold <= faq.threshold <= strict.threshold


def test_the_target_is_reached_on_the_validation_questions(nearest: FAQ) -> None:
    free = nearest.reconfigure(nearest.config.model_copy(update={"unanswerable": 0.0, "target_precision": 0.95}))
    report = free.evaluate(free.valid)
    assert report["precision"].value >= 0.94  # the probabilities have a say, too: not to the last question


def test_expecting_more_foreign_questions_makes_it_less_sure(nearest: FAQ) -> None:
    trusting = nearest.reconfigure(nearest.config.model_copy(update={"unanswerable": 0.05}))
    wary = nearest.reconfigure(nearest.config.model_copy(update={"unanswerable": 0.6}))
    item = Question(text="get money")
    assert wary(item).answers[0].score < trusting(item).answers[0].score


# -- stages ------------------------------------------------------------------------------------------------------------


def test_reconfiguring_is_as_fitting_anew(single: Path, nearest: FAQ, fit: Fit) -> None:
    wanted = {"ranker": "cosine", "target_precision": 0.8}
    anew = fit(single, **wanted)
    again = nearest.reconfigure(Config.model_validate(wanted))
    items = [Question(text="money back"), Question(text="카드")]
    assert again.predict(items) == anew.predict(items)
    assert again.threshold == anew.threshold
    assert nearest.config == Config()


def test_fields_without_a_stage_need_a_new_fit(nearest: FAQ) -> None:
    with pytest.raises(Problem, match="without a stage"):
        nearest.reconfigure(Config(longest=4))


# -- files -------------------------------------------------------------------------------------------------------------


def test_what_was_loaded_can_be_reconfigured_and_learn(faq: FAQ, tmp_path: Path) -> None:
    faq.save(tmp_path)
    loaded = FAQ(faq.config)
    loaded.load(tmp_path)
    items = [Question(text=text) for text in ("money", "카드를 찾으려면", "住所", "?")]
    assert loaded.predict(items) == faq.predict(items)
    assert loaded.threshold == faq.threshold
    other = faq.config.model_copy(update={"k1": 0.5, "b": 0.2})
    assert loaded.reconfigure(other).predict(items) == faq.reconfigure(other).predict(items)


@pytest.mark.parametrize("words", [0, 1])
def test_classifiers_of_other_terms_are_saved_too(several: Path, tmp_path: Path, fit: Fit, words: int) -> None:
    faq = fit(several, words=words, sublinear=False, longest=3)
    faq.save(tmp_path)
    loaded = FAQ(faq.config)
    loaded.load(tmp_path)
    items = [Question(text="lost card"), Question(text="송금")]
    assert loaded.predict(items) == faq.predict(items)


def test_a_threshold_out_of_reach_is_kept(nearest: FAQ, tmp_path: Path) -> None:
    never = FAQ(nearest.config)
    never.matcher, never.valid, never.calibrator = nearest.matcher, nearest.valid, nearest.calibrator
    never.threshold = np.inf
    never.save(tmp_path)
    loaded = FAQ(nearest.config)
    loaded.load(tmp_path)
    assert loaded.threshold == np.inf
    assert not loaded(Question(text=nearest.known.data.questions[0])).known


# -- learning ----------------------------------------------------------------------------------------------------------


def learnt(faq: FAQ, path: Path, *events: Event[Question, Answers, Verdict]) -> FAQ:
    fold = next(iter(FAQ.folds(data_of(path), faq.config, seed=0)))
    return faq.learn(fold, events, Run(threads=1))


def test_a_correction_is_learnt_and_the_old_system_stays(nearest: FAQ, single: Path) -> None:
    text = "who is behind this service"
    new = learnt(nearest, single, event(nearest, text, helpful=False, answer="A small team."))
    assert new(Question(text=text)).answers[0].answer == "A small team."
    assert "A small team." not in nearest.known.answers


def test_a_known_question_can_get_another_answer(nearest: FAQ, single: Path) -> None:
    text = nearest.known.data.questions[0]
    new = learnt(nearest, single, event(nearest, text.upper(), helpful=False, answer="Other."))
    assert new(Question(text=text)).answers[0].answer == "Other."


def test_the_last_word_stands(nearest: FAQ, single: Path) -> None:
    first = event(nearest, "opening hours", helpful=False, answer="Nine to five.")
    last = event(nearest, "Opening  hours", helpful=False, answer="Ten to four.")
    new = learnt(nearest, single, first, last)
    assert new(Question(text="opening hours")).answers[0].answer == "Ten to four."
    assert "Nine to five." not in new.known.answers


def test_a_confirmed_answer_adds_its_question(classifier: FAQ, several: Path) -> None:
    text = "How do I get my money back now?"
    assert classifier(Question(text=text)).known
    new = learnt(classifier, several, event(classifier, text, helpful=True))
    row = list(new.known.data.questions).index(text)
    assert (new.known.data.answers[row], new.known.data.categories[row]) == ("refund (en)", "refund")


def test_what_was_learnt_before_is_not_forgotten(nearest: FAQ, single: Path) -> None:
    once = learnt(nearest, single, event(nearest, "opening hours", helpful=False, answer="Nine to five."))
    twice = learnt(once, single, event(once, "who are you", helpful=False, answer="A bot."))
    assert twice(Question(text="opening hours")).answers[0].answer == "Nine to five."


def test_confirming_that_nothing_was_known_teaches_nothing(nearest: FAQ, single: Path) -> None:
    with pytest.raises(Problem) as caught:
        learnt(nearest, single, event(nearest, "ξξξ", helpful=True), event(nearest, "ψ", helpful=False))
    assert caught.value.code == "nothing_to_learn"


def test_helpful_answers_are_rewarded(nearest: FAQ) -> None:
    assert FAQ.reward(event(nearest, "card", helpful=True)) == 1
    assert FAQ.reward(event(nearest, "card", helpful=False)) == 0
    assert FAQ.reward(Event(1, Question(text="a"), Answers(answers=[], known=False))) is None


# -- fits that fail ----------------------------------------------------------------------------------------------------


def test_one_answer_is_nothing_to_choose_from() -> None:
    data = Data.of(["a b", "c d"], ["A", "A"])
    with pytest.raises(Problem) as caught:
        FAQ(Config()).fit(data, data, Run())
    assert caught.value.code == "one_answer"


def test_the_same_answer_to_everything_is_degenerate() -> None:
    train = Data.of(["a b c", "d e f"], ["A", "B"])
    valid = Data.of(["a", "b", "c"], ["A", "B", "B"])
    with pytest.raises(Problem) as caught:
        FAQ(Config()).fit(train, valid, Run())
    assert caught.value.code == "degenerate_fit"


def test_answers_that_have_nothing_to_do_with_the_questions_are_refused_or_never_sure(several: Path) -> None:
    data = data_of(several)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        shuffled = replace(data, answers=[data.answers[i] for i in rng.permutation(len(data))])
        fold: Fold[Data] = next(iter(FAQ.folds(shuffled, Config(), seed=seed)))
        assert outcome(fold) in ("degenerate_fit", "not sure")


def outcome(fold: Fold[Data]) -> str:
    try:
        faq = FAQ(Config()).fit(fold.train, fold.valid, Run(threads=1))
    except Problem as problem:
        return problem.code
    return "not sure" if faq.evaluate(fold.test)["coverage"].value < 0.4 else "sure"


@pytest.mark.parametrize("kind", ["several", "single"])
def test_progress_is_told_in_stages_and_can_stop_the_fit(kind: str, request: pytest.FixtureRequest) -> None:
    fold = next(iter(FAQ.folds(data_of(request.getfixturevalue(kind)), Config(), seed=0)))
    seen: list[Progress] = []
    FAQ(Config()).fit(fold.train, fold.valid, Run(threads=1, listener=seen.append))
    assert {progress.stage for progress in seen} == {"classifier" if kind == "several" else "index", "calibration"}
    assert all(progress.step <= (progress.total or 0) for progress in seen)

    def stop(progress: Progress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        FAQ(Config()).fit(fold.train, fold.valid, Run(threads=1, listener=stop))


# -- real data ---------------------------------------------------------------------------------------------------------


def test_a_chat_corpus_with_one_question_per_answer(data: Path) -> None:
    read = data_of(data / "ko_chatbot" / "qa.tsv")
    assert set(read.languages) == {"ko"}
    fold = next(iter(FAQ.folds(read, Config(), seed=0)))
    faq = FAQ(Config()).fit(fold.train, fold.valid, Run(threads=2))
    report = faq.evaluate(fold.test)
    assert fold.test.note in report.notes
    assert report["hit@1"].value > 0.5
