from __future__ import annotations

from typing import Any

import pytest

from hanok.lifecycle.workspace import Workspace

pytestmark = pytest.mark.anyio


async def test_a_key_is_made_listed_and_revoked(start: Any, echoes: Workspace) -> None:
    async with start() as client:
        made = (await client.post("/v1/keys", json={"name": "봇", "scopes": ["predict", "read"]})).json()
        assert echoes.store.keys.verify(made["secret"]).id == made["id"]
        (listed,) = (await client.get("/v1/keys")).json()
        assert listed == {k: v for k, v in made.items() if k != "secret"} | {"last_used": listed["last_used"]}
        assert listed["scopes"] == ["predict", "read"]
        assert (await client.delete(f"/v1/keys/{made['id']}")).status_code == 204
        assert (await client.get("/v1/keys")).json()[0]["revoked"] > 0
        assert (await client.delete("/v1/keys/nope")).status_code == 404


@pytest.mark.parametrize(
    "body", [{"name": "", "scopes": ["read"]}, {"name": "x", "scopes": []}, {"name": "x", "scopes": ["root"]},
             {"name": "x"}, [], {"name": "a\x00b", "scopes": ["read"]}, {"name": "x" * 201, "scopes": ["read"]}],
)  # fmt: skip
async def test_a_key_without_name_or_scope_is_refused(start: Any, body: Any) -> None:
    async with start() as client:
        response = await client.post("/v1/keys", json=body)
        assert (response.status_code, (await client.get("/v1/keys")).json()) == (422, [])
