"""What the room promises of records: where values come from, what adds up, whom a person has to look at."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_boards import DIGITS, board, encoded

from hanok.core.contract import Fold
from hanok.core.ledger import Event, Ledger, Page
from hanok.core.problem import Problem, TooLarge
from hanok.core.run import Run
from hanok.systems.match import Correction, Data, Match, Photo, Record

TRUTH = {cell["field"]: cell["text"] for cell in board(60)[1]}


@pytest.fixture(scope="module")
def record(fitted: Match) -> Record:
    return fitted(Photo(image=encoded(board(60)[0]), event="final"))


def numbers(record: Record) -> dict[str, str]:
    return {path: str(each.value) for path, each in record.values() if not path.endswith("name")}


def test_numbers_are_read_without_any_system_package(record: Record) -> None:
    found = numbers(record)
    assert len(found) == 16
    assert found == {path: TRUTH[path] for path in found}
    assert record.design == "dusk"
    assert record.event == "final"
    assert {each.engine for path, each in record.values() if path in found} == {"digits"}


def test_every_value_says_where_it_stands(record: Record) -> None:
    quads = {cell["field"]: cell["quad"] for cell in board(60)[1]}
    for path, each in record.values():
        assert np.abs(np.mean(each.box, axis=0) - np.mean(quads[path], axis=0)).max() < 10, path


def test_what_nobody_can_read_goes_to_people_and_the_report_says_why(fitted: Match, record: Record) -> None:
    assert record.status == "review"
    assert not any(each.accepted for path, each in record.values() if path.endswith("name"))
    assert any("text.en" in note for note in fitted.room.notes)


def test_sums_are_learnt_from_the_boards(fitted: Match) -> None:
    assert set(fitted.room.rules["dusk"].sums) == {("score", "kills"), ("total", "score")}
    assert fitted.room.rules["dusk"].ranks == ()


def test_a_sum_that_does_not_hold_always_means_review(fitted: Match) -> None:
    image, cells = board(61, total_off=1)
    record = fitted(Photo(image=encoded(image)))
    total, scores = record.teams[0].fields["total"], [player["score"] for player in record.teams[0].players]
    assert str(total.value) == next(cell["text"] for cell in cells if cell["field"] == "teams.0.total")
    assert not any(each.accepted for each in (total, *scores))
    assert total.problem.startswith("teams.0.total is ")
    assert record.reasons[0] == total.problem
    assert record.teams[1].fields["total"].accepted


def test_one_cell_that_cannot_be_read_follows_from_the_others_and_says_so(fitted: Match) -> None:
    path = "teams.1.players.2.score"
    image, cells = board(62, hidden=path)
    value = dict(fitted(Photo(image=encoded(image))).values())[path]
    assert str(value.value) == next(cell["text"] for cell in cells if cell["field"] == path)
    assert value.source == "constraint"
    assert value.accepted


def test_two_cells_of_a_sum_do_not_follow(fitted: Match) -> None:
    image, _ = board(62, hidden="teams.1.players.2.score")
    pen = np.asarray(image).copy()
    box = next(cell["quad"] for cell in board(62)[1] if cell["field"] == "teams.1.total")
    pen[int(box[0][1]) : int(box[2][1]), int(box[0][0]) - 2 : int(box[2][0]) + 3] = pen[0, 0]
    found = dict(fitted(Photo(image=encoded(Image.fromarray(pen)))).values())
    for path in ("teams.1.players.2.score", "teams.1.total"):
        assert found[path].value is None
        assert not found[path].accepted


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_picture_that_lies_on_its_side_is_read_and_boxes_stay_in_it(fitted: Match, turn: int) -> None:
    image = board(60)[0].rotate(turn, expand=True)
    record = fitted(Photo(image=encoded(image)))
    assert numbers(record) == {path: TRUTH[path] for path in numbers(record)}
    assert len(numbers(record)) == 16
    assert any("turned" in note for note in record.notes)
    for _, each in record.values():
        x, y = np.mean(each.box, axis=0)
        assert 0 <= x <= image.width
        assert 0 <= y <= image.height


def test_forms_of_files_are_all_one(fitted: Match, record: Record) -> None:
    image = board(60)[0]
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees, says the camera
    files = [
        encoded(image.convert("CMYK"), "JPEG", quality=95),
        encoded(image.rotate(90, expand=True), "JPEG", quality=95, exif=exif),
        encoded(image, "GIF", save_all=True, append_images=[Image.new("RGB", image.size)]),
        encoded(image.convert("RGBA")),
    ]
    for file in files:
        assert numbers(fitted(Photo(image=file))) == numbers(record)
    assert any("frames" in note for note in fitted(Photo(image=files[2])).notes)


def test_pictures_that_are_none_are_problems_and_others_are_answered(fitted: Match, record: Record) -> None:
    whole = encoded(board(60)[0])
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    bad = [b"no picture", whole[: len(whole) // 2], encoded(Image.new("RGB", (20, 20))), bomb.getvalue()]
    answers = fitted.predict([Photo(image=image) for image in [*bad, whole]])
    assert [isinstance(answer, Problem) for answer in answers] == [True] * 4 + [False]
    assert isinstance(answers[3], TooLarge)
    assert isinstance(answers[4], Record)
    assert numbers(answers[4]) == numbers(record)


def test_a_wide_picture_is_shrunk_and_boxes_are_those_of_the_file(fitted: Match) -> None:
    image, _ = board(60)
    wide = image.resize((image.width * 9, image.height * 9))
    record = fitted(Photo(image=encoded(wide, "JPEG", quality=80)))
    assert any("shrunk" in note for note in record.notes)
    assert numbers(record) == {path: TRUTH[path] for path in numbers(record)}
    assert record.teams[1].fields["total"].box[0][0] > 9 * 400


def test_two_boards_in_one_picture_are_refused_and_others_are_answered(fitted: Match) -> None:
    both = Image.new("RGB", (1200, 500), (90, 90, 90))
    for left, angle in ((20, 5), (620, -5)):
        tilted = board(60 + left)[0].rotate(angle, expand=True, fillcolor=(90, 90, 90))
        both.paste(tilted, (left, 40))
    refused, answered = fitted.predict([Photo(image=encoded(both)), Photo(image=encoded(board(60)[0]))])
    assert isinstance(refused, Problem)
    assert refused.code == "several_boards"
    assert isinstance(answered, Record)


def test_of_two_boards_side_by_side_one_is_read_and_a_person_should_look(fitted: Match) -> None:
    both = Image.new("RGB", (1040, 330))
    for left in (0, 520):
        both.paste(board(60 + left)[0], (left, 0))
    record = fitted(Photo(image=encoded(both)))
    assert record.status == "review"
    assert any("lies beside the board" in reason for reason in record.reasons)
    assert not any("beside" in reason for reason in fitted(Photo(image=encoded(board(60)[0]))).reasons)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255)])
def test_an_empty_board_is_a_record_for_review(fitted: Match, colour: tuple[int, int, int]) -> None:
    record = fitted(Photo(image=encoded(Image.new("RGB", (520, 330), colour))))
    assert record.status == "review"
    assert record.teams == []


def test_a_table_of_one_row_more_is_not_taken_for_a_known_one(fitted: Match) -> None:
    record = fitted(Photo(image=encoded(board(63, players=4)[0])))
    assert record.status == "review"
    assert record.design == "" or "no field" in record.reasons[0]


def test_a_design_that_nobody_knows_is_named(fitted: Match) -> None:
    with pytest.raises(Problem, match="dusk"):
        fitted(Photo(image=encoded(board(60)[0]), design="dawn"))


class Told(Ledger[Photo, Record, Correction]):
    """What one person said."""

    def __init__(self, *events: Event[Photo, Record, Correction]) -> None:
        self.events = events

    def feedback(self, after: int = 0) -> Page[Photo, Record, Correction]:
        return Page([event for event in self.events if event.seq > after], len(self.events))


def test_what_people_say_stands_at_once_and_is_learnt(fitted: Match, fold: Fold[Data], tmp_path: Path) -> None:
    image, _ = board(61, total_off=1)
    photo = Photo(image=encoded(image))
    before = fitted(photo)
    right = str(int(before.teams[0].fields["total"].value or 0) - 1)
    correction = Correction(values={"teams.0.total": right, "teams.0.players.0.name": "Ada"})
    event = Event(1, photo, before, correction)
    served = Match(DIGITS, ledger=Told(event))
    fitted.save(tmp_path)
    served.load(tmp_path)
    record = served(photo)
    assert str(record.teams[0].fields["total"].value) == right
    assert record.teams[0].fields["total"].source == "human"
    assert record.teams[0].players[0]["name"].value == "Ada"
    assert not [reason for reason in record.reasons if "total" in reason]
    learnt = fitted.learn(fold, [event], Run(threads=1))
    assert [cell.text for board in learnt.room.told for cell in board.cells] == [right, "Ada"]
    assert learnt(photo).teams[0].players[0]["name"].source == "human"
    assert fitted(photo).teams[0].players[0]["name"].source == "ocr"


def test_a_picture_whose_every_field_is_known_teaches_its_layout_too(fitted: Match, fold: Fold[Data]) -> None:
    image, cells = board(65)
    photo = Photo(image=encoded(image))
    names = {cell["field"]: cell["text"] for cell in cells if cell["field"].endswith(".name")}
    before = fitted(photo)
    event = Event(1, photo, before, Correction(values=names, rest_is_right=True))
    learnt = fitted.learn(fold, [event], Run(threads=1))
    assert learnt.room.told[0].whole
    assert learnt.room.told[0].layout == fold.train.boards[0].layout
    assert list(learnt.room.templates) == list(fitted.room.templates)
    assert numbers(learnt(photo)) == numbers(before)


def test_pictures_that_versions_are_judged_by_are_not_learnt(fitted: Match, fold: Fold[Data]) -> None:
    photo = Photo(image=fold.test.boards[0].image)
    event = Event(1, photo, fitted(photo), Correction(values={"teams.0.total": "1"}))
    with pytest.raises(Problem, match="nobody corrected"):
        fitted.learn(fold, [event], Run(threads=1))


def test_the_share_of_stray_writing_can_be_changed_without_training_again(fitted: Match) -> None:
    stricter = fitted.reconfigure(fitted.config.model_copy(update={"stray": 0.0}))
    assert stricter.room is fitted.room
    with pytest.raises(Problem, match="train again"):
        fitted.reconfigure(fitted.config.model_copy(update={"target": 0.8}))


def test_the_report_counts_fields_and_pictures(fitted: Match, fold: Fold[Data]) -> None:
    data = replace(fold.test, boards=(*fold.test.boards, *fold.valid.boards))
    report = fitted.evaluate(data)
    found = report.values()
    assert found["numbers"] == 1
    assert found["texts"] == 0
    assert found["exact"] == pytest.approx(16 / 24)
    assert found["records"] == 0
    assert found["precision"] == 1
    baseline = report["exact"].baseline
    assert baseline is not None
    assert report["exact"].of(baseline) < 0.2
