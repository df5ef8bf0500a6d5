from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from hanok.lifecycle.workspace import Workspace
from hanok.server.limits import Limits
from hanok.server.options import Options

pytestmark = pytest.mark.anyio
URL = "/v1/systems/echo/predict"


async def test_http_answers_as_python_does(start: Any, echoes: Workspace) -> None:
    async with start() as client:
        for version in (None, 1, 2, "champion", "challenger"):
            answer = (
                await client.post(URL, json={"text": "안녕"}, params={"version": version} if version else {})
            ).json()
            model = echoes.load(f"echo@{version or 'champion'}")
            assert answer["output"] == json.loads(model({"text": "안녕"}).model_dump_json())
            assert answer["version"] == model.manifest.version


async def test_the_answers_id_is_in_the_database_when_the_client_has_it(start: Any, echoes: Workspace) -> None:
    async with start() as client:
        answer = (await client.post(URL, json={"text": "hi", "session": "abc"})).json()
        kept = echoes.store.answers.get(answer["id"])
        assert (kept.system, kept.version, kept.session) == ("echo", 1, "abc")
        assert json.loads(kept.output) == answer["output"]


async def test_a_bad_item_does_not_fail_its_neighbours(start: Any) -> None:
    items = [
        {"text": "one"},
        {"text": ""},
        {"text": "two", "then": "refuse"},
        {"text": "three", "then": "raise"},
        {"text": "four"},
        "not an item",
    ]
    async with start() as client:
        response = await client.post(URL, json=items)
    assert response.status_code == 200
    answers = response.json()
    assert [a["output"]["text"] if "output" in a else a["error"]["code"] for a in answers] == [
        "one!", "invalid", "refused", "failed", "four!", "invalid",
    ]  # fmt: skip
    assert answers[1]["error"]["where"] == "text"


@pytest.mark.parametrize(
    ("item", "status", "code"),
    [({"text": ""}, 422, "invalid"), ({"text": "x", "then": "refuse"}, 422, "refused"),
     ({"text": "x", "then": "raise"}, 500, "failed"), (7, 422, "invalid"), (None, 422, "invalid")],
)  # fmt: skip
async def test_one_bad_item_has_its_problems_status(start: Any, item: Any, status: int, code: str) -> None:
    async with start() as client:
        response = await client.post(URL, content=json.dumps(item), headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


async def test_what_nobody_foresaw_is_not_shown_to_clients(start: Any, caplog: pytest.LogCaptureFixture) -> None:
    async with start() as client:
        response = await client.post(URL, json={"text": "x", "then": "raise"})
    assert "secret" not in response.text
    assert "a secret in /etc/passwd" in caplog.text  # the log has it


async def test_an_empty_list_is_answered_with_one(start: Any) -> None:
    async with start() as client:
        response = await client.post(URL, json=[])
    assert (response.status_code, response.json()) == (200, [])


async def test_a_list_that_is_too_long_is_refused(start: Any) -> None:
    async with start(Options(limits=Limits(items=3))) as client:
        assert (await client.post(URL, json=[{"text": "x"}] * 3)).status_code == 200
        response = await client.post(URL, json=[{"text": "x"}] * 4)
    assert (response.status_code, response.json()["error"]["code"]) == (413, "too_many")


async def test_bytes_come_as_base64_and_as_a_form(start: Any) -> None:
    sound = b"RIFF\xff\x00" * 9
    async with start() as client:
        as_json = await client.post(URL, json={"text": "x", "sound": base64.b64encode(sound).decode()})
        as_form = await client.post(URL, files={"sound": ("x.wav", sound, "audio/wav")}, data={"text": "x"})
    assert as_json.json()["output"] == as_form.json()["output"]
    assert base64.b64decode(as_json.json()["output"]["sound"]) == sound


async def test_media_come_raw_where_they_are_asked_for(start: Any, echoes: Workspace) -> None:
    item = {"text": "x", "sound": base64.b64encode(b"RIFF\xff").decode()}
    async with start() as client:
        for accept in ("audio/*", "audio/wav", "audio/*, application/json;q=0.5"):
            response = await client.post(URL, json=item, headers={"accept": accept})
            assert (response.content, response.headers["content-type"]) == (b"RIFF\xff", "audio/wav")
            assert echoes.store.answers.get(response.headers["x-hanok-answer"]).version == 1
            assert response.headers["x-hanok-version"] == "1"
        for accept in ("*/*", "application/json", "application/json, audio/*;q=0.5"):
            response = await client.post(URL, json=item, headers={"accept": accept})
            assert response.json()["output"]["text"] == "x!"
        response = await client.post(URL, json=item, headers={"accept": "image/png"})
        assert (response.status_code, response.json()["error"]["code"]) == (406, "not_acceptable")
        assert (await client.post(URL, json=[item], headers={"accept": "audio/*"})).status_code == 406


async def test_unknown_systems_and_versions(start: Any) -> None:
    async with start() as client:
        for url, code in [("/v1/systems/nobody/predict", "unknown_system"), (f"{URL}?version=9", "unknown_version"),
                          (f"{URL}?version=nope", "unknown_version")]:  # fmt: skip
            response = await client.post(url, json={"text": "x"})
            assert (response.status_code, response.json()["error"]["code"]) == (404, code)
        response = await client.post(f"{URL}?version=../1", json={"text": "x"})
        assert (response.status_code, response.json()["error"]["where"]) == (422, "version")


async def test_a_full_queue_is_429_with_retry_after(start: Any) -> None:
    limits = Limits(queue=2, items=2, batch=1)
    async with start(Options(limits=limits)) as client:
        slow = [asyncio.create_task(client.post(URL, json={"text": "x", "seconds": 0.3})) for _ in range(12)]
        responses = await asyncio.gather(*slow)
    statuses = [response.status_code for response in responses]
    assert set(statuses) == {200, 429}
    busy = next(response for response in responses if response.status_code == 429)
    assert int(busy.headers["retry-after"]) >= 1
    assert busy.json()["error"]["code"] == "busy"


async def test_the_deadline_is_the_clients(start: Any) -> None:
    async with start() as client:
        item = {"text": "x", "seconds": 0.5}
        response = await client.post(URL, json=item, headers={"X-Hanok-Deadline": "0.1"})
        assert (response.status_code, response.json()["error"]["code"]) == (504, "too_late")
        assert (await client.post(URL, json=item, headers={"X-Hanok-Deadline": "5"})).status_code == 200
        for wrong in ("0", "-1", "soon", "nan", "1e9"):
            response = await client.post(URL, json=item, headers={"X-Hanok-Deadline": wrong})
            assert (response.status_code, response.json()["error"]["code"]) == (422, "bad_deadline")


async def test_what_is_accepted_is_answered_once_each_under_load(start: Any, echoes: Workspace) -> None:
    async with start() as client:
        responses = await asyncio.gather(*(client.post(URL, json={"text": f"t{k}"}) for k in range(200)))
    answers = [response.json() for response in responses]
    assert [a["output"]["text"] for a in answers] == [f"t{k}!" for k in range(200)]
    assert len({a["id"] for a in answers}) == 200
    assert len(echoes.store.answers.recent("echo", 500)) == 200


async def test_a_system_that_is_not_served_says_so(start: Any) -> None:
    async with start() as client:
        response = await client.post("/v1/systems/nearest/predict", json={"x": 1})
    assert (response.status_code, response.json()["error"]["code"]) == (503, "not_served")


async def test_hot_swap_under_load_fails_no_request(
    start: Any, echoes: Workspace, publish: Callable[[Workspace, str], int]
) -> None:
    versions: set[int] = set()
    stop = False

    async def ask(client: Any) -> int:
        asked = 0
        while not stop:
            response = await client.post(URL, json=[{"text": "x"}] * 3)
            assert response.status_code == 200, response.text
            for answer in response.json():
                assert answer["output"]["text"] == f"x{'!?.'[answer['version'] - 1]}"
                versions.add(answer["version"])
            asked += 1
        return asked

    async with start(Options(limits=Limits(batch=2))) as client:
        publish(echoes, ".")
        asking = [asyncio.create_task(ask(client)) for _ in range(8)]
        for version in (2, 3, 1, 3, 2):
            put = await client.put("/v1/models/echo/aliases/champion", json={"version": version})
            assert put.json() == {"system": "echo", "alias": "champion", "version": version, "served": True}
            assert (await client.post(URL, json={"text": "x"})).json()["version"] == version
            await asyncio.sleep(0.1)
        stop = True
        assert sum(await asyncio.gather(*asking)) > 10
    assert versions == {1, 2, 3}


async def test_a_deadline_counts_from_when_the_request_came(start: Any) -> None:
    async with start(Options(limits=Limits(batch=1))) as client:
        asyncio_started = time.monotonic()
        first = asyncio.create_task(client.post(URL, json={"text": "x", "seconds": 1}))
        await asyncio.sleep(0.05)
        late = await client.post(URL, json={"text": "y"}, headers={"X-Hanok-Deadline": "0.2"})
        assert late.status_code == 504
        assert time.monotonic() - asyncio_started < 1  # it did not wait for the queue
        assert (await first).status_code == 200
