"""The bundled examples are whole: the demo bot is trained on them on a fresh machine."""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

FAQ = Path(__file__).parents[1] / "examples" / "faq" / "questions.csv"
COLUMNS = ["question", "answer", "category", "language"]


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    with FAQ.open(encoding="utf-8", newline="") as file:
        header, *rest = csv.reader(file, strict=True)  # strict: wrong quoting is an error, not a guess
    assert header == COLUMNS
    return rest


def test_every_cell_is_filled(rows):
    wrong = [(n, row) for n, row in enumerate(rows, 2) if len(row) != len(COLUMNS) or any(c != c.strip() for c in row)]
    assert not wrong
    assert all(all(row) for row in rows)


def test_there_are_enough_answers_in_every_language(rows):
    answers = {(answer, language) for _, answer, _, language in rows}
    languages = Counter(language for _, language in answers)
    assert len(answers) >= 60
    assert set(languages) == {"en", "ko", "ja"}
    assert min(languages.values()) >= 20


def test_every_answer_has_several_questions(rows):
    questions = Counter(answer for _, answer, _, _ in rows)
    assert [answer for answer, count in questions.items() if count < 4] == []


def test_an_answer_has_one_category_and_one_language(rows):
    kinds = defaultdict(set)
    for _, answer, category, language in rows:
        kinds[answer].add((category, language))
    assert [answer for answer, kind in kinds.items() if len(kind) > 1] == []


def test_no_question_has_two_answers_or_stands_twice(rows):
    plain = Counter("".join(c for c in question.casefold() if c.isalnum()) for question, _, _, _ in rows)
    assert [question for question, count in plain.items() if count > 1] == []
