from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import google_vision
import numpy as np
import pytest
from google_vision import Service, fingerprint, table
from line_drawn import drawn

from hanok.core.problem import Unavailable
from hanok.parts.ocr import AnswerFolder, Audit, Budget, Cascade, GoogleVision, Kind, Tesseract, google

pytest.importorskip("google.cloud.vision", reason="google-cloud-vision is not installed")

TEXTS = ["GhostSniper", "1555", "3 points", "TinyShark85"]
LINES = [drawn(text) for text in TEXTS]
KNOWN = {fingerprint(line): text for line, text in zip(LINES, TEXTS, strict=True)}

Make = Callable[..., GoogleVision]


@pytest.fixture
def service() -> Service:
    return Service(table(KNOWN))


@pytest.fixture(params=["rest", "grpc"])
def client(request: pytest.FixtureRequest, service: Service) -> Iterator[Any]:
    with getattr(google_vision, request.param)(service) as made:
        yield made


@pytest.fixture
def make(client: Any, tmp_path: Path) -> Make:
    def made(budget: Budget | None = None, **options: Any) -> GoogleVision:
        options = {"timeout": 0.5, "pause": 0.001, "rest": 0.0} | options
        budget = budget or Budget(money=1.0, calls=100)
        return GoogleVision(client, AnswerFolder(tmp_path / "answers"), budget, Audit(tmp_path / "audit"), **options)

    return made


def noted(tmp_path: Path) -> list[dict[str, Any]]:
    path = tmp_path / "audit"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_lines_are_read_as_one_picture(make: Make, service: Service, tmp_path: Path) -> None:
    found = make().read(LINES, "text")
    assert [reading.text for reading in found] == TEXTS
    assert {round(reading.confidence, 4) for reading in found} == {0.97}
    assert (service.requests, service.billed) == (1, 1)
    (entry,) = noted(tmp_path)
    assert (entry["lines"], entry["cost"], entry["calls"], entry["outcome"]) == (4, google.PRICE, 1, "read")
    assert not any(text in (tmp_path / "audit").read_text() for text in TEXTS)


def test_a_line_is_never_billed_twice(make: Make, service: Service) -> None:
    first = make().read([LINES[0], LINES[0], LINES[1]], "text")
    again = make().read(LINES[:2], "number")  # another reader over the same folder
    assert [reading.text for reading in first] == [TEXTS[0], TEXTS[0], TEXTS[1]]
    assert again == [first[0], first[2]]
    assert service.billed == 1


def test_threads_that_ask_for_the_same_line_pay_once(make: Make, service: Service) -> None:
    reader = make()
    crowd = [Thread(target=reader.read, args=(LINES, "text")) for _ in range(6)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert service.billed == 1


def test_a_line_with_nothing_on_it_is_an_answer(make: Make, service: Service) -> None:
    line = drawn("unknown")
    for _ in range(2):
        (found,) = make().read([line], "text")
        assert (found.text, found.confidence, found.failed) == ("", 0.0, "")
    assert service.billed == 1


def test_an_answer_that_somebody_damaged_is_asked_for_again(make: Make, service: Service, tmp_path: Path) -> None:
    for content in ("{", '{"text": 7, "confidence": "high"}'):
        make().read(LINES[:1], "text")
        (kept,) = (tmp_path / "answers").glob("*.json")
        kept.write_text(content)
        assert make().read(LINES[:1], "text")[0].text == TEXTS[0]
    assert service.billed == 3


def test_many_lines_are_few_pictures(make: Make, service: Service) -> None:
    lines = [drawn(f"{i:04}") for i in range(2 * google.LINES + 1)]
    service.reader = table({fingerprint(line): f"{i:04}" for i, line in enumerate(lines)})
    found = make().read(lines, "number")
    assert [reading.text for reading in found] == [f"{i:04}" for i in range(len(lines))]
    assert (service.requests, service.billed) == (1, 3)


@pytest.mark.parametrize("fault", ["500", "429"])
def test_what_fails_in_passing_is_tried_again(make: Make, service: Service, tmp_path: Path, fault: str) -> None:
    service.faults = [fault, fault]
    assert [reading.text for reading in make().read(LINES, "text")] == TEXTS
    assert service.requests == 3
    assert [entry["calls"] for entry in noted(tmp_path)] == [3]


@pytest.mark.parametrize(
    ("fault", "why", "requests", "free"),
    [
        ("500", "down", 3, True),
        ("429", "busy", 3, True),
        ("401", "refused", 1, True),
        ("slow", "slow", 1, False),
        ("garbage", "garbage", 1, False),
        ("picture", "rejected", 1, True),
    ],
)
def test_every_fault_is_an_outcome(
    make: Make, service: Service, tmp_path: Path, fault: str, why: str, requests: int, free: bool
) -> None:
    service.faults = [fault] * 3
    budget = Budget(money=1.0, calls=100)
    found = make(budget).read(LINES, "text")
    assert [reading.failed for reading in found] == [why] * len(LINES)
    assert {reading.text for reading in found} == {""}
    assert service.requests == requests
    assert budget.spent == pytest.approx(0.0 if free else google.PRICE)
    assert budget.made == requests
    assert [entry["outcome"] for entry in noted(tmp_path)] == [why]
    service.faults = []
    assert [reading.text for reading in make().read(LINES, "text")] == TEXTS  # a failure is not remembered


def test_a_cloud_that_is_not_there_is_down(make: Make, service: Service) -> None:
    service.stop()
    assert [reading.failed for reading in make(timeout=2.0).read(LINES[:2], "text")] == ["down", "down"]


def test_after_a_fault_it_rests(make: Make, service: Service) -> None:
    service.faults = ["401"]
    reader = make(rest=60.0)
    for _ in range(3):
        assert reader.read(LINES[:1], "text")[0].failed == "refused"
    assert service.requests == 1


def test_money_ends(make: Make, service: Service) -> None:
    lines = [drawn(f"{i:04}") for i in range(google.LINES + 1)]
    budget = Budget(money=google.PRICE, calls=100)
    found = make(budget).read(lines, "number")
    assert [reading.failed for reading in found] == [""] * google.LINES + ["over_budget"]
    assert make(budget).read(LINES, "text")[0].failed == "over_budget"
    assert service.billed == 1


def test_calls_end_and_repetitions_are_calls(make: Make, service: Service) -> None:
    service.faults = ["500", "500", "500"]
    budget = Budget(money=1.0, calls=2)
    assert make(budget).read(LINES, "text")[0].failed == "down"
    assert make(budget).read(LINES, "text")[0].failed == "over_budget"
    assert (service.requests, budget.made, budget.spent) == (2, 2, 0.0)


def test_a_budget_resumes_where_the_audit_ends(make: Make, tmp_path: Path) -> None:
    make().read(LINES, "text")
    month = noted(tmp_path)[0]["time"][:7]
    budget = Budget(money=1.0, calls=100).resume(tmp_path / "audit", month)
    assert (budget.spent, budget.made) == (google.PRICE, 1)
    assert Budget(money=1.0, calls=100).resume(tmp_path / "audit", "1999-01").made == 0


def test_without_credentials_it_is_unavailable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(Unavailable, match="credentials"):
        google.client()


def test_a_key_makes_a_client() -> None:
    assert google.client("rest", key="k").transport.kind == "rest"


def test_whatever_goes_wrong_nothing_is_lost_and_the_books_are_right(
    make: Make, service: Service, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    budget = Budget(money=12 * google.PRICE, calls=60)
    for turn in range(40):
        line = drawn(f"turn {turn}")
        service.reader = table({fingerprint(line): f"turn {turn}"})
        service.faults = [str(fault) for fault in rng.choice(["500", "429", "401", "garbage", "picture", ""], 3)]
        (found,) = make(budget).read([line], "text")
        assert (found.text == f"turn {turn}") != bool(found.failed)
    assert budget.spent == pytest.approx(sum(entry["cost"] for entry in noted(tmp_path)))
    assert budget.made == service.requests == sum(entry["calls"] for entry in noted(tmp_path))
    assert budget.spent <= budget.money + 1e-9
    assert budget.made <= budget.calls


def test_the_last_reader_of_a_cascade(make: Make, service: Service) -> None:
    try:
        cheap = Tesseract("en")
    except Unavailable as missing:
        pytest.skip(str(missing))
    service.reader = google_vision.tesseract
    kinds: list[Kind] = ["text", "number", "text", "text"]
    found = Cascade([cheap, make()]).read(LINES, kinds)
    assert [one.value for one in found] == ["GhostSniper", "1555", "3 points", "TinyShark85"]
    assert {one.agreed for one in found} == {("tesseract", "google")}
    assert all(one.accepted for one in found)
    service.stop()
    again = Cascade([cheap, make()]).read([*LINES, drawn("new")], [*kinds, "text"])
    assert again[:4] == found
    assert (again[4].value, again[4].failed, again[4].accepted) == ("new", ("google: down",), False)
