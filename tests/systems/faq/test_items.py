import pytest
from pydantic import ValidationError

from hanok.core.marks import marked
from hanok.systems.faq import Answers, Question, Verdict


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "a" * 2001},
        {"text": "a", "k": 0},
        {"text": "a", "k": 21},
        {"text": "a", "language": "fr"},
        {},
    ],
)
def test_questions_have_limits(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Question.model_validate(wrong)


@pytest.mark.parametrize("model", [Question, Answers, Verdict])
def test_examples_are_valid(model: type[Question] | type[Answers] | type[Verdict]) -> None:
    examples = model.model_json_schema()["examples"]
    assert examples
    for example in examples:
        model.model_validate(example)


def test_the_session_makes_it_a_chat() -> None:
    assert marked(Question, "session") == ("session",)


def test_a_correction_says_something() -> None:
    with pytest.raises(ValidationError):
        Verdict(helpful=False, answer="  ")
