from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hanok.core.problem import Problem, Unavailable
from hanok.parts.ocr import AnswerFolder, Audit, Budget


def test_threads_never_spend_more_than_there_is() -> None:
    budget = Budget(money=1.0, calls=1000)
    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(lambda _: budget.take(0.01), range(500)))
    assert taken == 100
    assert budget.spent == pytest.approx(1.0)


def test_calls_are_counted_also_where_they_cost_nothing() -> None:
    budget = Budget(money=0.0, calls=2)
    assert [budget.take(0.0) for _ in range(3)] == [True, True, False]


def test_an_audit_grows_and_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    for outcome, cost in (("read", 0.0015), ("down", 0.0)):
        Audit(path).note("ab", lines=3, cost=cost, calls=1, outcome=outcome)
    assert [json.loads(line)["outcome"] for line in path.read_text().splitlines()] == ["read", "down"]
    budget = Budget(money=1.0, calls=10).resume(path)
    assert (budget.spent, budget.made) == (0.0015, 2)
    assert Budget(money=1.0, calls=10).resume(tmp_path / "none").made == 0


def test_a_last_line_that_a_crash_cut_off_is_passed_over_and_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    Audit(path).note("ab", lines=3, cost=0.5, calls=1, outcome="read")
    whole = path.read_text()
    path.write_text(whole + whole[:20])
    assert Budget(money=1.0, calls=10).resume(path).spent == 0.5
    path.write_text("no entry\n" + whole)
    with pytest.raises(Problem, match=r"audit\.jsonl:1"):
        Budget(money=1.0, calls=10).resume(path)


def test_answers_outlive_their_folder_object(tmp_path: Path) -> None:
    AnswerFolder(tmp_path / "answers").put("ab12", {"text": "점", "confidence": 0.5})
    again = AnswerFolder(tmp_path / "answers")
    assert again.get("ab12") == {"text": "점", "confidence": 0.5}
    assert again.get("ff") is None
    assert [path.name for path in (tmp_path / "answers").iterdir()] == ["ab12.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", "7"])
def test_a_damaged_answer_counts_as_none(tmp_path: Path, content: str) -> None:
    answers = AnswerFolder(tmp_path)
    (tmp_path / "ab.json").write_text(content)
    assert answers.get("ab") is None


def test_a_key_is_no_path(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="expected a SHA-256"):
        AnswerFolder(tmp_path).get("../secret")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_a_full_disk_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="No space left"):
        Audit(Path("/dev/full")).note("ab", lines=1, cost=0.0, calls=1, outcome="read")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_closed_folder_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Unavailable):
        AnswerFolder(tmp_path / "answers")
