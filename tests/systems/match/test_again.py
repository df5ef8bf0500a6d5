"""A picture that comes again, as the same file or saved anew, is known; another board of its design is another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from small_boards import DIGITS, board, encoded

from hanok.core.artifact import Manifest
from hanok.core.contract import Fold
from hanok.core.run import Run
from hanok.lifecycle.model import Model
from hanok.store import SqlLedger, Store
from hanok.systems.match import Data, Match, Record

SIZE = (1040, 660)


def large(seed: int, **how: int) -> Image.Image:
    return board(seed, **how)[0].resize(SIZE, Image.Resampling.LANCZOS)  # type: ignore[arg-type]


FILE = encoded(large(60))
ANEW = encoded(large(60), "JPEG", quality=80)
SMALLER = encoded(large(60).resize((780, 495)), "JPEG", quality=90)
OTHER = encoded(large(61))
ONE_DIGIT = encoded(large(60, total_off=1))
NAMES = {cell["field"]: cell["text"] for cell in board(60)[1] if cell["kind"] in ("name", "team")}


@pytest.fixture
def served(fitted: Match, tmp_path: Path) -> Iterator[Model]:
    """The room before a store, as a server has it."""
    (tmp_path / "artifact").mkdir()
    fitted.save(tmp_path / "artifact")
    with Store.open(f"sqlite:///{tmp_path / 'hanok.db'}", tmp_path / "blobs") as store:
        room = Match(DIGITS, ledger=SqlLedger(store, Match))
        room.load(tmp_path / "artifact")
        yield Model(room, Manifest(system="match", config={}), store)


def asked(served: Model, image: bytes) -> tuple[str, Record]:
    """The answer's name, and the record."""
    (answer,) = served.answer([{"image": image}])
    assert isinstance(answer.output, Record)
    return answer.id, answer.output


def waiting(served: Model) -> list[str]:
    assert served.store
    return [answer.id for answer in served.store.answers.reviews("match")]


def test_of_one_picture_only_the_newest_answer_waits(served: Model) -> None:
    first = asked(served, FILE)[1]
    for image in (FILE, ANEW, SMALLER):
        last, record = asked(served, image)
        assert record.picture == first.picture
    other, record = asked(served, OTHER)
    assert record.picture != first.picture
    assert waiting(served) == [last, other]


def test_a_board_that_differs_in_one_digit_is_another(served: Model) -> None:
    first, record = asked(served, FILE)
    second, another = asked(served, ONE_DIGIT)
    assert record.picture != another.picture
    assert waiting(served) == [first, second]


def test_what_people_said_of_a_picture_is_said_of_its_copies_and_of_no_other(served: Model) -> None:
    answer, _ = asked(served, FILE)
    served.feedback(answer, {"values": NAMES, "rest_is_right": True})
    for image in (FILE, ANEW, SMALLER):
        _, record = asked(served, image)
        assert record.status == "auto"
        assert {path: each.value for path, each in record.values() if path in NAMES} == NAMES
        assert {each.source for _, each in record.values()} == {"human"}
    assert waiting(served) == []
    _, other = asked(served, ONE_DIGIT)
    assert "human" not in {each.source for _, each in other.values()}


def test_a_copy_that_people_put_right_is_learnt_once(served: Model, fitted: Match, fold: Fold[Data]) -> None:
    for image, names in ((FILE, {"teams.0.name": "Bears"}), (ANEW, NAMES)):
        answer, _ = asked(served, image)
        served.feedback(answer, {"values": names})
    events = served.system.ledger.feedback().events
    learnt = fitted.learn(fold, events, Run(threads=1))
    (told,) = learnt.room.told
    assert {cell.text for cell in told.cells} == set(NAMES.values())


def test_a_picture_whose_first_answer_is_gone_is_new(served: Model) -> None:
    assert served.store
    first = asked(served, FILE)[1]
    served.store.answers.prune(before=1e12)
    assert asked(served, ANEW)[1].picture != first.picture
