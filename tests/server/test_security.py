from __future__ import annotations

from typing import Any

import pytest

from hanok.server.options import Options

pytestmark = pytest.mark.anyio
URL = "/v1/systems/echo/predict"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST:9", "[::1]:8000", "localhost."]
)
async def test_loopback_names_are_answered(start: Any, host: str) -> None:
    async with start() as client:
        assert (await client.get("/health/live", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[", "0.0.0.0"]
)
async def test_other_names_are_not(start: Any, host: str) -> None:
    async with start() as client:
        response = await client.get("/health/live", headers={"host": host})
    assert (response.status_code, response.json()["error"]["code"]) == (403, "bad_host")


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"origin": "http://127.0.0.1:9999"},
     {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
     {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"}],
)  # fmt: skip
async def test_pages_of_other_sites_change_nothing(start: Any, headers: dict[str, str]) -> None:
    async with start() as client:
        for method, path in [("POST", URL), ("DELETE", "/v1/keys/x"), ("PUT", "/v1/models/echo/aliases/champion")]:
            response = await client.request(method, path, json={"text": "x"}, headers=headers)
            assert (response.status_code, response.json()["error"]["code"]) == (403, "cross_site")
        assert (await client.get("/v1/systems", headers=headers)).status_code == 200  # they cannot see it


@pytest.mark.parametrize("headers", [{}, {"origin": "http://127.0.0.1:8000"}, {"sec-fetch-site": "same-origin"},
                                     {"sec-fetch-site": "none"}])  # fmt: skip
async def test_our_own_pages_and_programs_do(start: Any, headers: dict[str, str]) -> None:
    async with start() as client:
        assert (await client.post(URL, json={"text": "x"}, headers=headers)).status_code == 200


async def test_every_response_tells_browsers_to_be_careful(start: Any) -> None:
    async with start(Options()) as client:
        for path in ("/health/live", "/nowhere", "/v1/systems", "/docs"):
            headers = (await client.get(path)).headers
            assert "default-src 'self'" in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/v1/systems/..%2f..%2fetc", "/v1/models/echo/..%2f1",
     "/v1/models/..%2f..%2f/1/report", "/v1/models/echo/1%2f..%2f..", "/v1/jobs/..%2f..%2fhanok.db",
     "/docs/..%2fdocs.html", "/v1/models/echo/%00", "/v1/systems/%ff%fe"],
)  # fmt: skip
async def test_no_path_leads_out(start: Any, path: str) -> None:
    async with start() as client:
        response = await client.get(path)
        assert response.status_code in (404, 422)
        assert "root:" not in response.text
        assert response.json()["error"]["code"]
