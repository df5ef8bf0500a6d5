from __future__ import annotations

import re
from typing import Any

import pytest

pytestmark = pytest.mark.anyio


async def test_the_page_needs_no_other_site(start: Any) -> None:
    async with start() as client:
        page = (await client.get("/docs")).text
        for address in re.findall(r'(?:src|href)="([^"]+)"', page):
            assert address.startswith(("/", "#")), address
            if address.startswith("/"):
                assert (await client.get(address)).status_code == 200
        assert "<script" not in page


async def test_every_route_is_on_the_page(start: Any) -> None:
    async with start() as client:
        page = (await client.get("/docs")).text
        paths = (await client.get("/openapi.json")).json()["paths"]
    for path in paths:
        assert f"<code>{path}</code>" in page
    assert "curl -X POST http://127.0.0.1:8000/v1/systems/echo/predict" in page
