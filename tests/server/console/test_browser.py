"""The pages in Debian's Chromium: by mouse, by keyboard alone, narrow, dark, and without a word on the console."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from hanok.lifecycle.workspace import Workspace

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)")

EXAMPLE = Path(__file__).parents[3] / "examples" / "faq" / "questions.csv"
ADDRESSES = [
    "/",
    *(f"/rooms/faq{tab}" for tab in ("", "/report", "/versions", "/reviews", "/data", "/api")),
    "/rooms/nearest",
    "/jobs",
    "/keys",
    "/system",
    "/signin",
]
Serve = Callable[..., AbstractContextManager[str]]
Open = Callable[..., Any]


@pytest.fixture
def house(full: Path, tmp_path: Path, serve: Serve) -> Iterator[str]:
    """A server before a copy of the full home."""
    shutil.copytree(full, tmp_path / "copy")
    with serve(tmp_path / "copy") as address:
        yield address


@pytest.fixture
def bare_house(tmp_path: Path, serve: Serve) -> Iterator[str]:
    """A server before an empty home."""
    with serve(tmp_path / "bare") as address:
        yield address


def test_from_a_file_to_an_answer_and_its_report(bare_house: str, open_page: Open) -> None:
    page = open_page(f"{bare_house}/rooms/faq")
    page.get_by_role("link", name="Train", exact=True).click()
    page.wait_for_url("**/data", wait_until="load")
    page.locator("input[type=file]").set_input_files(EXAMPLE)
    page.get_by_text("702 rows · utf-8").wait_for()
    assert page.get_by_label("Column for question").input_value() == "question"
    page.get_by_role("button", name="Train", exact=True).click()

    page.get_by_role("heading", name="Version 1 is ready").wait_for()
    page.locator(".rail .dot.serving").first.wait_for()
    page.get_by_role("link", name="Try it").click()
    page.wait_for_url("**/rooms/faq?version=1", wait_until="load")
    page.get_by_placeholder("Your question").fill("How do I train a model?")
    page.keyboard.press("Enter")
    page.locator(".told .score").first.wait_for()
    page.get_by_role("button", name="Good answer").click()
    page.get_by_text("Noted, thank you").wait_for()
    page.get_by_role("tab", name="CLI").click()
    assert "hanok predict faq@1" in page.locator("[data-call]").text_content()

    page.get_by_role("link", name="Report", exact=True).click()
    assert re.fullmatch(r"\.\d+|1\.00", page.locator(".big").text_content().strip())
    assert page.locator(".drawing svg").count() > 0
    answers = httpx.get(f"{bare_house}/v1/systems/faq/answers").json()
    assert answers[0]["feedback"] == [{"helpful": True, "answer": None}]


def test_a_bad_file_is_explained_mapped_and_skipped(tmp_path: Path, bare_house: str, open_page: Open) -> None:
    file = tmp_path / "mess.csv"
    rows = [f"Where is {thing}?,In the {place}.,x" for thing in ("it", "he", "she", "we") for place in ("hall", "yard")]
    file.write_text("\n".join(["Question,Reply,Topic", *rows, ",nowhere,x"]), encoding="utf-8")
    page = open_page(f"{bare_house}/rooms/faq/data")
    page.locator("input[type=file]").set_input_files(file)
    go = page.get_by_role("button", name="Train", exact=True)
    page.get_by_text("Choose the column that holds answer.").wait_for()
    assert go.is_disabled()
    page.get_by_label("Column for answer").select_option("Reply")
    page.get_by_text("1 of 9 rows cannot be used").wait_for()
    assert "mess.csv:10" in page.locator(".problems").text_content()
    assert go.is_disabled()
    page.get_by_label("Leave these rows out (1)").check()
    assert go.is_enabled()


def test_a_job_that_fails_says_why_and_what_to_do(tmp_path: Path, bare_house: str, open_page: Open) -> None:
    file = tmp_path / "one.csv"
    file.write_text("question,answer\nhow,so\nwhy,so\nwhen,so\n", encoding="utf-8")
    page = open_page(f"{bare_house}/rooms/faq/data")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("heading", name="It did not work").wait_for()
    page.locator("[data-error]", has_text="expected at least two different ones").wait_for()
    page.get_by_role("link", name="Change the data").click()
    page.wait_for_url("**/rooms/faq/data")


def test_an_answer_is_corrected_where_it_stands(house: str, open_page: Open) -> None:
    page = open_page(f"{house}/rooms/faq")
    page.get_by_placeholder("Your question").fill("how do I bake a cake")
    page.keyboard.press("Enter")
    page.get_by_text("I do not know this one.").wait_for()
    page.get_by_role("button", name="Correct it").click()
    form = page.locator(".feedback-form")
    assert form.locator("textarea").input_value()  # what was said, to be corrected
    form.locator("textarea").fill("Ask a baker.")
    form.get_by_role("button", name="Send").click()
    page.get_by_text("Noted, thank you").wait_for()
    told = httpx.get(f"{house}/v1/systems/faq/answers").json()[0]
    assert told["feedback"] == [{"helpful": False, "answer": "Ask a baker."}]


def test_a_form_from_another_schema_answers_too(house: str, open_page: Open) -> None:
    page = open_page(f"{house}/rooms/nearest")
    page.get_by_label("X").fill("3.2")
    page.keyboard.press("Enter")
    page.locator("#answer .big-number").first.wait_for()
    page.get_by_label("X").fill("")
    page.keyboard.press("Enter")
    page.get_by_text("Something in the question needs a look.").wait_for()
    assert page.get_by_label("X").get_attribute("aria-invalid") == "true"


def test_reviews_go_by_keyboard_and_can_be_taken_back(house: str, open_page: Open) -> None:
    page = open_page(f"{house}/rooms/faq/reviews")
    page.get_by_text("2 left").wait_for()
    page.get_by_text("Why <i>so</i>?").wait_for()
    page.keyboard.press("n")
    page.get_by_text("How?").wait_for()
    page.keyboard.press("u")
    page.get_by_text("Why <i>so</i>?").wait_for()
    page.keyboard.press("e")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Because.")
    page.keyboard.press("Control+Enter")
    page.get_by_text("How?").wait_for()
    page.keyboard.press("y")
    page.get_by_text("That was the last one").wait_for()
    page.goto(f"{house}/jobs")  # leaving sends what waits
    deadline = time.monotonic() + 30
    while httpx.get(f"{house}/v1/systems/faq/reviews").json()["total"] and time.monotonic() < deadline:
        time.sleep(0.1)
    bodies = [told["feedback"] for told in httpx.get(f"{house}/v1/systems/faq/answers").json() if told["feedback"]]
    assert bodies == [[{"helpful": True, "answer": None}], [{"helpful": False, "answer": "Because."}]]


def test_promoting_and_rolling_back(house: str, open_page: Open) -> None:
    page = open_page(f"{house}/rooms/faq/versions")
    page.get_by_role("button", name="Promote").click()
    page.locator("li.champion", has_text="Version 2").wait_for()
    page.wait_for_load_state()
    page.get_by_role("button", name="Roll back").click()
    page.locator("li.champion", has_text="Version 1").wait_for()
    page.wait_for_load_state()
    page.get_by_label("Compare 1").check()
    page.get_by_label("Compare 2").check()
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("heading", name="Version 1 and version 2").wait_for()


def test_a_key_is_made_shown_once_and_revoked(house: str, open_page: Open) -> None:
    page = open_page(f"{house}/keys")
    page.get_by_label("Name").fill("website")
    page.get_by_role("button", name="Make the key").click()
    page.get_by_text(re.compile("^hanok_")).wait_for()
    page.get_by_role("link", name="I have kept it").click()
    page.wait_for_load_state()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke").click()
    page.get_by_text("Revoked keys: 1").wait_for()


def test_a_running_job_shows_its_curve_and_can_be_cancelled(house: str, open_page: Open) -> None:
    id = next(job["id"] for job in httpx.get(f"{house}/v1/jobs").json() if job["state"] == "running")
    page = open_page(f"{house}/jobs/{id}")
    page.get_by_text("epochs: 5 of 8").wait_for()
    assert page.locator(".curve polyline").count() == 1
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopping at the next step").wait_for()


def test_everything_is_reached_by_keyboard(house: str, open_page: Open) -> None:
    page = open_page(house)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    page.keyboard.press("Control+k")
    page.keyboard.type("faq report")
    page.locator("[role=option][aria-selected=true]", has_text="Report").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/faq/report")
    page.keyboard.press("3")
    page.wait_for_url("**/rooms/faq/versions")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("j")
    page.wait_for_url("**/jobs")
    page.keyboard.press("t")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


TRAVEL = """() => {
  const wanted = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.disabled)
    .filter((e) => e.type !== 'hidden' && e.tabIndex >= 0);
  return wanted.length;
}"""


def test_tab_visits_every_control_and_shows_where_it_is(house: str, open_page: Open) -> None:
    page = open_page(f"{house}/rooms/faq")
    page.locator(".chip").first.wait_for()
    wanted = page.evaluate(TRAVEL)
    page.evaluate("window.seen = new Set()")
    for _ in range(wanted + 10):
        page.keyboard.press("Tab")
        ring = page.evaluate(
            "() => { const e = document.activeElement; if (e === document.body) return true; seen.add(e);"
            " const s = getComputedStyle(e), f = e.querySelector?.('.floor, rect');"
            " return s.outlineStyle !== 'none' || parseFloat(getComputedStyle(f ?? e).strokeWidth) >= 3; }"
        )
        assert ring, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    assert page.evaluate("seen.size") >= wanted


NAMELESS = """() => [...document.querySelectorAll('input, select, textarea, button, a[href], [role=button], summary')]
  .filter((e) => e.checkVisibility() && e.type !== 'hidden')
  .filter((e) => !(e.getAttribute('aria-label') || e.labels?.length || e.textContent.trim() || e.title))
  .map((e) => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_no_page_overflows_or_complains(house: str, open_page: Open, width: int, theme: str) -> None:
    page = open_page(house, width=width, color_scheme=theme)
    for address in ADDRESSES:
        page.goto(house + address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert page.evaluate(NAMELESS) == [], address


def test_on_a_narrow_screen_the_rail_is_a_sheet(house: str, open_page: Open) -> None:
    page = open_page(house, width=390)
    assert page.locator(".mini-plan").is_visible()
    assert not page.locator(".rail .plan").is_visible()
    page.get_by_role("button", name="Open navigation").click()
    page.locator(".rail .plan").wait_for()
    page.keyboard.press("Escape")
    page.locator(".rail .plan").wait_for(state="hidden")


def test_the_language_is_switched_and_kept(house: str, open_page: Open) -> None:
    page = open_page(f"{house}/rooms/faq/report?version=2")
    page.get_by_role("link", name="한국어").click()
    page.get_by_role("link", name="보고서", exact=True).wait_for()
    page.wait_for_url("**/rooms/faq/report?version=2")
    page.goto(house)
    page.get_by_role("heading", name="마당").wait_for()


# -- cards -----------------------------------------------------------------------------------------------------------


def titles(page: Any) -> list[str]:
    """The cards' titles in order."""
    found: list[str] = page.locator(".pick-card .choose").all_text_contents()
    return found


def test_a_card_is_chosen_and_the_next_answer_shows_what_was_learnt(house: str, open_page: Open) -> None:
    page = open_page(f"{house}/rooms/shelf")
    page.get_by_role("button", name="Example 1").click()
    assert page.get_by_label("Like this one").input_value() == "a"
    page.get_by_role("button", name="Answer", exact=True).click()
    page.get_by_text("Cards: 4").wait_for()
    before = titles(page)
    assert before[0] == "Hills & <Valleys>"
    assert page.locator(".cover img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") == 90
    assert page.locator(".cover .window").count() == 2  # those without a cover
    page.get_by_role("button", name=before[2], exact=True).click()
    page.get_by_text(f"Noted that “{before[2]}” was chosen.").wait_for()
    assert page.locator(".choose[aria-disabled]").text_content() == before[2]  # once for each answer
    page.locator(".pick-card").first.get_by_text("taken 1 times").wait_for()  # asked again by itself
    assert titles(page)[0] == before[2]
    assert page.evaluate("document.activeElement.textContent") == before[2]  # the focus went along
    assert page.locator(".hills .ghost").first.get_attribute("d")
    page.get_by_text("The numbers behind it").click()
    assert page.locator(".beliefs tbody tr").first.locator("td, th").all_text_contents()[1:3] == [before[2], ".286"]
    told = httpx.get(f"{house}/v1/systems/shelf/answers").json()
    assert [answer["feedback"] for answer in told] == [[], [{"taken": "d"}]]


def test_one_may_choose_several_and_ask_again_by_hand(house: str, open_page: Open) -> None:
    page = open_page(f"{house}/rooms/shelf")
    page.get_by_role("button", name="Answer", exact=True).click()
    page.get_by_label("Ask again after each click").uncheck()
    for at in (0, 1):
        page.locator(".choose").nth(at).click()
        page.locator(".pick-card").nth(at).get_by_text("Noted", exact=True).wait_for()
    assert page.locator(".choose[aria-disabled]").count() == 2
    page.get_by_role("button", name="Ask again", exact=True).click()
    page.locator(".pick-card").nth(1).get_by_text("taken 1 times").wait_for()
    assert page.locator(".choose[aria-disabled]").count() == 0
    said = httpx.get(f"{house}/v1/systems/shelf/answers").json()[1]["feedback"]
    assert len(said) == 2


CUT_OFF = """() => {
  const real = fetch;
  window.fetch = (...asked) => (window.fetch = real, Promise.reject(new TypeError()));
}"""


def test_a_click_that_cannot_be_taken_says_so_and_may_be_repeated(house: str, open_page: Open) -> None:
    page = open_page(f"{house}/rooms/shelf")
    page.get_by_role("button", name="Answer", exact=True).click()
    page.locator(".choose").first.wait_for()
    page.evaluate(CUT_OFF)
    page.locator(".choose").first.click()
    page.get_by_text("The server did not answer").wait_for()
    assert page.locator(".choose[aria-disabled]").count() == 0
    page.locator(".choose").first.click()
    page.locator(".pick-card").first.get_by_text("Noted", exact=True).wait_for()


def test_a_card_is_asked_about_next(house: str, open_page: Open) -> None:
    page = open_page(f"{house}/rooms/shelf")
    page.get_by_role("button", name="Answer", exact=True).click()
    page.get_by_role("button", name="바람: Related to this").click()
    page.locator(".called", has_text="바람").wait_for()
    assert page.get_by_label("Like this one").input_value() == "d"
    page.get_by_role("button", name="The Sea: Add to Books read").click()
    page.locator(".tag", has_text="The Sea").wait_for()
    page.locator(".cards", has_text="The Sea").wait_for(state="hidden")
    assert "바람" not in titles(page)
    options = page.locator("#picks option").evaluate_all("all => all.map((one) => [one.value, one.label])")
    assert ["d", "바람"] in options
    assert '"like":"d","read":["a"]' in page.locator("[data-call]").text_content()


def test_a_list_of_texts_is_written_as_tags(house: str, open_page: Open) -> None:
    from playwright.sync_api import expect

    page = open_page(f"{house}/rooms/shelf")
    page.wait_for_load_state("networkidle")  # what makes tags of texts is loaded after the page
    tags = page.locator(".tag-box")
    write = page.get_by_label("Books read", exact=True)
    write.fill("b")
    page.keyboard.press("Enter")
    write.fill("c")
    page.keyboard.press("Enter")
    write.fill("b")
    page.keyboard.press("Enter")  # twice is once
    assert tags.locator(".tag").all_text_contents() == ["b", "c"]
    page.keyboard.press("Backspace")
    tags.get_by_role("button", name="Remove b").click()
    write.fill("nobody")  # not a tag yet, and not lost
    page.get_by_role("button", name="Answer", exact=True).click()
    page.locator(".shelf-rest", has_text="nobody").wait_for()
    page.get_by_role("button", name="Example 1").click()
    expect(tags.locator(".tag")).to_have_count(0)
    expect(write).to_have_value("")


def test_cards_are_chosen_by_keyboard_and_nothing_moves_where_that_is_not_wanted(house: str, open_page: Open) -> None:
    page = open_page(f"{house}/rooms/shelf", reduced_motion="reduce")
    page.evaluate("() => { Element.prototype.animate = () => { throw new Error('moved') } }")
    page.get_by_label("Like this one").press("Control+Enter")
    page.locator(".choose").first.wait_for()
    page.locator(".choose").nth(1).focus()
    page.keyboard.press("Enter")
    page.locator(".pick-card").first.get_by_text("taken 1 times").wait_for()
    assert page.locator(".beliefs").get_by_role("table").count() == 0  # folded, and the drawing is not read out
    assert page.locator(".hills").get_attribute("aria-hidden") == "true"


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_an_answer_of_cards_fits_its_page(house: str, open_page: Open, width: int, theme: str) -> None:
    page = open_page(f"{house}/rooms/shelf", width=width, color_scheme=theme)
    page.get_by_role("button", name="Answer", exact=True).click()
    page.locator(".pick-card").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(NAMELESS) == []
    box = page.locator(".pick-card").first.bounding_box()
    assert box["width"] >= 130


def test_cards_are_reviewed_as_a_table_with_their_covers(
    full: Path, tmp_path: Path, serve: Serve, open_page: Open
) -> None:
    shutil.copytree(full, tmp_path / "copy")
    with Workspace.open(tmp_path / "copy") as workspace:
        model = workspace.load("shelf")
        note = model.note(item := model.parse({"k": 2}), model.predict([item])[0])
        assert note
        workspace.store.answers.record([replace(note, review="unsure")])
    with serve(tmp_path / "copy") as address:
        page = open_page(f"{address}/rooms/shelf/reviews")
        row = page.locator("#answer tbody tr").first
        assert row.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 90
        assert ".167" in row.text_content()  # 1 of 1 + 5


def test_the_plot_computes_the_beta_distribution(house: str, open_page: Open) -> None:
    from scipy.stats import beta

    page = open_page(f"{house}/rooms/shelf")
    for a, b in [(1, 15), (0.5, 0.5), (0.3, 8), (1, 1), (50, 700), (2000, 30000), (30, 2), (1e5, 1e6)]:
        found = page.evaluate("async ([a, b]) => (await import('/console/static/beta.js')).beta(a, b)", [a, b])
        assert found["mean"] == pytest.approx(a / (a + b))
        assert [found["low"], found["high"]] == pytest.approx(beta.ppf([0.025, 0.975], a, b), rel=0.02)
        shares, heights = zip(*found["curve"], strict=True)
        density = beta.pdf(shares, a, b)
        assert heights == pytest.approx(density / density.max(), abs=1e-6)
        assert len(shares) > 50
