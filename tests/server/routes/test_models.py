from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hanok.lifecycle.workspace import Workspace

pytestmark = pytest.mark.anyio


async def test_versions_newest_first_with_their_names(start: Any) -> None:
    async with start() as client:
        found = (await client.get("/v1/models", params={"system": "echo"})).json()
        assert [(v["version"], v["aliases"], v["served"]) for v in found] == [
            (2, ["challenger"], False), (1, ["champion"], True),
        ]  # fmt: skip
        assert found[0]["config"]["ending"] == "?"
        assert found[0]["metrics"] == {"length": 5.0}
        assert found[0]["size"] > 0
        assert [v for v in (await client.get("/v1/models")).json() if v["system"] == "echo"] == found
        assert (await client.get("/v1/models", params={"system": "nobody"})).status_code == 404


async def test_one_version_and_its_report(start: Any) -> None:
    async with start() as client:
        for name, number in [("1", 1), ("champion", 1), ("challenger", 2)]:
            shown = (await client.get(f"/v1/models/echo/{name}")).json()
            assert (shown["version"], shown["manifest"]["version"]) == (number, number)
            assert shown["manifest"]["files"]
        report = (await client.get("/v1/models/echo/champion/report")).json()
        assert report["figures"][0]["name"] == "length"
        for path in ("echo/9", "echo/nope", "nobody/1", "echo/9/report", f"echo/{2**31}"):
            status = (await client.get(f"/v1/models/{path}")).status_code
            assert status in (404, 422), path


async def test_promote_and_roll_back(start: Any) -> None:
    async with start() as client:
        put = await client.put("/v1/models/echo/aliases/champion", json={"version": 2})
        assert put.json() == {"system": "echo", "alias": "champion", "version": 2, "served": True}
        assert (await client.post("/v1/systems/echo/predict", json={"text": "x"})).json()["output"]["text"] == "x?"
        back = await client.post("/v1/models/echo/aliases/champion/rollback")
        assert back.json()["version"] == 1
        assert (await client.post("/v1/systems/echo/predict", json={"text": "x"})).json()["output"]["text"] == "x!"
        assert (await client.post("/v1/models/echo/aliases/champion/rollback")).status_code == 409
        for alias, version, status in [("champion", 9, 404), ("champion", 0, 422), ("2", 1, 422), ("Big", 1, 422)]:
            response = await client.put(f"/v1/models/echo/aliases/{alias}", json={"version": version})
            assert response.status_code == status
        assert (await client.post("/v1/models/echo/aliases/nope/rollback")).status_code == 409
        assert (await client.post("/v1/models/nobody/aliases/champion/rollback")).status_code == 404


async def test_a_version_that_cannot_be_loaded_is_not_promoted(start: Any, echoes: Workspace) -> None:
    (echoes.folder("echo", 2) / "known.json").write_text("[]")
    async with start() as client:
        response = await client.put("/v1/models/echo/aliases/champion", json={"version": 2})
        assert (response.status_code, response.json()["error"]["code"]) == (422, "tampered")
        assert echoes.store.versions.aliases("echo")["champion"] == 1
        assert (await client.post("/v1/systems/echo/predict", json={"text": "x"})).json()["version"] == 1


async def test_an_alias_of_ones_own(start: Any, echoes: Workspace, publish: Callable[[Workspace, str], int]) -> None:
    publish(echoes, ".")
    async with start() as client:
        put = await client.put("/v1/models/echo/aliases/canary", json={"version": 3})
        assert put.json()["served"] is False  # this server does not follow it; it is loaded when somebody asks
        answer = await client.post("/v1/systems/echo/predict", json={"text": "x"}, params={"version": "canary"})
        assert answer.json()["output"]["text"] == "x."
