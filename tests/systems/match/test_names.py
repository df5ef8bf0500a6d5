"""Names: read where engines are installed, matched with the roster, told apart by language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_boards import board, encoded

from hanok.core.contract import Fold
from hanok.core.problem import Unavailable
from hanok.core.run import Run
from hanok.parts.ocr import Count, RapidOCR, Reading, Verdict
from hanok.systems.match import Cell, Config, Data, Labelled, Match, Photo, Settings
from hanok.systems.match.engines import cloud, readers
from hanok.systems.match.files import read
from hanok.systems.match.items import Value
from hanok.systems.match.rules import Rules
from hanok.systems.match.settle import named, owed, solved, value_of

RULES = Rules(
    groups={"teams.players.name": "text", "teams.players.score": "number", "teams.total": "number"},
    low={"teams.players.score": 0, "teams.total": 0},
    high={"teams.players.score": 99, "teams.total": 999},
    whole={"teams.players.score": True, "teams.total": True},
    usual={},
    shapes={},
    sums=(("total", "score"),),
)


def test_a_name_becomes_that_of_the_roster() -> None:
    pytest.importorskip("rapidfuzz")
    path = "teams.0.players.0.name"
    values = {path: Value(value="lron_Blade86", raw="lron_Blade86", confidence=0.6)}
    assert named(values, ["GhostSniper", "Iron_Blade86"], RULES) == [""]
    assert values[path].value == "Iron_Blade86"
    assert values[path].raw == "lron_Blade86"
    assert values[path].accepted


def test_a_name_that_is_not_on_the_roster_is_kept_and_wants_a_person() -> None:
    pytest.importorskip("rapidfuzz")
    path = "teams.0.players.0.name"
    values = {path: Value(value="Nobody", raw="Nobody", confidence=0.99, accepted=True)}
    reasons = named(values, ["GhostSniper", "Iron_Blade86"], RULES)
    assert values[path].value == "Nobody"
    assert not values[path].accepted
    assert path in reasons[0]
    assert set(values[path].alternatives) <= {"GhostSniper", "Iron_Blade86"}


def test_names_of_teams_become_those_that_may_play() -> None:
    pytest.importorskip("rapidfuzz")
    team, player = "teams.0.name", "teams.0.players.0.name"
    rules = replace(RULES, groups={**RULES.groups, "teams.name": "text"})
    values = {
        path: Value(value=text, raw=text, confidence=0.6) for path, text in ((team, "불사초"), (player, "불사조"))
    }
    assert named(values, ["호랑이", "불사조"], rules, of="teams.name") == [""]
    assert (values[team].value, values[team].accepted) == ("불사조", True)
    assert not values[player].accepted


def test_who_is_not_surely_on_the_roster_gets_the_likeliest_name_and_wants_a_person() -> None:
    pytest.importorskip("rapidfuzz")
    path = "teams.0.players.0.name"
    values = {path: Value(value="한빈쥰", raw="한빈쥰", confidence=0.6, alternatives=["한민쥰"])}
    reasons = named(values, ["한민준", "황승현", "이도윤"], RULES)
    assert values[path].value == "한민준"
    if not values[path].accepted:
        assert path in reasons[0]


def test_figures_that_cannot_be_give_way_to_a_reading_that_can() -> None:
    rules = replace(
        RULES, groups={"teams.players.kda": "figures"}, shapes={"teams.players.kda": "[0-9]+/[0-9]+/[0-9]+"}
    )
    verdict = Verdict("15/127", "15/127", 0.93, "digits", (), ("digits",), True, ("151217", "15/12/7"), ())
    value = value_of("teams.0.players.0.kda", verdict, rules, [])
    assert (value.value, value.raw, value.accepted) == ("15/12/7", "15/127", False)


def test_figures_have_a_shape_only_if_they_all_look_alike() -> None:
    def learnt(*texts: str) -> dict[str, str]:
        cells = [Cell(f"teams.0.players.{k}.kda", text, "number", ((0, 0),) * 4) for k, text in enumerate(texts)]
        return Rules.learn([Labelled("a", b"", "d", "en", tuple(cells))]).shapes

    assert learnt("1/2/3", "10 / 0 / 4") == {"teams.players.kda": "[0-9]+/[0-9]+/[0-9]+"}
    assert learnt("1/2/3", "1-2") == {}


class Cloud:
    """A paid reader that says the same of everything."""

    name, version = "google", "1"

    def __init__(self) -> None:
        self.asked = 0

    def reads(self, kind: str, language: str) -> bool:
        return True

    def read(self, lines: Sequence[np.ndarray], kind: str) -> list[Reading]:
        self.asked += len(lines)
        return [Reading("Ada", 0.9, self.name) for _ in lines]


def test_the_cloud_is_asked_last_and_only_about_what_is_open(fitted: Match, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    paid = Cloud()
    room, _ = read(tmp_path, lambda language: paid)
    record = room.answer(Photo(image=encoded(board(60)[0])), {}, 0.05)
    names = [value for path, value in record.values() if path.endswith("name")]
    assert paid.asked == len(names) == 8
    assert {(value.value, value.source, value.accepted) for value in names} == {("Ada", "cloud", False)}
    assert {value.engine for path, value in record.values() if not path.endswith("name")} == {"digits"}


def test_without_money_the_cloud_is_not_there() -> None:
    assert cloud(None) is None
    assert cloud(Settings(google_key="a key")) is None


def cells(total: Value, *scores: Value) -> dict[str, Value]:
    return {"teams.0.total": total} | {f"teams.0.players.{k}.score": score for k, score in enumerate(scores)}


def sure(number: int) -> Value:
    return Value(value=number, raw=str(number), confidence=0.99, accepted=True)


def test_a_value_that_follows_stands_where_a_reader_thought_of_it() -> None:
    values = cells(sure(12), sure(5), Value(value=1, raw="1", confidence=0.4, alternatives=["7"]))
    assert solved(values, RULES) == []
    found = values["teams.0.players.1.score"]
    assert (found.value, found.source, found.accepted, found.alternatives) == (7, "constraint", True, ["1"])


def test_where_another_number_was_read_the_whole_sum_wants_a_person() -> None:
    values = cells(sure(12), sure(5), Value(value=1, raw="1", confidence=0.4))
    assert solved(values, RULES) == ["teams.0.players.1.score is 7 by its sum; read was '1'"]
    found = values["teams.0.players.1.score"]
    assert (found.value, found.source) == (7, "constraint")
    assert not any(value.accepted for value in values.values())


def test_a_value_out_of_its_range_is_not_computed() -> None:
    values = cells(sure(500), sure(5), Value(value=1, raw="1", confidence=0.4))
    solved(values, RULES)
    assert values["teams.0.players.1.score"].value == 1


def ranked(*texts: str) -> Labelled:
    """A picture of players with these ranks."""
    cells = [Cell(f"teams.0.players.{k}.rank", text, "number", ((0, 0),) * 4) for k, text in enumerate(texts)]
    return Labelled("a", b"", "d", "en", tuple(cells))


def test_ranks_without_a_tie_are_a_count() -> None:
    counted = Rules.learn([ranked("1", "2", "3", "4"), ranked(*map(str, range(1, 12)))])
    assert (counted.counts, counted.ranks) == (("rank",), ("rank",))
    assert counted.constraints(["teams.0.players.0.rank", "teams.0.players.1.rank"]) == [
        Count(("teams.0.players.0.rank", "teams.0.players.1.rank"))
    ]
    assert Rules.of(counted.as_dict()) == counted
    tied = Rules.learn([ranked("1", "2", "2", "4"), ranked(*map(str, range(1, 12)))])
    assert (tied.counts, tied.ranks) == ((), ("rank",))
    assert Rules.learn([ranked("1", "2", "3")]).counts == ()


def test_a_place_that_was_misread_is_put_right_and_shown_to_a_person() -> None:
    rules = Rules.learn([ranked(*map(str, range(1, 14)))])
    paths = [f"teams.0.players.{k}.rank" for k in range(3)]
    wrong = Value(value=27, raw="27", confidence=0.4), Value(value=None, raw="B", confidence=0.2)
    values = dict(zip(paths, (sure(1), *wrong), strict=True))
    assert solved(values, rules) == []
    assert [value.value for value in values.values()] == [1, 2, 3]
    assert [value.accepted for value in values.values()] == [True, False, False]
    assert values[paths[1]].problem == f"{paths[1]} is 2 by its place; read was '27'"
    assert [check.kind for check in owed(values, rules)] == ["count"]


def test_a_place_that_was_read_for_sure_and_is_another_is_doubted_with_all() -> None:
    rules = Rules.learn([ranked(*map(str, range(1, 14)))])
    values = {f"teams.0.players.{k}.rank": sure(number) for k, number in enumerate((1, 2, 2))}
    assert solved(values, rules) == ["place 3 from the top holds 2"]
    assert not any(value.accepted for value in values.values())


def test_an_engine_that_is_not_installed_is_left_out_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, language: str) -> object:
        raise Unavailable("missing_language", "Tesseract has no data for kor", hint="apt install tesseract-ocr-kor")

    monkeypatch.setattr("hanok.systems.match.engines.reader", missing)
    found, absent = readers("text", "ko", ["digits", "tesseract"])
    assert found == []
    assert absent == {"tesseract": "Tesseract has no data for kor: apt install tesseract-ocr-kor"}


@pytest.fixture(scope="module")
def reading(fold: Fold[Data]) -> Match:
    """A room that reads names, too."""
    try:
        RapidOCR()
    except Unavailable as error:
        pytest.skip(str(error))
    config = Config(engines=("digits", "rapidocr"), target=0.8, examples=1)
    return Match(config).fit(fold.train, fold.valid, Run(threads=1))


def test_names_are_read_by_engines_that_are_there(reading: Match) -> None:
    image, texts = board(64)
    record = reading(Photo(image=encoded(image)))
    names = {path: value for path, value in record.values() if path.endswith("name")}
    right = {cell["field"]: cell["text"] for cell in texts if cell["field"] in names}
    assert {path: value.value for path, value in names.items()} == right
    assert record.status == "auto", record.reasons


@pytest.mark.parametrize("turn", [0, 180])
def test_of_a_board_that_nobody_labelled_heads_tell_what_columns_mean(reading: Match, turn: int) -> None:
    image, cells = board(63, players=4, step=26, columns={"kills": 60, "name": 160, "score": 380})
    record = reading(Photo(image=encoded(image.rotate(turn))))
    right = {cell["text"] for cell in cells if ".players." in cell["field"]}
    found = [value for path, value in record.values() if ".players." in path]
    assert record.status == "review"
    assert record.design == ""
    assert "does not look like" in record.reasons[0]
    assert not any(value.accepted for value in found)
    assert len(right & {str(value.value) for value in found}) >= 0.9 * len(right)
