from __future__ import annotations

from typing import Any

import pytest

from hanok.core import registry
from hanok.lifecycle.workspace import Workspace

pytestmark = pytest.mark.anyio


async def test_every_installed_system_is_listed(start: Any) -> None:
    async with start() as client:
        found = {system["name"]: system for system in (await client.get("/v1/systems")).json()}
    assert list(found) == registry.names()
    echo = found["echo"]
    assert (echo["state"], echo["champion"], echo["problem"]) == ("serving", 1, None)
    assert echo["objectives"] == [{"name": "length", "maximize": True}]
    assert (echo["figure"]["value"], echo["figure"]["low"], echo["figure"]["high"], echo["figure"]["n"]) == (5, 4, 6, 1)
    assert (found["nearest"]["state"], found["nearest"]["champion"]) == ("untrained", None)


async def test_settings_that_are_missing_are_named(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HANOK_SONIFY_PITCH", raising=False)
    async with start() as client:
        assert (await client.get("/v1/systems/sonify")).json()["missing_settings"] == ["HANOK_SONIFY_PITCH"]
        monkeypatch.setenv("HANOK_SONIFY_PITCH", "440")
        assert (await client.get("/v1/systems/sonify")).json()["missing_settings"] == []


async def test_a_system_that_cannot_be_imported_is_listed_with_the_reason(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = dict(registry._entries())
    entries["broken"] = type(entries["echo"])("broken", "no_such_module:Nobody", registry.GROUP)
    monkeypatch.setattr(registry, "_entries", lambda: entries)
    async with start() as client:
        found = {system["name"]: system for system in (await client.get("/v1/systems")).json()}
        assert (found["broken"]["state"], found["broken"]["problem"]["code"]) == ("untrained", "extra_missing")
        response = await client.get("/v1/systems/broken")
        assert (response.status_code, response.json()["error"]["code"]) == (503, "extra_missing")


async def test_one_system_with_everything_a_form_needs(start: Any) -> None:
    async with start() as client:
        echo = (await client.get("/v1/systems/echo")).json()
        assert echo["input"]["properties"]["text"]["maxLength"] == 50
        assert echo["input"]["properties"]["sound"]["contentMediaType"] == "audio/*"
        assert echo["output"]["properties"]["text"]["x-append"] is True
        assert echo["feedback"]["required"] == ["heard"]
        assert echo["sources"]["properties"]["lines"]
        assert echo["examples"] == [{"text": "hello"}]
        assert echo["aliases"] == {"champion": 1, "challenger": 2}
        assert echo["local_fields"] == ["module"]
        assert (await client.get("/v1/systems/nearest")).json()["feedback"] is None
        assert (await client.get("/v1/systems/nobody")).status_code == 404


async def test_files_are_checked_without_training(start: Any, echoes: Workspace) -> None:
    async with start() as client:

        async def check(content: bytes, **more: Any) -> Any:
            blob = (await client.post("/v1/uploads", files={"file": ("lines.csv", content)})).json()["blob"]
            sources = {"lines": {"blob": blob, "name": "lines.csv", **more}}
            return await client.post("/v1/systems/echo/check", json={"sources": sources})

        good = (await check("text,note\n안녕,1\nhello,2\n".encode("cp949"))).json()["lines"]
        assert good["recognised"][0] | {"expected": ""} == {
            "field": "text", "column": "text", "how": "name", "required": True, "expected": "",
        }  # fmt: skip
        assert (good["unused"], good["n_rows"], good["n_bad"], good["problems"]) == (["note"], 2, 0, [])
        assert good["preview"] == [{"text": "안녕"}, {"text": "hello"}]
        bad = (await check(b"text,note\nhello,1\n,2\n")).json()["lines"]
        assert (bad["n_rows"], bad["n_bad"], bad["n_problems"]) == (2, 1, 1)
        assert bad["problems"][0]["where"].startswith("lines.csv:3")
        lacking = (await check(b"words\nhello\n")).json()["lines"]
        assert lacking["problems"][0]["code"] == "missing_column"
        given = (await check(b"words\nhello\n", columns={"text": "words"})).json()["lines"]
        assert given["problems"] == []
        empty = (await check(b"")).json()["lines"]
        assert empty["n_problems"] == 1
        assert (await check(b"x", path="/etc/passwd")).status_code == 403
        unknown = await client.post("/v1/systems/echo/check", json={"sources": {"nope": {"blob": "0" * 64}}})
        assert unknown.status_code in (404, 422)
    assert not [path for path in echoes.home.scratch.iterdir() if path.name.startswith("check")]
