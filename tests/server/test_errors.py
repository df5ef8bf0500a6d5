from __future__ import annotations

from typing import Any

import pytest

from hanok.lifecycle.workspace import Workspace

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/v1/nowhere", 404, "not_found"), ("DELETE", "/v1/systems", 405, "method_not_allowed"),
     ("GET", "/v1/systems/echo/predict", 405, "method_not_allowed"), ("GET", "/v1/jobs?limit=x", 422, "invalid"),
     ("GET", "/v1/systems/", 404, "not_found"), ("POST", "/v1/systems/echo/predict", 422, "not_json")],
)  # fmt: skip
async def test_every_error_has_the_envelope(start: Any, method: str, path: str, status: int, code: str) -> None:
    async with start() as client:
        response = await client.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) >= {"code", "message", "where", "hint"}
    assert response.json()["error"]["code"] == code


async def test_what_nobody_foresaw_is_a_500_that_says_nothing(
    start: Any, echoes: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(echoes.store.jobs, "list", broken)
    async with start() as client:
        response = await client.get("/v1/jobs")
    assert (response.status_code, response.json()["error"]["code"]) == (500, "failed")
    assert "hunter2" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_half_a_surrogate_pair_in_a_message_can_be_sent(start: Any) -> None:
    async with start() as client:
        response = await client.get("/v1/systems/%ED%A0%80")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "unknown_system")
