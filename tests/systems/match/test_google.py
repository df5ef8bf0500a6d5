"""Google in the room, asked on loopback: about what is in doubt, within what may be spent, and nothing is ever lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from google_vision import Pixels, Service, Word, rest, strips
from small_boards import DIGITS, board, encoded

pytest.importorskip("google.cloud.vision", reason="google-cloud-vision is not installed")

from hanok.parts.ocr import google
from hanok.systems.match import Match, Photo, Record
from hanok.systems.match.config import Settings

PHOTO = Photo(image=encoded(board(60)[0]), language="en")
NAMES = 8
"""Texts of a board, which nobody here can read: two teams of three players each."""

Load = Callable[..., Match]


def everybody_is_grace(page: Pixels) -> list[Word]:
    return [Word("Grace", 0.97, box) for box in strips(page)]


@pytest.fixture
def service() -> Service:
    return Service(everybody_is_grace)


@pytest.fixture
def load(fitted: Match, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """A saved room as servers load it, with Google on loopback; each call is another server on the same folder."""
    (tmp_path / "artifact").mkdir()
    fitted.save(tmp_path / "artifact")
    with rest(service) as client:
        monkeypatch.setattr(google, "client", lambda *_: client)

        def loaded(**settings: Any) -> Match:
            given = {"google_dollars": 1.0, "google_folder": tmp_path / "google"} | settings
            room = Match(DIGITS, settings=Settings(**given))
            room.load(tmp_path / "artifact")
            return room

        yield loaded


def names(record: Record) -> list[Any]:
    return [each for path, each in record.values() if path.endswith("name")]


def numbers(record: Record) -> list[Any]:
    return [each for path, each in record.values() if not path.endswith("name")]


def noted(tmp_path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (tmp_path / "google" / "audit.jsonl").read_text().splitlines()]


def test_google_reads_what_is_in_doubt_and_nothing_else(load: Load, service: Service, tmp_path: Path) -> None:
    record = load()(PHOTO)
    assert {(each.value, each.source, each.engine) for each in names(record)} == {("Grace", "cloud", "google")}
    assert {each.source for each in numbers(record)} == {"ocr"}
    assert [(entry["lines"], entry["outcome"]) for entry in noted(tmp_path)] == [(NAMES, "read")]
    assert not any(each.accepted for each in names(record))  # nobody else read the same
    assert record.status == "review"


def test_a_picture_is_never_billed_twice_whichever_server_is_asked(load: Load, service: Service) -> None:
    room = load()
    first = room(PHOTO)
    assert room.predict([PHOTO, PHOTO]) == [first, first]
    assert load()(PHOTO) == first
    assert (service.requests, service.billed) == (1, 1)


def test_what_was_spent_is_shown_and_counted_over_servers(load: Load, service: Service) -> None:
    load()(PHOTO)
    spent = {meter.name: (meter.used, meter.limit) for meter in load().meters()}
    assert spent["Google, this month"] == (google.PRICE, 1.0)
    assert spent["Requests to Google, this month"][0] == service.requests == 1


def test_over_budget_the_record_goes_to_people_with_all_that_was_read_here(load: Load, service: Service) -> None:
    record = load(google_dollars=google.PRICE / 2)(PHOTO)
    assert service.requests == 0
    _nothing_is_lost(record, "over_budget")


def test_what_one_server_spent_another_cannot_spend_again(load: Load, service: Service) -> None:
    load(google_dollars=google.PRICE)(PHOTO)
    record = load(google_dollars=google.PRICE)(Photo(image=encoded(board(64)[0]), language="en"))
    assert service.billed == 1
    assert {each.problem for each in names(record) if each.value is None} == {
        "nothing could be read; google: over_budget"
    }


@pytest.mark.parametrize(("fault", "why"), [("401", "refused"), ("garbage", "garbage"), ("picture", "rejected")])
def test_a_fault_of_google_loses_nothing(load: Load, service: Service, fault: str, why: str) -> None:
    service.faults = [fault]
    _nothing_is_lost(load()(PHOTO), why)


def test_a_google_that_is_down_loses_nothing_and_is_asked_again_later(load: Load, service: Service) -> None:
    service.faults = ["500"] * 3
    room = load()
    _nothing_is_lost(room(PHOTO), "down")
    assert {each.value for each in names(load()(PHOTO))} == {"Grace"}  # a failure is not remembered


def _nothing_is_lost(record: Record, why: str) -> None:
    assert record.status == "review"
    assert {each.problem for each in names(record)} == {f"nothing could be read; google: {why}"}
    assert len(names(record)) == NAMES
    assert all(each.accepted for each in numbers(record))
    assert all(len(each.box) == 4 for _, each in record.values())
