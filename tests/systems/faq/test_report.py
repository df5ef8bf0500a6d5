from pathlib import Path

import numpy as np
import pytest

from hanok.core.summarise import summarise
from hanok.systems.faq import FAQ, Config, Data, Sources


def data_of(path: Path) -> Data:
    return FAQ.read(Sources(questions=path))


@pytest.fixture
def held_out(several: Path) -> Data:
    return next(iter(FAQ.folds(data_of(several), Config(), seed=0))).test


def test_every_measure_is_what_the_answers_say(classifier: FAQ, held_out: Data) -> None:
    report = classifier.evaluate(held_out)
    outputs = classifier.predict([item.model_copy(update={"k": 20}) for item in report.items])
    assert report.values() == pytest.approx(
        report.values()
        | {
            "hit@1": np.mean(
                [o.answers[0].answer == right for o, right in zip(outputs, held_out.answers, strict=True)]
            ),
            "hit@3": np.mean(
                [right in [r.answer for r in o.answers[:3]] for o, right in zip(outputs, held_out.answers, strict=True)]
            ),
            "coverage": np.mean([o.known for o in outputs]),
        }
    )
    assert list(report.predicted) == [o.answers[0].answer for o in outputs]


def test_the_trivial_answer_is_the_one_with_most_questions(classifier: FAQ) -> None:
    majority = classifier.known.answers[int(np.diff(classifier.known.starts).argmax())]
    other = next(answer for answer in classifier.known.answers[5:] if answer != majority)
    report = classifier.evaluate(Data.of(["one way", "another way"], [majority, other]))
    assert report["hit@1"].baseline is not None
    assert report["hit@1"].baseline.tolist() == [1, 0]


def test_questions_with_an_unknown_answer_count_as_wrong(nearest: FAQ) -> None:
    report = nearest.evaluate(Data.of(["get my money back", "카드를 찾으려면"], ["nobody knows", "nor this"]))
    assert report["hit@1"].value == 0
    assert report["mrr"].value == 0


def test_a_question_without_any_answer_is_shown_as_such(nearest: FAQ) -> None:
    report = nearest.evaluate(Data.of(["ξξξ", "money"], ["refund (en)", "refund (en)"]))
    assert report.predicted[0] == ""
    assert report.tables[0].rows[0][1] == "no answer"


def test_groups_by_language_and_by_category_where_there_are_any(
    classifier: FAQ, nearest: FAQ, held_out: Data, single: Path
) -> None:
    assert set(classifier.evaluate(held_out).slices) == {"language", "category"}
    assert set(nearest.evaluate(data_of(single)).slices) == {"language"}


def test_it_can_be_summarised_with_intervals(classifier: FAQ, nearest: FAQ, held_out: Data, single: Path) -> None:
    for faq, data in ((classifier, held_out), (nearest, data_of(single))):
        summary = summarise(faq.evaluate(data), system="faq", fold="test")
        assert [chart.title for chart in summary.charts] == ["Risk and coverage", "Reliability", "Hits"]
        assert summary["hit@1"].low <= summary["hit@1"].value <= summary["hit@1"].high


def test_precision_is_left_out_where_nothing_is_answered(nearest: FAQ) -> None:
    report = nearest.evaluate(Data.of(["ξξξ", "ψψψ"], ["refund (en)", "card (en)"]))
    assert "precision" not in report.values()
    assert report["coverage"].value == 0
