from __future__ import annotations

from pathlib import Path

from benchmarks.synthetic import entries, questions, write
from hanok.systems.faq import FAQ, Sources


def test_entries_differ_and_are_the_same_each_time() -> None:
    known = entries(2000)
    assert len({entry.question for entry in known}) == len({entry.answer for entry in known}) == 2000
    assert known == entries(2000)
    assert known != entries(2000, seed=1)


def test_the_faq_reads_every_entry_with_its_language(tmp_path: Path) -> None:
    known = entries(300)
    write(known, tmp_path / "faq.csv")
    data = FAQ.read(Sources.model_validate({"questions": tmp_path / "faq.csv"}))
    assert len(data) == 300
    assert {language: list(data.languages).count(language) for language in ("en", "ko", "ja")} == dict.fromkeys(
        ("en", "ko", "ja"), 100
    )


def test_questions_are_not_the_known_ones() -> None:
    known = entries(300)
    asked = questions(known, 100)
    assert all(asked)
    assert not {entry.question for entry in known} & set(asked)
