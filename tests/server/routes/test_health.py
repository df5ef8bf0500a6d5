from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hanok.core.meter import Meter
from hanok.lifecycle.workspace import Workspace

pytestmark = pytest.mark.anyio


async def test_live_and_ready(start: Any) -> None:
    async with start() as client:
        assert (await client.get("/health/live")).json() == {"status": "live"}
        ready = (await client.get("/health/ready")).json()
    assert ready == {"status": "ready", "served": [{"system": "echo", "version": 1}], "problems": []}


async def test_ready_names_what_cannot_be_loaded(start: Any, echoes: Workspace) -> None:
    async with start() as client:
        (echoes.folder("echo", 2) / "known.json").write_text("[]")
        echoes.promote("echo@2")
        client._transport.app.state.house.servings.refresh()
        ready = (await client.get("/health/ready")).json()
        assert ready["served"] == [{"system": "echo", "version": 1}]
        assert [problem["code"] for problem in ready["problems"]] == ["tampered"]
        assert "hanok_load_failures 1.0" in (await client.get("/metrics")).text


async def test_without_its_database_it_lives_and_is_not_ready(
    start: Any, echoes: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OSError("unplugged")

    async with start() as client:
        monkeypatch.setattr(echoes.store.answers, "review_counts", away)
        assert (await client.get("/health/live")).status_code == 200
        response = await client.get("/health/ready")
        assert (response.status_code, response.json()["error"]["code"]) == (503, "database_unavailable")


async def test_metrics_count_what_happened(start: Any, publish: Callable[[Workspace, str], int]) -> None:
    async with start() as client:
        for _ in range(3):
            await client.post("/v1/systems/echo/predict", json=[{"text": "x"}] * 4)
        await client.post("/v1/systems/echo/predict", json={"text": ""})
        await client.get("/nowhere/at/all")
        text = (await client.get("/metrics")).text
    route = 'route="/v1/systems/{name}/predict"'
    assert f'hanok_requests_total{{method="POST",{route},status="200"}} 3.0' in text
    assert f'hanok_requests_total{{method="POST",{route},status="422"}} 1.0' in text
    assert 'hanok_requests_total{method="GET",route="other",status="404"} 1.0' in text
    assert f"hanok_request_seconds_count{{{route}}} 4.0" in text
    assert 'hanok_batch_items_sum{system="echo"} 12.0' in text
    assert "hanok_commit_answers_sum 12.0" in text
    assert 'hanok_queue_items{system="echo",version="1"} 0.0' in text
    assert 'hanok_served_version{system="echo"} 1.0' in text
    assert 'hanok_jobs{state="queued"} 0.0' in text


async def test_a_room_says_what_it_used_up_and_one_that_fails_to_takes_nothing_down(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as client:
        system = client._transport.app.state.house.servings.current["echo"].model.system
        monkeypatch.setattr(type(system), "meters", lambda self: [Meter(name="paper", used=2, limit=8, unit="sheets")])
        meter = {"name": "paper", "used": 2.0, "limit": 8.0, "unit": "sheets"}
        assert (await client.get("/v1/systems/echo")).json()["meters"] == [meter]
        assert 'hanok_meter_used{meter="paper",system="echo"} 2.0' in (await client.get("/metrics")).text
        assert "6\u00a0sheets left" in (await client.get("/rooms/echo/report", headers={"accept-language": "en"})).text
        monkeypatch.setattr(type(system), "meters", lambda self: 1 / 0)
        assert (await client.get("/v1/systems/echo")).json()["meters"] == []
        assert (await client.get("/metrics")).status_code == 200
