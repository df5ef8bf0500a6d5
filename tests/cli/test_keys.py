"""API keys on the command line."""

from __future__ import annotations

import json

import pytest

from hanok.core.problem import Unauthorized
from hanok.lifecycle.workspace import Workspace


def test_a_key_from_its_making_to_its_end(hanok, workspace: Workspace) -> None:
    assert "no keys" in hanok("keys", "list").stdout
    secret = hanok("keys", "add", "me", "--scope", "read", "--scope", "admin").stdout.strip()
    key = workspace.store.keys.verify(secret)
    assert key.scopes == {"read", "admin"}
    listed = hanok("keys", "list").stdout
    assert key.id in listed
    assert secret not in listed
    assert hanok("keys", "revoke", key.id).exit_code == 0
    with pytest.raises(Unauthorized):
        workspace.store.keys.verify(secret)
    [left] = json.loads(hanok("keys", "list", "--json").stdout)
    assert left["revoked"] is not None


def test_by_default_a_key_may_predict(hanok) -> None:
    assert json.loads(hanok("keys", "add", "me", "--json").stdout)["scopes"] == ["predict"]


def test_an_unknown_scope(hanok) -> None:
    assert hanok("keys", "add", "me", "--scope", "everything").exit_code == 1
