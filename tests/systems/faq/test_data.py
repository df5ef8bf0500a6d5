from pathlib import Path

import pytest

from hanok.core.problem import Problem
from hanok.systems.faq import FAQ, Data, Sources


def read(path: Path, text: str, **source: object) -> Data:
    path.write_text(text, encoding="utf-8")
    return FAQ.read(Sources.model_validate({"questions": {"path": path, **source}}))


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("question,answer", ("answer one", "answer two")),
        ("text,intent", ("answer one", "answer two")),
        ("utterance,label", ("answer one", "answer two")),
        ("질문,답변", ("answer one", "answer two")),
        ("質問,回答", ("answer one", "answer two")),
        ("Query,Response", ("answer one", "answer two")),
    ],
)
def test_columns_are_found_under_their_usual_names(tmp_path: Path, header: str, wanted: tuple[str, ...]) -> None:
    data = read(tmp_path / "faq.csv", f"{header}\nfirst question,answer one\nsecond question,answer two\n")
    assert tuple(data.answers) == wanted


def test_an_answer_is_taken_before_a_label(tmp_path: Path) -> None:
    data = read(tmp_path / "qa.tsv", "q\ta\tlabel\n12시 땡!\t하루가 또 가네요.\t0\n잘 자\t좋은 꿈 꾸세요.\t1\n")
    assert list(data.answers) == ["하루가 또 가네요.", "좋은 꿈 꾸세요."]
    assert list(data.languages) == ["ko", "ko"]


def test_other_columns_and_some_rows_can_be_asked_for(tmp_path: Path) -> None:
    text = "q1\tq2\tlabel\na b\tc d\t0\ne f\tg h\t1\ni j\tk l\t0\n"
    data = read(tmp_path / "p.tsv", text, columns={"question": "q1", "answer": "q2"}, where={"label": "0"})
    assert list(data.questions) == ["a b", "i j"]


def test_category_and_language_are_optional(tmp_path: Path) -> None:
    data = read(tmp_path / "faq.csv", "question,answer,category,language\n住所,A,home,ko\naddress,B,,\n")
    assert list(data.categories) == ["home", ""]
    assert list(data.languages) == ["ko", "en"]  # as given, else told by script


def test_rows_that_say_the_same_count_once() -> None:
    data = Data.of(["Where is it?", "where is it", "Where is it?"], ["A", "A ", "B"])
    assert list(zip(data.questions, data.answers, strict=True)) == [("where is it", "A"), ("Where is it?", "B")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("question,answer\n,A\nb,B\n", "question"),
        ("question,answer\n???,A\nb,B\n", "question"),
        ("question,answer\na,\nb,B\n", "answer"),
        (f"question,answer\n{'a' * 2001},A\nb,B\n", "2000"),
        ("question,answer,language\na,A,fr\nb,B,ko\n", "language"),
        ("name,price\na,1\n", "question"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(Problem) as caught:
        read(tmp_path / "faq.csv", text)
    told = " ".join([str(caught.value), caught.value.hint, *map(str, caught.value.details)])
    assert words in told
    assert "faq.csv" in told


def test_a_single_answer_is_no_faq(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        read(tmp_path / "faq.csv", "question,answer\na b,same\nc d,same\n")
    assert caught.value.code == "one_answer"
    assert "faq.csv" in caught.value.where


def test_groups_are_the_rows_of_each_answer() -> None:
    data = Data.of(["a", "b", "c", "d"], ["X", "Y", "X", "Y"])
    assert data.groups() == [[0, 2], [1, 3]]
    assert list(data.take([3, 0]).questions) == ["d", "a"]
