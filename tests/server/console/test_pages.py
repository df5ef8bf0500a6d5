"""Every page in every state: well-formed, complete, in three languages, without a word from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest

from hanok.core import registry
from hanok.core.summary import Failure
from hanok.lifecycle.workspace import Workspace
from hanok.server import console
from hanok.server.console.language import LANGUAGES
from hanok.server.console.pages.report import asked_for
from hanok.server.console.plan import places

STATIC = Path(console.__file__).parent / "static"
TABS = ("", "/report", "/versions", "/reviews", "/data", "/api")
ROOMS = ("faq", "nearest", "shelf", "sonify", "teaser")
FRAME = ("/", "/jobs", "/keys", "/system", "/signin")
EVERY = [*FRAME, *(f"/rooms/{name}{tab}" for name in ROOMS for tab in TABS)]
BUDGET = 100_000
EXTERNAL = re.compile(r"https?://(?!www\.w3\.org/2000/svg)")
Read = Callable[..., tuple[str, Any]]
Serve = Callable[..., AbstractContextManager[str]]
Weigh = Callable[..., int]


@pytest.fixture
def read(parsed: Callable[[str], Any]) -> Read:
    """Asks for a page and parses it, which must be without a fault."""

    def ask(client: httpx.Client, address: str, language: str = "en", status: int = 200) -> tuple[str, Any]:
        response = client.get(address, headers={"accept-language": language, "accept": "text/html"})
        assert response.status_code == status, response.text[:500]
        assert response.headers["content-type"].startswith("text/html")
        page = parsed(response.text)
        assert not page.faults
        assert not page.unlabelled
        assert page.headings[:1] == [1]
        return response.text, page

    return ask


@pytest.mark.parametrize("address", EVERY)
def test_a_page_of_a_full_home_is_sound(pages: httpx.Client, read: Read, address: str) -> None:
    read(pages, address)


@pytest.mark.parametrize("address", EVERY)
def test_a_page_of_an_empty_home_is_sound(bare: httpx.Client, read: Read, address: str) -> None:
    read(bare, address)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["/", "/rooms/faq", "/rooms/faq/report", "/rooms/faq/data", "/jobs"])
def test_pages_speak_three_languages(pages: httpx.Client, read: Read, address: str, language: str) -> None:
    html, _ = read(pages, address, language)
    assert f'<html lang="{language}"' in html


def test_the_switch_is_remembered(pages: httpx.Client) -> None:
    response = pages.get("/?language=ko")
    assert 'lang="ko"' in response.text
    assert "hanok_language=ko" in response.headers["set-cookie"]
    pages.cookies.clear()
    cookie = {"cookie": "hanok_language=ja; hanok_theme=dark"}
    assert '<html lang="ja" data-theme="dark"' in pages.get("/", headers=cookie).text


@pytest.mark.parametrize(
    "address",
    [
        "/rooms/faq?version=2",
        "/rooms/faq/report?version=2",
        "/rooms/faq/versions?compare=1&compare=2",
        "/jobs?system=faq",
        "/jobs?before=2",
    ],
)
def test_addresses_say_what_is_shown(pages: httpx.Client, read: Read, address: str) -> None:
    read(pages, address)


@pytest.mark.parametrize("state", ["done", "failed", "cancelled", "running"])
def test_a_job_is_shown_in_every_state(pages: httpx.Client, read: Read, state: str) -> None:
    job = next(job for job in pages.get("/v1/jobs").json() if job["state"] == state)
    html, _ = read(pages, f"/jobs/{job['id']}")
    assert "&lt;b&gt;.csv" in html
    assert ("3 of 9 rows cannot be used" in html) == (state == "failed")


@pytest.mark.parametrize(
    "address",
    [
        "/nowhere",
        "/rooms/nowhere",
        "/rooms/nowhere/data",
        "/rooms/faq/report?version=99",
        "/rooms/faq/report/1/99.svg",
        "/jobs/0",
    ],
)
def test_what_is_not_there_is_said_on_a_page(pages: httpx.Client, read: Read, address: str) -> None:
    html, _ = read(pages, address, status=404)
    assert "404" in html


def test_a_name_in_an_address_stays_text(pages: httpx.Client, read: Read) -> None:
    html, _ = read(pages, "/rooms/<script>alert(1)", status=404)
    assert "<script>alert" not in html


def test_all_ten_rooms_are_drawn_and_planned_ones_are_no_doors(pages: httpx.Client, read: Read) -> None:
    html, _ = read(pages, "/")
    installed = {entry["name"] for entry in pages.get("/v1/systems").json()}
    doors = set(re.findall(r'<a href="/rooms/(\w+)" class="cell', html))
    assert doors == installed
    assert html.count('<g class="cell planned"') == len(places().keys() - installed)


def test_every_page_names_its_json_twin(pages: httpx.Client, read: Read) -> None:
    for address in (a for a in EVERY if a != "/signin"):
        found = re.search(r'<a href="([^"]+)" class="twin"', read(pages, address)[0])
        assert found, address
        assert pages.get(found[1].replace("&amp;", "&")).headers["content-type"] == "application/json"


@pytest.mark.parametrize("address", EVERY)
def test_a_page_stays_small(pages: httpx.Client, read: Read, weigh: Weigh, address: str) -> None:
    assert weigh(*read(pages, address)) < BUDGET


@pytest.mark.parametrize("address", ["/rooms/faq", "/rooms/nearest", "/rooms/shelf", "/rooms/faq/reviews"])
def test_with_all_that_an_answer_may_need_a_page_stays_small(
    pages: httpx.Client, read: Read, weigh: Weigh, address: str
) -> None:
    html, page = read(pages, address)
    assert weigh(html, page) < weigh(html, page, sometime=True) < 1.4 * BUDGET


def test_nothing_comes_from_elsewhere() -> None:
    for path in STATIC.iterdir():
        assert not EXTERNAL.findall(path.read_text(encoding="utf-8")), path.name
        assert "data:" not in path.read_text(encoding="utf-8") or path.suffix == ".js", path.name


def test_every_file_a_page_names_is_there(pages: httpx.Client, read: Read) -> None:
    named = {asset for address in EVERY for asset in read(pages, address)[1].assets}
    assert len(named) > 15
    for asset in named:
        response = pages.get(asset)
        assert response.status_code == 200, asset
        assert response.headers["cache-control"] == "no-cache"


def test_every_sign_that_is_drawn_is_in_the_sheet() -> None:
    sheet = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    folder = Path(console.__file__).parent
    text = "".join(p.read_text(encoding="utf-8") for p in (*folder.rglob("*.html"), *folder.rglob("*.js")))
    assert set(re.findall(r'icon\("([\w-]+)"', text)) | set(re.findall(r"icons\.svg#([\w-]+)", text)) <= sheet


def test_no_line_is_about_one_system() -> None:
    folder = Path(console.__file__).parent
    source = [p for p in folder.rglob("*") if p.suffix in (".py", ".js", ".html", ".css")]
    for path in source:
        code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.S)
        assert not [name for name in places() if re.search(rf"""["'`]{name}["'`]""", code)], path.name


def test_the_bundled_examples_are_no_data_that_somebody_brought(tmp_path: Path, serve: Serve, read: Read) -> None:
    tick = re.compile(r'<li class="done"><a href="/rooms/\w+/data">')
    with serve(tmp_path / "home") as address, Workspace.open(tmp_path / "home") as workspace:
        for source, ticked in (
            ({"path": "questions.csv", "blob": None}, False),
            ({"blob": "0" * 64, "path": None}, True),
        ):
            job = workspace.store.jobs.enqueue("faq", "train", {"sources": {"questions": source}})
            workspace.store.jobs.claim("tester", lease=60)
            workspace.store.jobs.finish(job.id, "tester", {"version": 1, "metrics": {}})
            with httpx.Client(base_url=address) as client:
                assert bool(tick.search(read(client, "/")[0])) == ticked


def test_a_failure_shows_what_its_item_says_beyond_the_defaults() -> None:
    shelves = registry.find("shelf")
    failure = Failure(item={"like": "a", "read": [], "k": 4}, expected="x", predicted="y")
    assert asked_for(shelves, failure).item == {"like": "a"}
    usual = failure.model_copy(update={"item": {"like": None, "read": [], "k": 4}})
    assert asked_for(shelves, usual).item == usual.item


def test_charts_can_be_taken_home(pages: httpx.Client) -> None:
    svg = pages.get("/rooms/faq/report/1/0.svg")
    png = pages.get("/rooms/faq/report/1/0.png")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.text.startswith("<svg")
    assert png.content.startswith(b"\x89PNG")
    assert pages.get("/rooms/faq/report/1/0.exe").status_code == 404


def test_the_palette_finds_rooms_models_jobs_and_commands(pages: httpx.Client) -> None:
    entries = pages.get("/console/search.json").json()
    assert {entry["group"] for entry in entries} == {"Rooms", "Commands", "Models", "Jobs"}
    assert all(entry["href"].startswith("/") for entry in entries)
    assert {"/rooms/faq", "/rooms/faq/data", "/rooms/faq/report?version=2", "/keys"} <= {e["href"] for e in entries}
