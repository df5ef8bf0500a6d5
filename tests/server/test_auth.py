from __future__ import annotations

from typing import Any

import httpx
import pytest

from hanok.lifecycle.workspace import Workspace
from hanok.server.auth import COOKIE
from hanok.server.options import Options

pytestmark = pytest.mark.anyio

ROUTES = {
    ("GET", "/v1/systems"): "read",
    ("GET", "/v1/systems/echo"): "read",
    ("GET", "/v1/systems/echo/reviews"): "read",
    ("GET", "/v1/systems/echo/answers"): "read",
    ("GET", "/v1/systems/echo/answers/x"): "read",
    ("GET", "/v1/models"): "read",
    ("GET", "/v1/models/echo/1"): "read",
    ("GET", "/v1/models/echo/1/report"): "read",
    ("GET", "/v1/jobs"): "read",
    ("GET", "/v1/jobs/x"): "read",
    ("GET", "/v1/jobs/x/events"): "read",
    ("GET", "/metrics"): "read",
    ("GET", "/openapi.json"): "read",
    ("GET", "/docs"): "read",
    ("POST", "/v1/systems/echo/predict"): "predict",
    ("POST", "/v1/systems/echo/stream"): "predict",
    ("POST", "/v1/systems/echo/feedback"): "predict",
    ("POST", "/v1/systems/echo/check"): "admin",
    ("PUT", "/v1/models/echo/aliases/champion"): "admin",
    ("POST", "/v1/models/echo/aliases/champion/rollback"): "admin",
    ("POST", "/v1/uploads"): "admin",
    ("POST", "/v1/jobs"): "admin",
    ("POST", "/v1/jobs/x/cancel"): "admin",
    ("GET", "/v1/keys"): "admin",
    ("POST", "/v1/keys"): "admin",
    ("DELETE", "/v1/keys/x"): "admin",
    ("GET", "/v1/systems/echo/versions/1/assets/x"): "read or predict",
}
OPEN = ["/health/live", "/health/ready", "/docs/style.css"]


def keys(workspace: Workspace) -> dict[str, str]:
    return {scope: workspace.store.keys.create(scope, [scope]).secret for scope in ("read", "predict", "admin")}


async def test_who_may_do_what(start: Any, echoes: Workspace) -> None:
    secrets = keys(echoes)
    async with start(Options(require_key=True)) as client:
        for (method, path), needed in ROUTES.items():
            response = await client.request(method, path)
            assert (response.status_code, response.json()["error"]["code"]) == (401, "no_key"), path
            assert response.headers["www-authenticate"] == "Bearer"
            for scope, secret in secrets.items():
                response = await client.request(method, path, headers={"authorization": f"Bearer {secret}"})
                allowed = scope in (*needed.split(" or "), "admin")
                assert (response.status_code == 403) is not allowed, (path, scope, response.text)
                assert response.status_code != 401
        for path in OPEN:
            assert (await client.get(path)).status_code == 200


async def test_every_route_is_in_the_table_above(start: Any) -> None:
    async with start() as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    names = {"{name}": "echo", "{system}": "echo", "{version}": "1", "{alias}": "champion", "{id}": "x", "{asset}": "x"}
    documented = set()
    for path, methods in paths.items():
        for template, value in names.items():
            path = path.replace(template, value)
        documented |= {(method.upper(), path) for method in methods}
    assert documented - {("GET", path) for path in OPEN} <= ROUTES.keys()


async def test_keys_that_are_wrong_or_revoked_are_refused(start: Any, echoes: Workspace) -> None:
    made = echoes.store.keys.create("mine", ["read"])
    admin = {"authorization": f"Bearer {echoes.store.keys.create('boss', ['admin']).secret}"}
    async with start(Options(require_key=True)) as client:
        for wrong in ("", "x", made.secret[:-1], made.secret + "x", made.secret.replace("hanok", "other"), "hanok__"):
            response = await client.get("/v1/systems", headers={"authorization": f"Bearer {wrong}"})
            assert response.status_code == 401, wrong
            assert wrong == "" or wrong not in response.text
        mine = {"authorization": f"bearer {made.secret}"}
        assert (await client.get("/v1/systems", headers=mine)).status_code == 200
        assert (await client.get("/v1/systems", headers={"authorization": f"Basic {made.secret}"})).status_code == 401
        assert (await client.delete(f"/v1/keys/{made.key.id}", headers=admin)).status_code == 204
        assert (await client.get("/v1/systems", headers=mine)).status_code == 401  # at once, though it was just seen


async def test_the_consoles_cookie_is_as_good_as_the_header(start: Any, echoes: Workspace) -> None:
    secret = keys(echoes)["read"]
    async with start(Options(require_key=True)) as client:
        client.cookies.set(COOKIE, secret)
        assert (await client.get("/v1/systems")).status_code == 200
        response = await client.post("/v1/systems/echo/predict", json={"text": "x"})
        assert (response.status_code, response.json()["error"]["code"]) == (403, "wrong_scope")


async def test_on_loopback_no_key_is_needed_unless_a_proxy_passed_the_request_on(start: Any) -> None:
    async with start() as client:
        assert (await client.get("/v1/systems")).status_code == 200
        for header in ("x-forwarded-for", "forwarded", "x-real-ip"):
            assert (await client.get("/v1/systems", headers={header: "192.0.2.1"})).status_code == 401


async def test_beyond_loopback_a_key_is_needed(start: Any) -> None:
    async with start(Options(host="0.0.0.0")) as client:
        assert (await client.get("/v1/systems")).status_code == 401
        assert (await client.get("/health/live", headers={"host": "any.example"})).status_code == 200


def test_a_key_made_over_http_works_and_its_secret_is_shown_once(live: str) -> None:
    made = httpx.post(f"{live}/v1/keys", json={"name": "bot", "scopes": ["predict"]})
    assert made.status_code == 201
    listed = httpx.get(f"{live}/v1/keys")
    assert made.json()["secret"] not in listed.text
    assert [key["name"] for key in listed.json()] == ["bot"]
