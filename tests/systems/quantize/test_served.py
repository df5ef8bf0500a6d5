"""All the way: from the command line, as a job over HTTP, the same answers in every way, feedback that is learnt."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pictures import CLASSES, drawn, png
from test_graphs import network
from typer.testing import CliRunner

import hanok
from hanok.cli.app import app
from hanok.core.run import Run
from hanok.lifecycle.jobs import carry_out, submit
from hanok.lifecycle.workspace import Workspace
from hanok.server.app import create_app
from hanok.server.options import Options

pytest.importorskip("torch")

FRESH, _ = drawn(2, seed=5)
QUICK = ("--set", "float_epochs=8", "--set", "study=none", "--threads", "1")


def by_command(home: Path, *words: str, stdin: str = "") -> Any:
    done = CliRunner().invoke(app, ["--home", str(home), *words, "--json"], input=stdin)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def over_http(home: Path, work: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
    """What `work` gives with a client of a server before a home."""

    async def served() -> Any:
        with Workspace.open(home) as workspace:
            api = create_app(workspace, ["quantize"], Options())
            client = httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://127.0.0.1:8000")
            async with api.router.lifespan_context(api), client:
                return await work(client)

    return asyncio.run(served())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, example: Path) -> Path:
    folder = tmp_path_factory.mktemp("served") / "home"
    trained = by_command(folder, "train", "quantize", str(example), *QUICK)
    assert trained["metrics"]["accuracy"] > 0.8
    return folder


def test_the_answer_is_the_same_from_python_command_line_and_http(home: Path) -> None:
    image = png(FRESH[0])
    item = {"image": base64.b64encode(image).decode(), "k": 2}

    async def ask(client: httpx.AsyncClient) -> list[Any]:
        path = "/v1/systems/quantize/predict"
        upload = {"image": ("a.png", image, "image/png")}
        answers = [await client.post(path, json=item), await client.post(path, files=upload, data={"k": "2"})]
        return [answer.json()["output"] for answer in answers]

    here = json.loads(hanok.load("quantize", home)(item).model_dump_json())
    line = by_command(home, "predict", "quantize", stdin=json.dumps(item))["output"]
    assert [here, here, here] == [line, *over_http(home, ask)]
    assert here["label"] in CLASSES


def test_code_of_a_user_is_not_named_over_http(home: Path, example: Path) -> None:
    async def ask(client: httpx.AsyncClient) -> httpx.Response:
        blob = (await client.post("/v1/uploads", files={"file": example.read_bytes()})).json()
        sources = {"images": {"blob": blob["blob"], "name": "images.npz"}}
        config = {"module": "torch.nn:Identity"}
        job = {"system": "quantize", "kind": "train", "args": {"sources": sources, "config": config}}
        return await client.post("/v1/jobs", json=job)

    response = over_http(home, ask)
    assert response.status_code == 403, response.text
    assert "module" in response.text


def test_an_onnx_file_comes_as_an_upload(workspace: Workspace, example: Path) -> None:
    def upload(content: bytes, name: str) -> dict[str, str]:
        return {"blob": workspace.store.blobs.put(content).sha256, "name": name}

    sources = {
        "images": upload(example.read_bytes(), "images.npz"),
        "model": [upload(network(telling=True).SerializeToString(), "model.onnx")],
    }
    job = submit(workspace, "train", "quantize", {"sources": sources})
    made = carry_out(workspace, job, Run(threads=1))
    assert made["metrics"]["accuracy"] > 0.4
    assert workspace.load("quantize")({"image": png(FRESH[0])}).label in CLASSES


def test_tuning_keeps_to_a_budget(tmp_path: Path, example: Path) -> None:
    fixed = [
        "observer=ema",
        "grouping=kmeans",
        "clusters=0",
        "method=ptq",
        "share=0.5",
        "learning_rate=0.005",
        "first_last=4",
    ]
    words = [word for setting in [*fixed, "most_kb=20"] for word in ("--set", setting)]
    found = by_command(tmp_path, "tune", "quantize", str(example), "--trials", "3", *QUICK, *words)
    assert found["config"]["most_kb"] == 20
    assert found["config"]["weights"] < 8


def test_a_smaller_version_is_published_with_its_price(home: Path) -> None:
    made = by_command(home, "optimize", "quantize@1", "--threads", "1")
    with Workspace.open(home) as workspace:
        before, after = (workspace.load(name) for name in ("quantize@1", made["model"]))
    assert len(after.system.room.onnx) < len(before.system.room.onnx)
    assert after.manifest.parent == 1


def test_what_people_named_is_learnt(home: Path) -> None:
    for image in FRESH[:2]:
        item = {"image": base64.b64encode(png(image)).decode()}
        answer = by_command(home, "predict", "quantize", stdin=json.dumps(item))
        by_command(home, "feedback", str(answer["id"]), "--label", "dot")
    learnt = by_command(home, "learn", "quantize", "--threads", "1")
    with Workspace.open(home) as workspace:
        told = workspace.load(learnt["model"]).system.room.told
    assert told is not None
    assert told.labels.tolist() == [1, 1]
