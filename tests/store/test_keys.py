from __future__ import annotations

import pytest
import sqlalchemy as sa

from hanok.core.problem import NotFound, Problem, Unauthorized
from hanok.store import Store
from hanok.store.tables import keys


def test_a_key_opens_with_its_secret_which_is_kept_nowhere(store: Store) -> None:
    made = store.keys.create("scanner at the door", ["predict", "read"])
    key = store.keys.verify(made.secret)
    assert key == made.key
    assert (key.allows("predict"), key.allows("read"), key.allows("admin")) == (True, True, False)
    random = made.secret.split("_", 2)[2]
    assert len(random) >= 43  # 256 bits
    with store.database.read() as connection:
        assert not any(random in str(row) for row in connection.execute(sa.select(keys)))


def test_admin_may_do_everything(store: Store) -> None:
    key = store.keys.create("boss", ["admin"]).key
    assert all(key.allows(scope) for scope in ("read", "predict", "admin"))


def test_anything_else_is_refused_with_the_same_words(store: Store) -> None:
    made = store.keys.create("a", ["read"])
    gone = store.keys.create("b", ["read"])
    store.keys.revoke(gone.key.id)
    other = made.secret[:-1] + ("A" if made.secret[-1] != "A" else "B")
    mixed = f"hanok_{gone.key.id}_{made.secret.split('_', 2)[2]}"
    wrong = ["", "hanok", "hanok__", "x" * 10_000, "\x00", "\ud800", other, mixed, gone.secret, made.secret[1:]]
    words = set()
    for secret in wrong:
        with pytest.raises(Unauthorized) as raised:
            store.keys.verify(secret)
        words.add(str(raised.value.envelope()))
    assert len(words) == 1


def test_use_and_revocation_are_noted(store: Store) -> None:
    made = store.keys.create("a", ["read"])
    assert store.keys.list()[0].last_used is None
    store.keys.verify(made.secret)
    used = store.keys.list()[0].last_used
    assert used is not None
    store.keys.verify(made.secret)
    assert store.keys.list()[0].last_used == used  # not every request writes
    store.keys.revoke(made.key.id)
    revoked = store.keys.list()[0].revoked
    store.keys.revoke(made.key.id)
    assert store.keys.list()[0].revoked == revoked is not None


def test_revoking_no_key_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.keys.revoke("nope\x00")


@pytest.mark.parametrize("scopes", [[], ["write"], ["read", "root"]])
def test_scopes_are_the_three(store: Store, scopes: list) -> None:
    with pytest.raises(Problem, match="expected some of read, predict, admin"):
        store.keys.create("a", scopes)


def test_a_key_has_a_name(store: Store) -> None:
    with pytest.raises(Problem, match="name: expected"):
        store.keys.create("", ["read"])
