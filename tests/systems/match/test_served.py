"""All the way: trained by the command, the same answer in every way, corrected over the command, learnt."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from small_boards import board, encoded
from typer.testing import CliRunner

import hanok
from hanok.cli.app import app
from hanok.lifecycle.workspace import Workspace
from hanok.server.app import create_app
from hanok.server.options import Options

QUICK = ("--set", 'engines=["digits"]', "--set", "target=0.9", "--set", "examples=1", "--threads", "1")
IMAGE = encoded(board(70)[0])


def by_command(home: Path, *words: str, stdin: str = "") -> Any:
    done = CliRunner().invoke(app, ["--home", str(home), *words, "--json"], input=stdin)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def over_http(home: Path, *bodies: dict[str, Any], pages: Sequence[str] = ()) -> list[httpx.Response]:
    """What a server before a home answers to posts, one after the other, and then gives as pages."""

    async def served() -> list[httpx.Response]:
        with Workspace.open(home) as workspace:
            api = create_app(workspace, ["match"], Options())
            client = httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://127.0.0.1:8000")
            async with api.router.lifespan_context(api), client:
                posted = [await client.post("/v1/systems/match/predict", **body) for body in bodies]
                return [*posted, *[await client.get(f"/rooms/match{page}") for page in pages]]

    return asyncio.run(served())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, example: Path) -> Path:
    folder = tmp_path_factory.mktemp("served") / "home"
    trained = by_command(folder, "train", "match", str(example), *QUICK)
    assert trained["metrics"]["numbers"] == 1
    return folder


def test_the_answer_is_the_same_from_python_command_line_and_http(home: Path) -> None:
    item = {"image": base64.b64encode(IMAGE).decode(), "event": "final"}
    upload = {"files": {"image": ("a.png", IMAGE, "image/png")}, "data": {"event": "final"}}
    here = json.loads(hanok.load("match", home)(item).model_dump_json())
    line = by_command(home, "predict", "match", stdin=json.dumps(item))["output"]
    posted = [response.json()["output"] for response in over_http(home, {"json": item}, upload)]
    assert [here, here, here] == [line, *posted]
    assert here["teams"][0]["players"][0]["kills"]["accepted"]


def test_the_server_stays_up_after_pictures_that_are_none(home: Path) -> None:
    bad = [b"no picture", IMAGE[:300]]
    bodies = [{"json": {"image": base64.b64encode(image).decode()}} for image in (*bad, IMAGE)]
    answers = over_http(home, *bodies)
    assert [answer.status_code for answer in answers] == [422, 422, 200]
    assert answers[0].json()["error"]["where"] == "image"


def test_it_has_its_pages(home: Path) -> None:
    pages = over_http(home, pages=["", "/report", "/versions", "/reviews", "/data", "/api"])
    assert [page.status_code for page in pages] == [200] * 6


def test_corrections_are_learnt(home: Path) -> None:
    answer = by_command(home, "predict", "match", stdin=json.dumps({"image": base64.b64encode(IMAGE).decode()}))
    words = ("--values", json.dumps({"teams.0.players.1.name": "Ada"}), "--rest-is-right", "true")
    by_command(home, "feedback", str(answer["id"]), *words)
    assert hanok.load("match", home)({"image": IMAGE}).teams[0].players[1]["name"].source == "human"
    learnt = by_command(home, "learn", "match", "--threads", "1")
    with Workspace.open(home) as workspace:
        told = workspace.load(learnt["model"]).system.room.told
    assert len(told) == 1
    assert {cell.text for cell in told[0].cells} >= {"Ada"}
