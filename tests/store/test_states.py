from __future__ import annotations

from hanok.core.ledger import Cursor, Kept
from hanok.store import Store


def test_a_state_is_kept_by_system_and_key(store: Store) -> None:
    store.states.put("video", "arms", Kept(b"\x00one", Cursor(3, 1)))
    assert store.states.get("video", "arms") == Kept(b"\x00one", Cursor(3, 1))
    assert store.states.get("video", "others") is None
    assert store.states.get("comics", "arms") is None


def test_the_state_that_reaches_further_stands(store: Store) -> None:
    for answers, feedback in [(3, 1), (5, 0), (4, 9), (5, 0)]:
        store.states.put("video", "arms", Kept(f"{answers} {feedback}".encode(), Cursor(answers, feedback)))
    assert store.states.get("video", "arms") == Kept(b"5 0", Cursor(5, 0))
