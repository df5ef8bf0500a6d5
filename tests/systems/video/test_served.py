"""The same answers from Python, the command line and over HTTP; clicks through each of them count."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

import hanok
from hanok.cli.app import app
from hanok.lifecycle.workspace import Workspace
from hanok.server.app import create_app
from hanok.server.options import Options

ITEMS: list[dict[str, Any]] = [
    {"source": "oil0", "k": 5, "explore": False},
    {"source": "oil0", "k": 5, "seed": 3},
    {"history": ["camp1"], "items": ["camp2", "race1"]},
    {"user": "u3", "k": 4},
    {},
]


def over_http(home: Path, work: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
    """What `work` gives with a client of a server before a home."""

    async def served() -> Any:
        with Workspace.open(home) as workspace:
            api = create_app(workspace, ["video"], Options())
            transport = httpx.ASGITransport(api)
            base = "http://127.0.0.1:8000"
            async with (
                api.router.lifespan_context(api),
                httpx.AsyncClient(transport=transport, base_url=base) as client,
            ):
                return await work(client)

    return asyncio.run(served())


def by_command(home: Path, *words: str, stdin: str = "") -> Any:
    done = CliRunner().invoke(app, ["--home", str(home), *words, "--json"], input=stdin)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def posted(item: dict[str, Any]) -> Callable[[httpx.AsyncClient], Awaitable[Any]]:
    async def post(client: httpx.AsyncClient) -> Any:
        return (await client.post("/v1/systems/video/predict", json=item)).json()

    return post


@pytest.mark.parametrize("item", ITEMS)
def test_the_answer_is_the_same_from_python_command_line_and_http(home: Path, item: dict[str, Any]) -> None:
    def here() -> Any:  # not recorded: the next one finds the arms as they were
        return json.loads(hanok.load("video", home)(item).model_dump_json())

    assert here() == over_http(home, posted(item))["output"]
    # by now a slate was shown, and draws may differ; again all are asked about the same state
    assert here() == by_command(home, "predict", "video", stdin=json.dumps(item))["output"]


def test_an_unknown_source_is_the_same_problem_everywhere(home: Path) -> None:
    found = over_http(home, posted({"source": "gone"}))
    assert (found["error"]["code"], found["error"]["where"]) == ("unknown_item", "source")
    done = CliRunner().invoke(app, ["--home", str(home), "predict", "video", "--source", "gone"])
    assert done.exit_code != 0
    assert "gone" in done.output


def test_clicks_over_http_move_the_arm_that_the_command_line_shows(home: Path) -> None:
    async def click(client: httpx.AsyncClient) -> str:
        for seed in range(5):
            item = {"source": "oil0", "seed": seed, "items": ["oil4"]}
            shown = (await client.post("/v1/systems/video/predict", json=item)).json()
            body = {"answer": shown["id"], "feedback": {"clicked": "oil4"}}
            for status in (201, 200):  # said twice, it counts once
                assert (await client.post("/v1/systems/video/feedback", json=body)).status_code == status
        return str(shown["output"]["entries"][0]["item"])

    assert over_http(home, click) == "oil4"
    found = by_command(home, "predict", "video", stdin=json.dumps({"source": "oil0", "items": ["oil4"]}))
    arm = found["output"]["entries"][0]["arm"]
    assert (arm["views"], arm["clicks"]) == (5, 5)


def test_the_policy_is_tuned_in_the_simulator(tables: dict[str, Any], tmp_path: Path) -> None:
    words = ["tune", "video", str(tables["views"]), "--items", str(tables["items"]), "--trials", "1"]
    fixed = ["--set", "factors=4", "--set", "vector_size=4", "--objective", "simulated regret"]
    found = by_command(tmp_path / "tuned", *words, *fixed)
    assert found
