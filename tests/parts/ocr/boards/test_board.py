import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from hanok.core.problem import Problem
from hanok.parts.ocr.boards import DESIGNS, HELD_OUT, LEVELS, board

pytest.importorskip("cv2", reason="rendering needs OpenCV")


def values(record: dict, field: str) -> object:
    """What a field such as ``teams.0.players.2.kills`` is in a record."""
    found: object = record
    for key in field.split("."):
        found = found[int(key)] if isinstance(found, list) else found[key]  # type: ignore[index]
    return found


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("language", ["en", "ko", "ja"])
def test_a_record_keeps_what_holds_between_its_numbers(design: str, language: str) -> None:
    record = board(5, design=design, language=language).record
    for team in record["teams"]:
        players = team["players"]
        if "total" in team:
            assert team["total"] == sum(player["score"] for player in players)
            assert team["score"] == sum(player["kills"] for player in players)
        scores = [player["score"] for player in players]
        assert scores == sorted(scores, reverse=True)
        if "rank" in players[0]:
            assert [player["rank"] for player in players] == list(range(1, len(players) + 1))


@pytest.mark.parametrize("design", DESIGNS)
def test_every_value_of_the_record_is_written_in_a_cell_of_its_field(design: str) -> None:
    made = board(2, design=design)
    written = {cell.field: cell.text for cell in made.cells}
    numbers = [cell.field for cell in made.cells if cell.kind in ("number", "name")]
    assert len(numbers) == len(set(numbers))
    for field, text in written.items():
        if field.startswith(("head.", "label.")) or field == "title":
            continue
        if field.endswith(".kda"):
            player = values(made.record, field.removesuffix(".kda"))
            assert text == "{kills}/{deaths}/{assists}".format(**player)  # type: ignore[arg-type]
        else:
            assert text.replace(",", "") == str(values(made.record, field))


@pytest.mark.parametrize("level", LEVELS)
def test_quads_lie_on_their_ink(level: str) -> None:
    made = board(1, design="sheet", degradation=level)
    grey = np.asarray(Image.fromarray(made.pixels).convert("L"), float)
    for cell in (cell for cell in made.cells if cell.kind == "name"):
        (left, top), (right, bottom) = cell.quad.min(0).astype(int), cell.quad.max(0).astype(int)
        inside, around = grey[top : bottom + 1, left : right + 1], grey[top - 3 : bottom + 4, left - 12 : left - 4]
        assert np.quantile(inside, 0.05) < around.mean() - 10


@pytest.mark.parametrize("level", ["photo", "severe"])
def test_everything_is_within_the_corners_and_the_picture(level: str) -> None:
    for seed in range(4):
        made = board(seed, degradation=level)
        height, width = made.pixels.shape[:2]
        assert (made.corners >= -0.5).all()
        assert (made.corners <= [width + 0.5, height + 0.5]).all()
        quads = np.concatenate([cell.quad for cell in made.cells])
        edges = np.roll(made.corners, -1, 0) - made.corners
        across = quads[:, None] - made.corners
        assert (edges[:, 0] * across[..., 1] - edges[:, 1] * across[..., 0] >= -1).all()


def test_a_seed_makes_a_board_and_another_seed_another() -> None:
    one, same, other = (board(seed, degradation="photo") for seed in (3, 3, 4))
    assert one.file == same.file
    assert one.truth() == same.truth()
    assert one.record != other.record


def test_held_out_fonts_are_unseen_in_training() -> None:
    for split in ("train", "held_out"):
        families = {cell.font for seed in range(6) for cell in board(seed, split=split).cells}  # type: ignore[arg-type]
        if not any(family in HELD_OUT for family in families) and split == "held_out":
            pytest.skip("this machine has none of the families held out")
        assert all((family in HELD_OUT) == (split == "held_out") for family in families)


def test_the_truth_is_json() -> None:
    truth = board(0, language="ko").truth()
    assert json.loads(json.dumps(truth, ensure_ascii=False)) == truth
    assert {"design", "language", "degradation", "record", "corners", "cells"} == set(truth)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"design": "round"}, "unknown_design"),
        ({"language": "fr"}, "unknown_language"),
        ({"degradation": "rain"}, "unknown_level"),
    ],
)
def test_what_there_is_not_is_a_problem_that_says_what_there_is(asked: dict, code: str) -> None:
    with pytest.raises(Problem, match="expected one of") as raised:
        board(0, **asked)
    assert raised.value.code == code


def test_a_design_of_ones_own_is_drawn() -> None:
    own = replace(DESIGNS["light"], name="own", players=(9, 9))
    made = board(0, design=own)
    assert (made.design, len(made.record["teams"][0]["players"])) == ("own", 9)
