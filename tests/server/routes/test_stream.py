from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from typing import Any

import httpx
import pytest
import websockets

from hanok.core import registry
from hanok.lifecycle.workspace import Workspace
from hanok.server.limits import Limits
from hanok.server.options import Options

pytestmark = pytest.mark.anyio
URL = "/v1/systems/echo/stream"


def events(text: str) -> list[tuple[str, Any]]:
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


async def test_the_parts_join_to_predicts_answer(start: Any, echoes: Workspace) -> None:
    async with start() as client:
        response = await client.post(URL, json={"text": "한옥"})
        assert response.headers["content-type"].startswith("text/event-stream")
        *parts, (last, done) = events(response.text)
        assert [name for name, _ in parts] == ["part"] * 3
        assert parts[0] == ("part", {"text": "한"})  # only what the part sets
        echo = registry.find("echo")
        whole = echo.join([echo.Output.model_validate(part) for _, part in parts])
        predicted = (await client.post("/v1/systems/echo/predict", json={"text": "한옥"})).json()
        assert json.loads(whole.model_dump_json()) == predicted["output"]
        assert last == "done"
        assert done["version"] == 1
        assert json.loads(echoes.store.answers.get(done["id"]).output) == predicted["output"]


async def test_media_are_streamed_raw(start: Any) -> None:
    item = {"text": "abc", "sound": base64.b64encode(b"\x00\xff" * 5).decode()}
    async with start() as client:
        response = await client.post(URL, json=item, headers={"accept": "audio/wav"})
    assert (response.content, response.headers["content-type"]) == (b"\x00\xff" * 5, "audio/wav")


@pytest.mark.parametrize("accept", ["text/event-stream", "audio/wav"])
async def test_what_fails_says_so(start: Any, accept: str) -> None:
    async with start() as client:
        for then, code, status in [("refuse", "refused", 422), ("raise", "failed", 500)]:
            response = await client.post(URL, json={"text": "x", "then": then}, headers={"accept": accept})
            if accept == "audio/wav":  # nothing was sent yet: it has its status
                assert (response.status_code, response.json()["error"]["code"]) == (status, code)
            else:
                assert events(response.text)[-1][0] == "error"
                assert events(response.text)[-1][1]["error"]["code"] == code
            assert "secret" not in response.text


async def test_bad_items_are_refused_before_anything_is_streamed(start: Any) -> None:
    async with start() as client:
        for body, code in [({"text": ""}, "invalid"), ([{"text": "x"}], "one_item")]:
            response = await client.post(URL, json=body)
            assert (response.status_code, response.json()["error"]["code"]) == (422, code)


async def test_a_stream_ends_at_its_deadline(start: Any) -> None:
    async with start() as client:
        item = {"text": "x" * 30, "seconds": 0.1}
        response = await client.post(URL, json=item, headers={"X-Hanok-Deadline": "0.35"})
    assert events(response.text)[-1][1]["error"]["code"] == "too_late"


async def test_too_many_streams_are_429(start: Any) -> None:
    async with start(Options(limits=Limits(streams=2))) as client:
        item = {"text": "xx", "seconds": 0.3}
        responses = await asyncio.gather(*(client.post(URL, json=item) for _ in range(4)))
        assert sorted(r.status_code for r in responses) == [200, 200, 429, 429]
        await asyncio.sleep(0.2)
        assert (await client.post(URL, json={"text": "x"})).status_code == 200  # their places are free again


def test_a_client_that_leaves_has_its_generator_closed(live: str) -> None:
    closed = sys.modules["echo_room"].CLOSED
    with httpx.stream("POST", live + URL, json={"text": "leaver" * 8, "seconds": 0.05}) as response:
        next(response.iter_text())
        assert "leaver" * 8 not in closed
    deadline = time.monotonic() + 5
    while "leaver" * 8 not in closed and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "leaver" * 8 in closed


async def test_turns_over_a_socket(live: str) -> None:
    address = live.replace("http", "ws") + "/v1/systems/echo/ws"
    async with websockets.connect(address) as ws:

        async def say(message: str) -> list[Any]:
            await ws.send(message)
            said = [json.loads(await ws.recv())]
            while "part" in said[-1]:
                said.append(json.loads(await ws.recv()))
            return said

        first = await say(json.dumps({"text": "ab"}))
        assert "".join(m["part"].get("text", "") for m in first[:-1]) == "ab!"
        assert first[-1]["version"] == 1
        for broken, code in [("{", "not_json"), ('{"text": ""}', "invalid"), ('"x"', "invalid"),
                             ('{"text": "x", "then": "raise"}', "failed")]:  # fmt: skip
            assert (await say(broken))[-1]["error"]["code"] == code  # answered, and the socket stays open
        assert (await say(json.dumps({"text": "c"})))[-1]["id"] != first[-1]["id"]


async def test_a_socket_to_nobody_is_refused_with_the_envelope(live: str) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with websockets.connect(live.replace("http", "ws") + "/v1/systems/nobody/ws"):
            pass
    assert refused.value.response.status_code == 404
    assert json.loads(refused.value.response.body)["error"]["code"] == "unknown_system"


async def test_a_page_of_another_site_gets_no_socket(live: str) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        async with websockets.connect(live.replace("http", "ws") + "/v1/systems/echo/ws", origin="http://evil.example"):
            pass
    assert refused.value.response.status_code == 403


async def test_a_client_that_leaves_a_socket_has_its_generator_closed(live: str) -> None:
    closed = sys.modules["echo_room"].CLOSED
    async with websockets.connect(live.replace("http", "ws") + "/v1/systems/echo/ws") as ws:
        await ws.send(json.dumps({"text": "hangup" * 8, "seconds": 0.05}))
        await ws.recv()
    deadline = time.monotonic() + 5
    while "hangup" * 8 not in closed and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert "hangup" * 8 in closed
