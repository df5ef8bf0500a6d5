from __future__ import annotations

import asyncio
import json
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from hanok.lifecycle.jobs import submit
from hanok.lifecycle.workspace import Workspace

pytestmark = pytest.mark.anyio
CSV = b"text\nhello\ngood morning\nhi\n"
UNKNOWN = "f" * 64


async def uploaded(client: httpx.AsyncClient) -> str:
    response = await client.post("/v1/uploads", files={"file": ("lines.csv", CSV, "text/csv")})
    assert response.status_code == 201
    return str(response.json()["blob"])


def asked(blob: str, **args: Any) -> dict[str, Any]:
    sources = {"lines": {"blob": blob, "name": "lines.csv"}}
    return {"kind": "train", "system": "echo", "args": {"sources": sources, **args}}


async def ended(client: httpx.AsyncClient, id: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while True:
        job: dict[str, Any] = (await client.get(f"/v1/jobs/{id}")).json()
        if job["ended"]:
            return job
        assert time.monotonic() < deadline, job
        await asyncio.sleep(0.1)


async def test_training_over_http_makes_a_version(start: Any, echoes: Workspace) -> None:
    async with start() as client:
        response = await client.post("/v1/jobs", json=asked(await uploaded(client), config={"ending": " ok"}))
        assert (response.status_code, response.json()["state"]) == (202, "queued")
        job = await ended(client, response.json()["id"])
        assert (job["state"], job["error"]) == ("done", None)
        assert job["result"]["version"] == 3
        assert (job["progress"]["step"], job["progress"]["total"], job["progress"]["eta_s"]) == (10, 10, None)
        assert all(point["t"] >= 0 for point in job["curve"])
        listed = (await client.get("/v1/jobs", params={"system": "echo", "state": "done"})).json()
        assert [found["id"] for found in listed] == [job["id"]]
        assert "curve" not in listed[0]
        answer = await client.post("/v1/systems/echo/predict?version=3", json={"text": "x"})
        assert answer.json()["output"]["text"] == "x ok"


async def test_a_running_job_is_watched_and_cancelled(start: Any, echoes: Workspace) -> None:
    async with start() as client:
        response = await client.post("/v1/jobs", json=asked(await uploaded(client), config={"pause": 1.0}))
        id = response.json()["id"]

        async def cancel() -> None:
            while not (await client.get(f"/v1/jobs/{id}")).json()["progress"]:
                await asyncio.sleep(0.1)
            assert (await client.post(f"/v1/jobs/{id}/cancel")).json()["cancel_requested"] is True

        cancelling = asyncio.create_task(cancel())
        watched = await client.get(f"/v1/jobs/{id}/events")
        await cancelling
        assert watched.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in watched.text.splitlines() if line.startswith("data: ")]
        states = [json.loads(line.removeprefix("data: "))["state"] for line in lines]
        assert states[-1] == "cancelled"
        assert "running" in states
        assert (await client.get("/v1/models?system=echo")).json()[0]["version"] == 2


@pytest.mark.parametrize(
    ("change", "status", "where"),
    [({"kind": "paint"}, 422, "kind"), ({"system": "nobody"}, 404, "system"),
     ({"args": {"config": {"module": "os"}, "sources": {}}}, 403, "config.module"),
     ({"args": {"sources": {"lines": {"path": "/etc/passwd"}}}}, 403, "sources.lines.path"),
     ({"args": {"sources": {"lines": [{"path": "/etc/passwd"}]}}}, 403, "sources.lines.path"),
     ({"args": {"sources": {"lines": {"blob": UNKNOWN}}}}, 404, "blob"),
     ({"args": {"sources": {"lines": {"blob": "../../hanok.db"}}}}, 404, "blob"),
     ({"args": {"sources": {}}}, 422, "lines"),
     ({"args": {"nonsense": 1}}, 422, "args.nonsense"),
     ({"kind": "evaluate", "args": {"model": "echo@9", "sources": {}}}, 422, "lines")],
)  # fmt: skip
async def test_what_cannot_be_done_is_refused_at_once(
    start: Any, change: dict[str, Any], status: int, where: str
) -> None:
    async with start() as client:
        response = await client.post("/v1/jobs", json={**asked(UNKNOWN), **change})
        assert (response.status_code, response.json()["error"]["where"]) == (status, where), response.text
        assert (await client.get("/v1/jobs")).json() == []


async def test_a_name_that_climbs_out_of_its_folder_does_not(start: Any, echoes: Workspace) -> None:
    async with start() as client:
        sources = {"lines": {"blob": await uploaded(client), "name": "../../../../tmp/hanok-was-here.csv"}}
        response = await client.post("/v1/jobs", json={"kind": "train", "system": "echo", "args": {"sources": sources}})
        job = await ended(client, response.json()["id"])
    assert job["state"] == "done"
    assert "/tmp" not in json.dumps(job["result"])


async def test_where_files_lie_on_this_machine_is_not_said(start: Any, echoes: Workspace, tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_bytes(CSV)
    sources = {"lines": {"path": str(tmp_path / "lines.csv"), "name": "lines.csv"}}
    job = submit(echoes, "train", "echo", {"sources": sources})
    async with start() as client:
        for shown in (await client.get("/v1/jobs"), await client.get(f"/v1/jobs/{job.id}")):
            assert str(tmp_path) not in shown.text
            assert "lines.csv" in shown.text


async def test_unknown_jobs(start: Any) -> None:
    async with start() as client:
        for method, path in [("GET", ""), ("GET", "/events"), ("POST", "/cancel")]:
            response = await client.request(method, f"/v1/jobs/{'0' * 32}{path}")
            assert (response.status_code, response.json()["error"]["code"]) == (404, "unknown_job")


def test_a_killed_servers_job_is_taken_up_by_the_next(serve: Any) -> None:
    with serve() as server, httpx.Client(base_url=server.url) as client:
        blob = client.post("/v1/uploads", files={"file": ("lines.csv", CSV, "text/csv")}).json()["blob"]
        id = client.post("/v1/jobs", json=asked(blob, config={"pause": 0.4})).json()["id"]
        while client.get(f"/v1/jobs/{id}").json()["state"] != "running":
            time.sleep(0.05)
        server.kill()
    with serve() as server, httpx.Client(base_url=server.url) as client:
        deadline = time.monotonic() + 60
        while (job := client.get(f"/v1/jobs/{id}").json())["state"] != "done":
            assert job["state"] in ("running", "queued")
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert [v["version"] for v in client.get("/v1/models?system=echo").json()] == [3, 2, 1]


def test_a_server_that_is_asked_to_end_does_not_wait_for_watched_jobs(serve: Any) -> None:
    with serve() as server:
        with httpx.Client(base_url=server.url) as client:
            blob = client.post("/v1/uploads", files={"file": ("lines.csv", CSV, "text/csv")}).json()["blob"]
            id = client.post("/v1/jobs", json=asked(blob, config={"pause": 5.0})).json()["id"]
        began = threading.Event()

        def watch() -> None:
            with httpx.stream("GET", f"{server.url}/v1/jobs/{id}/events", timeout=60) as response:
                for _ in response.iter_text():
                    began.set()

        watching = threading.Thread(target=watch)
        watching.start()
        assert began.wait(20)
        assert server.end() in (0, -15)
        watching.join()
