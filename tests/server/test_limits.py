from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from hanok.server.limits import Limits
from hanok.server.options import Options

pytestmark = pytest.mark.anyio
URL = "/v1/systems/echo/predict"
JSON = {"content-type": "application/json"}


async def test_a_body_that_says_it_is_too_large_is_not_read(start: Any) -> None:
    async with start(Options(limits=Limits(body=1000))) as client:
        response = await client.post(URL, content=b'"' + b"x" * 1000 + b'"', headers=JSON)
        assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")
        assert (await client.post(URL, json={"text": "x"})).status_code == 200


async def test_a_body_that_does_not_say_is_counted_while_it_comes(start: Any) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10**7:
            sent += 1000
            yield b" " * 1000

    async with start(Options(limits=Limits(body=5000))) as client:
        for path in (URL, "/v1/jobs", "/v1/systems/echo/feedback"):
            sent = 0
            response = await client.post(path, content=endless(), headers=JSON)
            assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")


async def test_uploads_have_a_limit_of_their_own(start: Any) -> None:
    async with start(Options(limits=Limits(body=1000, upload=20_000))) as client:
        assert (await client.post("/v1/uploads", files={"file": b"x" * 10_000})).status_code == 201
        response = await client.post("/v1/uploads", files={"file": b"x" * 20_000})
        assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")
        assert (await client.post("/v1/systems/echo/check", files={"file": b"x" * 10_000})).status_code == 413


async def test_json_nested_too_deep_is_refused_everywhere(start: Any) -> None:
    async with start() as client:
        for path in (URL, "/v1/systems/echo/stream", "/v1/jobs", "/v1/keys", "/v1/systems/echo/feedback"):
            response = await client.post(path, content=b'{"args":' * 100_000, headers=JSON)
            assert (response.status_code, response.json()["error"]["code"]) == (422, "not_json")


async def test_bodies_of_other_kinds_are_refused(start: Any) -> None:
    async with start() as client:
        for headers in ({"content-type": "text/plain"}, {"content-type": "application/x-www-form-urlencoded"},
                        {**JSON, "content-encoding": "gzip"}):  # fmt: skip
            response = await client.post(URL, content=b"{}", headers=headers)
            assert (response.status_code, response.json()["error"]["code"]) == (415, "not_supported")
        response = await client.post(URL, content=b"nothing", headers={"content-type": "multipart/form-data"})
        assert (response.status_code, response.json()["error"]["code"]) == (422, "bad_form")


def test_a_length_that_is_no_number_ends_nothing(live: str) -> None:
    host, port = live.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall(f"POST {URL} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {'9' * 30}\r\n\r\n".encode())
        raw.settimeout(10)
        assert raw.recv(100).split(b" ")[1] in (b"413", b"400")


def test_a_queue_too_short_for_a_list_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="never has room"):
        Limits(items=10, queue=5)
