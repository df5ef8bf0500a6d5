"""Asking a model on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import hanok as library
from hanok.cli import predict
from hanok.lifecycle.model import dump
from hanok.lifecycle.workspace import Workspace


def test_the_answer_is_the_one_python_gets(hanok, trained: str) -> None:
    given = json.loads(hanok("predict", "nearest", "--x", "-3.5", "--json").stdout)
    assert given["output"] == dump(library.load("nearest")({"x": -3.5}))
    assert given["version"] == 1
    assert json.loads(hanok("predict", trained, "7", "--json").stdout)["output"] == dump(
        library.load(trained)({"x": 7})
    )


def test_for_a_person(hanok, trained: str) -> None:
    result = hanok("predict", "nearest", "--x=3.2")
    assert result.stdout.splitlines() == ["x: 3.2", "y: 6"]
    assert result.stderr == ""


def test_a_bad_item_is_a_problem(hanok, trained: str) -> None:
    result = hanok("predict", "nearest", "--x", "three")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: x: ")


def test_an_unknown_field_is_wrong_usage(hanok, trained: str) -> None:
    result = hanok("predict", "nearest", "--xx", "3")
    assert result.exit_code == 2
    assert "did you mean 'x'?" in result.stderr


def test_nothing_asked(hanok, trained: str, monkeypatch) -> None:
    assert hanok("predict", "nearest").exit_code == 2
    monkeypatch.setattr("typer.testing._NamedTextIOWrapper.isatty", lambda self: True)
    assert hanok("predict", "nearest").exit_code == 2


def test_an_item_may_need_nothing(hanok, recording: str, monkeypatch) -> None:
    monkeypatch.setattr("typer.testing._NamedTextIOWrapper.isatty", lambda self: True)
    assert "teaser: " in hanok("predict", "teaser").stdout


# -- many items ------------------------------------------------------------------------------------------------------


def test_json_lines_are_answered_in_order_and_bad_ones_do_not_stop_the_others(hanok, trained: str) -> None:
    lines = ['{"x": 1}', "", "{not json", '{"y": 2}', "[1]", '{"x": 2}']
    result = hanok("predict", "nearest", input="\n".join(lines))
    assert result.exit_code == 1
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    model = library.load("nearest")
    assert [answers[i]["output"] for i in (0, 4)] == [dump(model({"x": 1})), dump(model({"x": 2}))]
    assert [answers[i]["error"]["code"] for i in (1, 2, 3)] == ["bad_json", "invalid", "invalid"]
    assert answers[1]["error"]["where"] == "stdin:2"


def test_good_lines_end_well_however_many(hanok, trained: str, monkeypatch) -> None:
    monkeypatch.setattr(predict, "BATCH", 3)
    result = hanok("predict", "nearest", input="".join(f'{{"x": {x}}}\n' for x in range(10)))
    assert result.exit_code == 0
    assert [json.loads(line)["output"]["x"] for line in result.stdout.splitlines()] == list(range(10))


# -- media -----------------------------------------------------------------------------------------------------------


def test_a_picture_in_and_a_sound_out(hanok, pictures: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HANOK_SONIFY_PITCH", "440")
    assert hanok("train", "sonify", pictures).exit_code == 0
    picture, sound = pictures / "0.png", tmp_path / "0.wav"
    result = hanok("predict", "sonify", picture, "--out", sound)
    assert result.exit_code == 0
    assert f"audio: {sound}" in result.stdout
    whole = library.load("sonify")({"image": picture.read_bytes()})
    assert sound.read_bytes() == whole.audio
    assert "audio/wav" in hanok("predict", "sonify", "--image", picture).stdout
    given = json.loads(hanok("predict", "sonify", "--image", picture, "--json").stdout)
    assert given["output"] == dump(whole)
    given = json.loads(hanok("predict", "sonify", picture, "--out", sound, "--json").stdout)
    assert given["output"]["audio"] == str(sound)
    assert hanok("predict", "sonify", tmp_path / "none.png").exit_code == 3
    assert hanok("predict", "sonify", "--out", sound, input="{}").exit_code == 2


def test_out_needs_something_to_write(hanok, trained: str, tmp_path: Path) -> None:
    result = hanok("predict", "nearest", "--x", "1", "--out", tmp_path / "y")
    assert result.exit_code == 2
    assert not (tmp_path / "y").exists()


# -- what is remembered ----------------------------------------------------------------------------------------------


def test_a_recorded_answer_says_how_to_judge_it(hanok, recording: str, workspace: Workspace) -> None:
    result = hanok("predict", "teaser", "--seed", 3, "--without", "sea", "--without", "hills")
    assert "teaser: rain" in result.stdout
    line = result.stderr.partition("hanok ")[2].split()
    assert line[0] == "feedback"
    assert line[2:] == ["--clicked", "true"]
    assert hanok(*line).exit_code == 0
    [given] = workspace.store.feedback.recent("teaser")
    assert given.answer == line[1]
    assert json.loads(given.body) == {"clicked": True}
