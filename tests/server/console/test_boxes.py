"""Answers beside the picture they were read from: many at once, put right where they stand, reviewed by keyboard."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from pydantic import BaseModel, Field

from hanok.core import marks
from hanok.core.run import Run
from hanok.lifecycle.train import train
from hanok.lifecycle.workspace import Workspace
from hanok.server.options import Options

pytest.importorskip("cv2", reason="pip install 'hanok[ocr]'")
sys.path.append(str(Path(__file__).parents[2] / "systems" / "match"))

from small_boards import board, encoded, folder

browsing = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="chromium is not installed (apt-get install chromium)"
)
Serve = Callable[..., AbstractContextManager[str]]
Open = Callable[..., Any]

QUICK = {"engines": ["digits"], "target": 0.9, "examples": 1}
NAME, OTHER = "teams.0.players.0.name", "teams.0.players.1.name"
NAMELESS = """() => [...document.querySelectorAll('input, button, a[href], summary')].filter((e) => e.checkVisibility())
  .filter((e) => !(e.getAttribute('aria-label') || e.labels?.length || e.textContent.trim() || e.title))
  .map((e) => e.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a match recorder that reads numbers only, and three records that wait for a person.

    The second is the least sure: a sum does not hold. In the third somebody has read the first name, not well.
    """
    boards = folder(tmp_path_factory.mktemp("boards") / "boards")
    home = tmp_path_factory.mktemp("recorded") / "home"
    with Workspace.open(home) as workspace:
        train(workspace, "match", {"boards": boards}, QUICK, Run(threads=1))
        model = workspace.load("match")
        for seed, off in ((70, 0), (71, 5), (72, 0)):
            item = model.parse({"image": encoded(board(seed, total_off=off)[0])})
            note = model.note(item, model.predict([item])[0])
            assert note
            assert note.review
            output = json.loads(note.output)
            if seed == 72:
                read = {"value": "Ada", "raw": "Ada", "confidence": 0.7, "alternatives": ["Eda", "Adam"]}
                output["teams"][0]["players"][0]["name"] |= read
            workspace.store.answers.record([replace(note, output=json.dumps(output))])
    return home


@pytest.fixture
def room(recorded: Path, tmp_path: Path, serve: Serve) -> Iterator[str]:
    """A server before a copy of that home."""
    shutil.copytree(recorded, tmp_path / "copy")
    with serve(tmp_path / "copy") as address:
        yield address


def said(address: str) -> list[dict[str, Any]]:
    """All feedback, by the order of its answers, newest first."""
    answers = httpx.get(f"{address}/v1/systems/match/answers").json()
    return [body for answer in answers for body in answer["feedback"]]


def pictures(tmp_path: Path, *seeds: int) -> list[Path]:
    paths = [tmp_path / f"{seed}.png" for seed in seeds]
    for path, seed in zip(paths, seeds, strict=True):
        path.write_bytes(encoded(board(seed)[0]))
    return paths


def field(page: Any, path: str) -> Any:
    return page.locator(f'input[data-path="{path}"]')


def skip(page: Any) -> None:
    """Go on to the next picture, and wait until it is there."""
    page.locator(".record").evaluate("record => { record.dataset.left = '' }")
    page.get_by_role("button", name="Skip the picture").click()
    page.locator(".record:not([data-left])").wait_for()


# -- try it ------------------------------------------------------------------------------------------------------------


@browsing
def test_three_pictures_one_of_them_broken_are_two_records_and_one_error(
    room: str, tmp_path: Path, open_page: Open
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    first, second = pictures(tmp_path, 80, 81)
    page = open_page(f"{room}/rooms/match", expected="422")
    page.locator("#files").set_input_files([first, broken, second])
    page.get_by_text("Read: 2 of 3, to look at: 2, failed: 1").wait_for()
    assert page.locator("#pictures li.failed").count() == 1
    assert "no image" in page.locator("#pictures li.failed").text_content()
    assert page.locator("#pictures li.review").count() == 2
    page.locator(".record").wait_for()
    assert page.locator(".pictured polygon").count() == page.locator(".record input[data-path]").count() == 24
    page.locator("#pictures .failed button").click()
    page.locator("#answer .trouble").wait_for()
    page.locator("#pictures li", has_text="81.png").get_by_role("button").click()
    page.locator(".record").wait_for()
    score = next(cell["text"] for cell in board(81)[1] if cell["field"] == "teams.0.score")
    assert field(page, "teams.0.score").input_value() == score


@browsing
def test_a_value_is_put_right_where_it_stands_and_the_answer_says_who_said_so(
    room: str, tmp_path: Path, open_page: Open
) -> None:
    page = open_page(f"{room}/rooms/match")
    page.locator("#files").set_input_files(pictures(tmp_path, 82))
    name = field(page, NAME)
    name.fill("Ada")
    page.get_by_text("Said: 1, to look at: 7").wait_for()
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Noted, and read again").wait_for()
    assert name.input_value() == "Ada"
    assert page.evaluate("document.activeElement.dataset.path") == NAME  # one goes on where one was
    assert "human" in page.locator(".look").text_content()
    assert said(room) == [{"values": {NAME: "Ada"}, "rest_is_right": False}]


@browsing
def test_a_value_and_its_box_point_at_each_other(room: str, tmp_path: Path, open_page: Open) -> None:
    page = open_page(f"{room}/rooms/match")
    page.locator("#files").set_input_files(pictures(tmp_path, 83))
    field(page, "teams.1.total").focus()
    lit = page.locator("polygon.lit")
    assert lit.get_attribute("data-path") == "teams.1.total"
    assert page.locator(".look canvas").evaluate("canvas => canvas.width > 20 && canvas.height > 20")
    page.locator('polygon[data-path="teams.0.score"]').hover()
    assert lit.get_attribute("data-path") == "teams.0.score"
    assert page.locator("[data-cell].lit input").get_attribute("data-path") == "teams.0.score"
    page.locator('polygon[data-path="teams.0.score"]').click()
    assert page.evaluate("document.activeElement.dataset.path") == "teams.0.score"


@browsing
def test_a_sum_is_checked_while_one_types(room: str, tmp_path: Path, open_page: Open) -> None:
    page = open_page(f"{room}/rooms/match")
    page.locator("#files").set_input_files(pictures(tmp_path, 84))
    badge = page.locator(".check", has_text="Teams 1 total = sum of score")
    badge.get_by_text("holds", exact=True).wait_for()
    total = field(page, "teams.0.total")
    right = total.input_value()
    total.fill(str(int(right) + 5))
    badge.get_by_text("off by +5").wait_for()
    assert page.locator("[data-cell].broken").count() == 4  # the total and its players' scores
    total.fill("")
    badge.get_by_text("a number is missing").wait_for()
    total.fill(f"{int(right):,}")
    badge.get_by_text("holds", exact=True).wait_for()


@browsing
@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_a_record_fits_its_page(room: str, tmp_path: Path, open_page: Open, width: int, theme: str) -> None:
    page = open_page(f"{room}/rooms/match", width=width, color_scheme=theme)
    page.locator("#files").set_input_files(pictures(tmp_path, 85))
    page.locator(".record").wait_for()
    for address in ("", "/reviews"):
        if address:
            page.goto(f"{room}/rooms/match{address}")
            page.locator(".record").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".record-values").evaluate("e => e.scrollWidth <= e.clientWidth + 1")
        assert page.evaluate(NAMELESS) == []


# -- reviews -----------------------------------------------------------------------------------------------------------


@browsing
def test_a_record_is_reviewed_by_keyboard_alone(room: str, open_page: Open) -> None:
    waiting = [answer["id"] for answer in httpx.get(f"{room}/v1/systems/match/reviews").json()["reviews"]]
    page = open_page(f"{room}/rooms/match/reviews")
    page.locator(".record").wait_for()
    looked_at = "document.activeElement.dataset.path"
    for name in ("Ada", "Grace"):
        assert page.evaluate(looked_at).endswith(".name")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    page.keyboard.press("Control+z")
    page.get_by_text("Taken back").wait_for()
    page.keyboard.type("Barbara")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")  # this one is left open
    page.keyboard.press("Control+Enter")
    page.get_by_text("2 left").wait_for()

    page.locator(".record-foot").get_by_text("to look at: 8").wait_for()
    page.keyboard.press("Control+z")  # nothing was said here: back to what was said before
    page.get_by_text("3 left").wait_for()
    page.locator(".record-foot").get_by_text("Said: 2").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_text("2 left").wait_for()
    page.goto(f"{room}/jobs")  # leaving sends what waits
    page.goto(f"{room}/rooms/match/reviews")
    page.get_by_text("2 left").wait_for()
    (body,) = said(room)
    assert sorted(body["values"].values()) == ["Ada", "Barbara"]
    told = httpx.get(f"{room}/v1/systems/match/answers/{waiting[1]}").json()
    assert told["feedback"] == [body]  # the least sure of all came first


@browsing
def test_figures_choose_a_reading_of_words_and_are_typed_into_numbers(
    recorded: Path, tmp_path: Path, serve: Serve, open_page: Open
) -> None:
    shutil.copytree(recorded, tmp_path / "copy")
    with serve(tmp_path / "copy") as room:
        page = open_page(f"{room}/rooms/match/reviews")
        page.locator(".record").wait_for()
        for _ in range(2):
            skip(page)
        name = field(page, NAME)
        name.focus()
        assert name.input_value() == "Ada"
        page.keyboard.press("2")
        assert name.input_value() == "Adam"
        page.keyboard.press("ArrowDown")
        assert name.input_value() == "Ada"
        kills = field(page, "teams.0.players.0.kills")
        kills.select_text()
        page.keyboard.type("21")
        assert kills.input_value() == "21"


@browsing
def test_who_may_only_look_can_go_through_the_queue(
    recorded: Path, tmp_path: Path, serve: Serve, open_page: Open
) -> None:
    shutil.copytree(recorded, tmp_path / "copy")
    with Workspace.open(tmp_path / "copy") as workspace:
        key = workspace.store.keys.create("reader", {"read"}).secret
    with serve(tmp_path / "copy", Options(require_key=True)) as room:
        page = open_page(f"{room}/rooms/match/reviews", extra_http_headers={"authorization": f"Bearer {key}"})
        page.locator(".record").wait_for()
        before = field(page, "teams.0.score").input_value()
        assert not field(page, NAME).is_editable()
        assert page.get_by_role("button", name="Send").count() == 0
        skip(page)
        assert field(page, "teams.0.score").input_value() != before


def test_the_least_sure_record_comes_first(recorded: Path, serve: Serve) -> None:
    with serve(recorded) as address:
        waiting = [answer["id"] for answer in httpx.get(f"{address}/v1/systems/match/reviews").json()["reviews"]]
        html = httpx.get(f"{address}/rooms/match/reviews").text
        order = json.loads(re.findall(r'id="page-data">(.*?)</script>', html)[0])["order"]
    assert len(waiting) == 3
    assert order == [waiting[1], waiting[0], waiting[2]]


# -- the report, and what is used up -----------------------------------------------------------------------------------


@browsing
def test_turning_the_threshold_changes_what_is_let_through(room: str, open_page: Open) -> None:
    page = open_page(f"{room}/rooms/match/report")
    turn = page.get_by_label("Threshold on confidence")
    told = page.locator(".dial-told dd")
    turn.press("Home")
    everything = told.all_text_contents()
    at = page.locator(".dial circle").get_attribute("cx")
    turn.press("End")
    assert told.all_text_contents() != everything
    assert page.locator(".dial circle").get_attribute("cx") != at
    people = [int(text.split()[0]) for text in (everything[2], told.all_text_contents()[2])]
    assert people[0] == 0 < people[1]


def test_what_google_cost_is_shown_where_it_is_asked(
    recorded: Path, tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("google.cloud.vision", reason="pip install 'hanok[ocr]'")
    from hanok.parts.ocr import Audit

    with serve(recorded) as address:
        assert 'class="meters"' not in httpx.get(f"{address}/rooms/match").text
        assert httpx.get(f"{address}/v1/systems/match").json()["meters"] == []
    Audit(tmp_path / "audit.jsonl").note("ab" * 32, lines=20, cost=1.25, calls=3, outcome="read")
    for name, value in (("dollars", "5"), ("key", "none"), ("transport", "rest"), ("folder", str(tmp_path))):
        monkeypatch.setenv(f"HANOK_MATCH_GOOGLE_{name.upper()}", value)
    with serve(recorded) as address:
        html = httpx.get(f"{address}/rooms/match", headers={"accept-language": "en"}).text
        assert re.search(r"<b>1\.25\sUSD</b> <span[^>]*>of 5\sUSD, 3\.75\sUSD left", html)
        money, requests = httpx.get(f"{address}/v1/systems/match").json()["meters"]
        assert (money["used"], money["limit"], requests["used"], requests["limit"]) == (1.25, 5, 3, 1000)
        assert re.search(
            r'hanok_meter_used\{meter="Google.*system="match"\} 1\.25', httpx.get(f"{address}/metrics").text
        )


# -- what the page is made from ----------------------------------------------------------------------------------------


class Line(BaseModel):
    """A line of another room, that says less of its values."""

    words: str
    sure: Annotated[float, Field(ge=0, le=1)] = 0.5
    corners: Annotated[list[list[float]], marks.BOX] = []


class Page(BaseModel):
    """What another room reads."""

    title: Line
    lines: list[Line]
    rows: list[dict[str, Line]] = []


@browsing
def test_any_answer_with_boxes_is_read_by_its_schema(room: str, open_page: Open) -> None:
    box = [[9, 0], [19, 0], [19, 5], [9, 5]]
    left = [[0, 0], [5, 0], [5, 5], [0, 5]]
    rows: Any = [{"b": Line(words="1", corners=box), "a": Line(words="2", corners=left)}]
    page = Page(title=Line(words="Sea", corners=box), lines=[Line(words="x", corners=box)], rows=rows)
    code = """async ([output, schema]) => {
      const { all, sections } = await import('/console/static/placed.js');
      return all(sections(output, schema)).map(({ path, text }) => [path, text]);
    }"""
    found = open_page(f"{room}/jobs").evaluate(code, [page.model_dump(), Page.model_json_schema(mode="serialization")])
    assert found == [["title", "Sea"], ["lines.0", "x"], ["rows.0.a", "2"], ["rows.0.b", "1"]]


def test_rooms_without_boxes_or_without_a_picture_are_shown_as_before() -> None:
    from hanok.core import registry
    from hanok.server.console import forms
    from hanok.server.console.boxed import boxed

    def of(name: str) -> Any:
        cls = registry.find(name)
        item, feedback = cls.Input.model_json_schema(), cls.Feedback.model_json_schema()
        return boxed(cls, forms.widgets(item), forms.widgets(feedback))

    assert [of(name) for name in ("shelf", "sonify", "faq")] == [None] * 3
    found = of("match")
    assert (found.picture.name, found.right, found.rest.name, found.checks) == (
        "image",
        "values",
        "rest_is_right",
        "checks",
    )
    assert found.script(may=False)["right"] is None


def test_its_pages_are_sound_and_small(
    recorded: Path, serve: Serve, parsed: Callable[[str], Any], weigh: Callable[..., int]
) -> None:
    with serve(recorded) as address:
        for language, tab in product(("en", "ko", "ja"), ("", "/report", "/reviews")):
            html = httpx.get(f"{address}/rooms/match{tab}", headers={"accept-language": language}).text
            page = parsed(html)
            assert page.faults == []
            assert page.unlabelled == []
            assert weigh(html, page) < 100_000
            assert weigh(html, page, sometime=True) < 140_000
