from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from hanok.lifecycle.workspace import Workspace

pytestmark = pytest.mark.anyio


async def test_a_file_is_kept_by_its_content(start: Any, echoes: Workspace) -> None:
    content = bytes(range(256)) * 5000
    async with start() as client:
        one = await client.post("/v1/uploads", files={"file": ("질문.csv", content, "text/csv")})
        two = await client.post("/v1/uploads", files={"file": ("other.csv", content, "text/csv")})
    assert (one.status_code, one.json()) == (
        201, {"blob": sha256(content).hexdigest(), "name": "질문.csv", "size": len(content)},
    )  # fmt: skip
    assert two.json()["blob"] == one.json()["blob"]
    assert echoes.store.blobs.read(one.json()["blob"]) == content


async def test_a_name_is_never_a_path(start: Any, echoes: Workspace) -> None:
    async with start() as client:
        for name in ("../../../etc/cron.d/x", "/etc/passwd", "a\x00b", "x" * 5000):
            response = await client.post("/v1/uploads", files={"file": (name, b"x")})
            assert response.status_code in (201, 422), response.text
    assert {path.name for path in echoes.home.blobs.rglob("*") if path.is_file()} == {sha256(b"x").hexdigest()}


async def test_what_is_no_file_is_refused(start: Any) -> None:
    async with start() as client:
        for request, status, code in [
            ({"json": {}}, 415, "not_supported"),
            ({"files": {"other": b"x"}}, 422, "no_file"),
            ({"files": [("file", b"x"), ("file", b"y")]}, 422, "bad_form"),
            ({"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=b"}}, 422, "bad_form"),
        ]:
            response = await client.post("/v1/uploads", **request)
            assert (response.status_code, response.json()["error"]["code"]) == (status, code), response.text
