"""Homes in every state with servers before them, a reader of pages, and a browser where Chromium is installed."""

from __future__ import annotations

import json
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from hanok.core.problem import Problem
from hanok.core.run import Progress, Run
from hanok.lifecycle.train import train
from hanok.lifecycle.workspace import Workspace
from hanok.server import console
from hanok.server.app import create_app
from hanok.server.options import Options
from hanok.store import NewAnswer

EXAMPLE = Path(__file__).parents[3] / "examples" / "faq" / "questions.csv"


def answer(text: str, review: str | None) -> NewAnswer:
    """An answer of the FAQ as recorded."""
    ranked = {"answer": "By card.", "score": 0.3, "question": "How do I pay?", "category": ""}
    item = json.dumps({"text": text, "k": 1, "language": None, "session": "s"})
    return NewAnswer("faq", 1, item, json.dumps({"answers": [ranked], "known": review is None}), "s", review)


def asked(workspace: Workspace, state: str) -> str:
    """A job in a state, without the work; its id."""
    jobs = workspace.store.jobs
    job = jobs.enqueue("faq", "train", {"sources": {"questions": {"blob": "0" * 64, "name": "<b>.csv"}}})
    if state == "queued":
        return job.id
    jobs.claim("tester", lease=3600)
    points = [Progress("epochs", step, 8, {"loss": 1 / step}) for step in range(1, 6)]
    jobs.heartbeat(job.id, "tester", 3600, points, log="reading\nfitting <script>\n")
    if state == "done":
        jobs.finish(job.id, "tester", {"version": 1, "metrics": {"hit@1": 0.75}})
    elif state == "failed":
        jobs.fail(job.id, "tester", Problem("bad_rows", "3 of 9 rows cannot be used", "faq.csv:4 answer", "skip them"))
    elif state == "cancelled":
        jobs.cancel(job.id, "tester")
    return job.id


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory, points: Path, books: Path) -> Path:
    """A home with three trained rooms, several versions, jobs in every state and answers that wait for a person."""
    folder = tmp_path_factory.mktemp("console") / "home"
    with Workspace.open(folder) as workspace:
        train(workspace, "nearest", {"points": points}, {}, Run(threads=1))
        train(workspace, "shelf", {"books": books}, {}, Run(threads=1))
        for seed in (0, 1):
            train(workspace, "faq", {"questions": EXAMPLE}, {}, Run(seed=seed, threads=1))
        workspace.store.answers.record(
            [answer("Where?", None), answer("Why <i>so</i>?", "unsure"), answer("How?", "unsure")]
        )
        for state in ("done", "failed", "cancelled", "running"):
            asked(workspace, state)
    return folder


@contextmanager
def site(home: Path, options: Options | None = None) -> Iterator[str]:
    """The address of a running server before a home, with its supervisor of jobs."""
    with Workspace.open(home) as workspace, socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(workspace, None, options), log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        while not server.started or httpx.get(f"{address}/health/ready").status_code != 200:
            assert thread.is_alive()
            time.sleep(0.05)
        try:
            yield address
        finally:  # else the thread of a failed test goes on for ever
            server.should_exit = True
            thread.join()


def client(address: str) -> httpx.Client:
    """Asks for pages in English, follows nothing."""
    return httpx.Client(base_url=address, headers={"accept-language": "en"}, timeout=60)


@pytest.fixture(scope="module")
def pages(full: Path) -> Iterator[httpx.Client]:
    """The pages of the full home."""
    with site(full) as address, client(address) as found:
        yield found


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The pages of an empty home."""
    with site(tmp_path_factory.mktemp("bare") / "home") as address, client(address) as found:
        yield found


@pytest.fixture(scope="session")
def serve() -> Callable[..., AbstractContextManager[str]]:
    """Serves a home: ``with serve(home, options) as address``."""
    return site


# -- a browser -------------------------------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium")
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window and without the network; its event loop would be in the way of other modules."""
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Any) -> Iterator[Open]:
    """Opens a page; what it said on the console, and every request that left this machine, fails the test.

    `expected` is part of what it may say.
    """
    contexts, said = [], []

    def told(message: Any, expected: str) -> bool:
        return message.type in ("error", "warning") and not (expected and expected in message.text)

    def opened(address: str, width: int = 1440, expected: str = "", **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="en", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: said.append(message.text) if told(message, expected) else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if "//127.0.0.1" not in request.url[:20] else None)
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in said if not text.startswith(("blob:", "data:"))] == []


# -- reading a page --------------------------------------------------------------------------------------------------

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SVG_EMPTY = frozenset(["path", "rect", "circle", "line", "use", "polyline"])
NAMED = frozenset(("input", "select", "textarea", "button", "a"))
EXTERNAL = re.compile(r"https?://(?!127\.0\.0\.1|localhost|www\.w3\.org/(?:2000/svg|1999/xlink))[^\s\"'<]+")


class Page(HTMLParser):
    """A parsed page; `faults` lists what is wrong with it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.referred: list[str] = []
        self.headings: list[int] = []
        self.assets: list[str] = []
        self._open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag, _, _ in self._open]
        self.faults += [f"id {name} twice" for name in {i for i in self.ids if self.ids.count(i) > 1}]
        self.faults += [f"nothing has the id {name}" for name in self.referred if name not in self.ids]
        self.faults += [f"external {url}" for url in EXTERNAL.findall(html)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        self._check(tag, about)
        if tag not in VOID:
            self._open.append((tag, about, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, dict(attrs))

    def handle_data(self, data: str) -> None:
        for _, _, texts in self._open:
            texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            self.faults.append(
                f"</{tag}> closes {self._open[-1][0] if self._open else 'nothing'}, line {self.getpos()}"
            )
            return
        _, about, texts = self._open.pop()
        named = about.get("aria-label") or about.get("title") or "".join(texts).strip()
        if tag in ("a", "button", "summary") and not named:
            self.faults.append(f"<{tag}> without a name, line {self.getpos()}")

    def _check(self, tag: str, about: dict[str, str | None]) -> None:
        if "style" in about or tag == "style" or any(name.startswith("on") for name in about):
            self.faults.append(f"<{tag}> with inline style or script")
        if tag == "script" and "src" not in about and about.get("type") != "application/json":
            self.faults.append("inline script")
        if tag == "img" and "alt" not in about:
            self.faults.append("picture without alt")
        if about.get("id"):
            self.ids.append(str(about["id"]))
        for name in ("for", "aria-labelledby", "aria-controls"):
            self.referred += (about.get(name) or "").split()
        self.labelled |= {str(about["for"])} if tag == "label" and about.get("for") else set()
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("script", "link") and (address := about.get("src") or about.get("href")):
            self.assets.append(address)
        if tag in ("input", "select", "textarea") and about.get("type") != "hidden" and not self._named(about):
            self.faults.append(f"<{tag} {about.get('id') or about.get('name')}> without a label")

    def _named(self, about: dict[str, str | None]) -> bool:
        inside = any(tag == "label" for tag, _, _ in self._open)
        return bool(inside or about.get("aria-label") or about.get("id") in self.labelled or about.get("id"))

    @property
    def unlabelled(self) -> list[str]:
        """Ids that a label should name and none does; asked once the whole page is read."""
        return [
            name
            for name in self.ids
            if name.startswith(("item-", "config-", "feedback-"))
            and not name.endswith(("-help", "-wrong"))
            and name not in self.labelled
        ]


@pytest.fixture(scope="session")
def parsed() -> Callable[[str], Page]:
    """Reads a page."""
    return Page


# -- weighing a page -------------------------------------------------------------------------------------------------

STATIC = Path(console.__file__).parent / "static"
AT_ONCE = r'^import .* from "\./([\w.]+)"'
SOMETIME = r'(?:^import .* from|\bimport\()\s*"\./([\w.]+)"|"/console/static/(\w+\.css)"'


def needed(name: str, imports: str, known: frozenset[str] = frozenset()) -> set[str]:
    """A file and what it imports."""
    found = {name}
    if name.endswith(".js") and name not in known:
        text = (STATIC / name).read_text(encoding="utf-8")
        for match in re.finditer(imports, text, re.M):
            found |= needed(next(filter(None, match.groups())), imports, known | found)
    return found


@pytest.fixture(scope="session")
def weigh() -> Callable[..., int]:
    """Bytes of a page with its files, at once or with all it may ever load; drawings and pictures come on top."""

    def weighed(html: str, page: Page, sometime: bool = False) -> int:
        imports = SOMETIME if sometime else AT_ONCE
        files = {name for asset in page.assets for name in needed(asset.rpartition("/")[2], imports)}
        on_top = re.findall(r'<div class="drawing.*?</svg></div>|[\w+/=]{2000,}', html, re.S)
        return len(html) - sum(map(len, on_top)) + sum((STATIC / name).stat().st_size for name in files)

    return weighed
