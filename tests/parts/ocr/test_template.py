import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from drawn import HEADS, board, photograph

from hanok.core.problem import Problem
from hanok.parts.ocr.board import straighten, warp
from hanok.parts.ocr.boards import board as rendered
from hanok.parts.ocr.geometry import Box, Quad
from hanok.parts.ocr.recognition import best_fit
from hanok.parts.ocr.template import SURE, Example, Template

QUAD = Quad.of([(80, 60), (930, 30), (900, 600), (110, 570)])


def example(seed: int, **design: object) -> Example:
    drawn = board(seed, **design)
    return Example(drawn.pixels, {name: box.quad() for name, box in drawn.cells.items()})


@pytest.fixture(scope="module")
def template() -> Template:
    return Template.learn("finals", [example(seed) for seed in range(3)])


def share(template: Template, picture: np.ndarray, truth: dict[str, Quad]) -> float:
    """Of fields that are found where they are."""
    fit = template.fit(straighten(picture))
    assert fit is not None
    assert fit.score >= SURE
    boxes = {name: quad.moved(fit.board.to_board).box for name, quad in truth.items()}
    return float(np.mean([name in fit.cells and fit.cells[name].iou(box) >= 0.5 for name, box in boxes.items()]))


def test_fields_of_a_new_board_are_found(template: Template) -> None:
    new = example(9)
    assert share(template, new.picture, dict(new.fields)) == 1


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_in_a_photograph_whichever_side_is_up(template: Template, turns: int) -> None:
    drawn = board(9)
    picture, to_picture = photograph(drawn, QUAD)
    fit = template.fit(straighten(np.ascontiguousarray(np.rot90(picture, turns))))
    assert fit is not None
    assert fit.score >= SURE
    assert fit.board.turned == turns * 90
    upright = template.fit(straighten(picture))
    assert upright is not None
    truth = {name: box.quad().moved(to_picture).moved(upright.board.to_board).box for name, box in drawn.cells.items()}
    assert np.mean([upright.cells[name].iou(box) >= 0.5 for name, box in truth.items() if name in upright.cells]) > 0.9


def test_in_a_screenshot_that_is_cut_or_has_a_border(template: Template) -> None:
    drawn = board(9)
    cut = drawn.pixels[15:, 20:-25]
    truth = {name: Quad(box.quad().corners - np.float32([20, 15])) for name, box in drawn.cells.items()}
    assert share(template, cut, truth) > 0.95
    wide = np.pad(drawn.pixels, ((60, 40), (100, 50), (0, 0)), mode="edge")
    assert (
        share(template, wide, {n: Quad(b.quad().corners + np.float32([100, 60])) for n, b in drawn.cells.items()})
        > 0.95
    )


def test_a_table_that_was_taken_for_the_board_is_seen_with_what_is_around_it(template: Template) -> None:
    picture, to_picture = photograph(board(9), QUAD)
    table = warp(picture, Box(30, 180, 810, 470).quad().moved(to_picture), 780, 290)
    fit = best_fit(table, [template])
    assert fit is not None
    assert len(fit.cells) == len(template.regions)


def test_colours_do_not_matter(template: Template) -> None:
    new = example(9, light=True)
    assert share(template, new.picture, dict(new.fields)) == 1


@pytest.mark.parametrize(
    "design",
    [
        {"players": 8},
        {"players": 4},
        {"players": 6},
        {"heads": HEADS[:3], "columns": (60, 400, 600)},
        {"columns": (60, 200, 260, 320, 720)},
    ],
)
def test_another_design_is_not_taken_for_it(template: Template, design: dict[str, object]) -> None:
    assert best_fit(straighten(board(9, **design).pixels), [template]) is None


@pytest.mark.parametrize(
    "picture",
    [np.full((300, 400, 3), 60, np.uint8), np.random.default_rng(0).integers(0, 256, (300, 400, 3)).astype(np.uint8)],
)
def test_no_board_has_no_design(template: Template, picture: np.ndarray) -> None:
    assert best_fit(straighten(picture), [template]) is None


def test_of_several_templates_the_right_one_is_found(template: Template) -> None:
    other = Template.learn("league", [example(seed, players=8) for seed in range(2)])
    for seed, design, name in ((7, {}, "finals"), (8, {"players": 8}, "league")):
        fit = best_fit(straighten(board(seed, **design).pixels), [template, other])
        assert fit is not None
        assert fit.template.name == name
    assert best_fit(straighten(board(7).pixels), []) is None


def test_a_table_of_one_row_more_is_told_from_one_it_nearly_is() -> None:
    sizes = {7: (840, 480), 8: (840, 525)}  # rows of one height
    known = [Template.learn(str(n), [example(seed, players=n, size=sizes[n]) for seed in range(2)]) for n in sizes]
    for players, size in sizes.items():
        for templates in (known, known[::-1]):
            fit = best_fit(straighten(board(5, players=players, size=size).pixels), templates)
            assert fit is not None
            assert fit.template.name == str(players)


def test_a_board_that_looks_alike_upside_down_is_laid_the_right_way() -> None:
    drawn = (rendered([3, seed], design="columns") for seed in range(40))
    alike = [each for each in drawn if len(each.record["teams"][0]["players"]) == 5][:4]
    examples = []
    for each in alike:
        places = {f"{place}.{cell.field}": Quad.of(cell.quad) for place, cell in enumerate(each.cells)}
        examples.append(Example(each.pixels, places))
    template = Template.learn("columns", examples[:3])
    fit = template.fit(straighten(alike[3].pixels))
    assert fit is not None
    assert fit.score > 0.97
    assert fit.board.turned == 0


def test_texts_that_begin_in_line_have_no_room_before_them(template: Template) -> None:
    place = template.regions["2.name"]
    box = example(9).fields["2.name"].box
    assert 0 <= box.left - place.left * template.width <= box.height
    assert place.right * template.width - box.right > box.height


def test_it_is_learnt_from_photographs_too() -> None:
    examples = []
    for seed in range(3):
        drawn = board(seed)
        quad = Quad.of(QUAD.corners + np.random.default_rng(seed).integers(-15, 15, (4, 2)))
        picture, to_picture = photograph(drawn, quad, seed=seed)
        picture = np.ascontiguousarray(np.rot90(picture, 2)) if seed == 1 else picture
        fields = {name: box.quad().moved(to_picture) for name, box in drawn.cells.items()}
        if seed == 1:
            size = np.float32([picture.shape[1], picture.shape[0]])
            fields = {name: Quad(size - field.corners) for name, field in fields.items()}
        examples.append(Example(picture, fields))
    new = example(9)
    assert share(Template.learn("photos", examples), new.picture, dict(new.fields)) > 0.95


def test_it_is_saved_and_read(template: Template, tmp_path: Path) -> None:
    path = tmp_path / "finals.json"
    template.save(path)
    again = Template.load(path)
    assert (again.name, again.width, again.height) == (template.name, template.width, template.height)
    assert list(again.regions) == list(template.regions)
    np.testing.assert_allclose(list(again.regions.values()), list(template.regions.values()), atol=1e-5)
    np.testing.assert_allclose(again.ink, template.ink, atol=1 / 255)
    np.testing.assert_allclose(again.letters, template.letters, atol=1 / 255)
    new = example(9)
    assert share(again, new.picture, dict(new.fields)) == 1


@pytest.mark.parametrize(
    "change",
    [{"format": 9}, {"ink": "AAAA"}, {"regions": {}}, {"regions": {"a": [1, 2]}}, {"width": 0}, {"width": "x"}],
)
def test_a_damaged_file_is_a_problem(template: Template, tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "finals.json"
    template.save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(Problem) as refused:
        Template.load(path)
    assert refused.value.code == "bad_file"


@pytest.mark.parametrize("content", ["", "[]", "{}", "nonsense"])
def test_another_file_is_a_problem(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content)
    for wanted in (path, tmp_path / "gone.json"):
        with pytest.raises(Problem, match="expected a template"):
            Template.load(wanted)


def test_examples_must_be_there_and_of_one_design() -> None:
    for none in ([], [Example(board(0).pixels, {})]):
        with pytest.raises(Problem, match="expected at least one"):
            Template.learn("none", none)
    with pytest.raises(Problem) as refused:
        Template.learn("two", [example(0), Example(np.full((300, 400, 3), 60, np.uint8), dict(example(0).fields))])
    assert (refused.value.code, refused.value.where) == ("another_design", "examples[1]")


def test_titles_and_headers_need_no_field(template: Template) -> None:
    examples = [example(seed) for seed in range(3)]
    players = [Example(e.picture, {n: q for n, q in e.fields.items() if n[0].isdigit()}) for e in examples]
    fewer = Template.learn("players", players)
    fit = best_fit(straighten(board(9).pixels), [fewer])
    assert fit is not None
    assert set(fit.cells) == {name for name in board(9).cells if name[0].isdigit()}
    assert best_fit(straighten(board(9, players=8).pixels), [fewer]) is None


def test_a_larger_picture_keeps_its_pixels() -> None:
    drawn = board(1)
    large = np.repeat(np.repeat(drawn.pixels, 2, axis=0), 2, axis=1)  # four times the pixels
    fields = {name: Quad(2 * box.quad().corners) for name, box in drawn.cells.items()}
    mixed = Template.learn("mixed", [example(0), Example(large, fields), example(2)])
    new = example(9)
    assert share(mixed, new.picture, dict(new.fields)) == 1
    fit = mixed.fit(straighten(large))
    assert fit is not None
    assert fit.board.pixels.shape[0] == pytest.approx(large.shape[0], rel=0.02)


def test_examples_are_laid_on_each_other_by_their_labels(template: Template) -> None:
    """What ink alone would lay a row too low."""
    drawn = board(5)
    short = drawn.pixels[70:].copy()
    fields = {name: Quad(box.quad().corners - np.float32([0, 70])) for name, box in drawn.cells.items()}
    learnt = Template.learn("cut", [example(0), Example(short, fields), example(2)])
    assert learnt.anchors.keys() == template.anchors.keys()
    for field, anchor in learnt.anchors.items():
        assert anchor.y == pytest.approx(template.anchors[field].y, abs=0.01)


def test_it_says_between_which_columns_nothing_else_is_written(template: Template) -> None:
    fit = template.fit(straighten(board(9).pixels))
    assert fit is not None
    row = [f"2.{head}" for head in ("name", *HEADS[1:])]
    for before, after in pairwise(row):
        assert fit.cells[before].right - 2 <= fit.clear(after)[0] <= fit.cells[after].left
        assert fit.cells[before].right <= fit.clear(before)[1] <= fit.cells[after].left + 2
