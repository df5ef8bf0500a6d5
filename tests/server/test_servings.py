from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from hanok.core.problem import NotFound, Problem, Unavailable
from hanok.lifecycle.model import Model
from hanok.lifecycle.workspace import Workspace
from hanok.server.limits import Limits
from hanok.server.serving import Served
from hanok.server.servings import Servings

Publish = Callable[[Workspace, str], int]


@contextmanager
def following(workspace: Workspace, references: Sequence[str] | None = ("echo",), extra: int = 2) -> Iterator[Servings]:
    def make(model: Model) -> Served:
        return Served(model, Limits(), lambda items, seconds: None)

    servings = Servings(workspace, references, make, extra)
    servings.start()
    try:
        yield servings
    finally:
        servings.stop()


def until(true: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def numbers(servings: Servings) -> list[int]:
    return sorted(served.version for served in servings.served)


def test_aliases_are_followed_whoever_changes_them(echoes: Workspace) -> None:
    with following(echoes) as servings:
        assert servings.now("echo", None) is servings.now("echo", "champion")
        assert servings.current["echo"].version == 1
        with Workspace.open(echoes.home.path) as elsewhere:
            elsewhere.promote("echo@2")
        until(lambda: servings.current["echo"].version == 2)
        until(lambda: numbers(servings) == [2])


def test_several_references_are_served_the_first_by_default(echoes: Workspace) -> None:
    with following(echoes, ["echo@challenger", "echo@1"]) as servings:
        assert {name: s.version for name, s in servings.current.items()} == {"echo": 2}
        one, challenger = servings.now("echo", "1"), servings.now("echo", "challenger")
        assert (one.version, challenger.version) == (1, 2)


def test_without_references_every_champion_is_served_as_soon_as_there_is_one(
    workspace: Workspace, publish: Publish
) -> None:
    with following(workspace, None) as servings:
        until(servings.ready.is_set)
        assert servings.current == {}
        publish(workspace, "!")
        until(lambda: "echo" in servings.current)


@pytest.mark.parametrize("reference", ["echo@9", "echo@nope", "nobody", "faq"])
def test_what_is_not_there_is_not_started_with(echoes: Workspace, reference: str) -> None:
    with pytest.raises(NotFound), following(echoes, [reference]):
        pass


def test_a_version_that_cannot_be_loaded_leaves_the_old_one_serving(echoes: Workspace) -> None:
    with following(echoes) as servings:
        (echoes.folder("echo", 2) / "known.json").write_text("[]")
        echoes.promote("echo@2")
        until(lambda: servings.failures)
        (failure,) = servings.failures
        assert (failure.version, failure.problem.code) == (2, "tampered")
        assert servings.current["echo"].version == 1
        echoes.promote("echo@1")
        servings.refresh()
        assert not servings.failures
        with pytest.raises(Problem, match="not what was saved"):
            servings.prepare("echo", 2)


def test_a_champion_that_cannot_be_loaded_is_unavailable_and_not_tried_at_each_request(echoes: Workspace) -> None:
    (echoes.folder("echo", 1) / "known.json").write_text("[]")
    with following(echoes, None) as servings:
        until(lambda: servings.failures)
        with pytest.raises(Unavailable, match="not what was saved"):
            servings.fetch("echo", None)
        assert servings.fetch("echo", "2").version == 2


def test_versions_asked_for_by_number_are_loaded_and_the_last_few_kept(echoes: Workspace, publish: Publish) -> None:
    for ending in "abc":
        publish(echoes, ending)
    with following(echoes, extra=2) as servings:
        for version in (2, 3, 4, 5):
            assert servings.fetch("echo", str(version)).version == version
            assert servings.now("echo", str(version)).version == version
        until(lambda: numbers(servings) == [1, 4, 5])


def test_the_memory_of_a_swapped_model_comes_back(echoes: Workspace) -> None:
    with following(echoes) as servings:
        old = weakref.ref(servings.current["echo"].model.system)
        assert old() is not None
        echoes.promote("echo@2")
        servings.refresh()
        until(lambda: old() is None)


def test_swapping_again_and_again_leaves_nothing_behind(echoes: Workspace) -> None:
    seen: weakref.WeakSet[Served] = weakref.WeakSet()
    with following(echoes) as servings:
        for version in (2, 1) * 10:
            echoes.promote(f"echo@{version}")
            servings.refresh()
            seen.update(servings.served)
        until(lambda: len(seen) == 1)
        until(lambda: sum(thread.name == "batcher" for thread in threading.enumerate()) == 1)


def swap_until(stop: threading.Event, workspace: Workspace) -> None:
    with Workspace.open(workspace.home.path) as other:
        while not stop.is_set():
            for version in (1, 2):
                other.promote(f"echo@{version}")
                stop.wait(0.02)


def test_killed_in_the_middle_of_swaps_the_server_comes_back_with_one_of_the_versions(
    serve: Any, echoes: Workspace
) -> None:
    seen = set()
    for wait in (0.3, 0.7):
        with serve() as server:
            stop = threading.Event()

            swapping = threading.Thread(target=swap_until, args=(stop, echoes))
            swapping.start()
            time.sleep(wait)
            server.kill()
            stop.set()
            swapping.join()
        with serve() as server:
            answer = httpx.post(f"{server.url}/v1/systems/echo/predict", json={"text": "x"}).json()
            assert answer["output"]["text"] == f"x{'!?'[answer['version'] - 1]}"
            assert answer["version"] == echoes.store.versions.aliases("echo")["champion"]
            seen.add(answer["version"])
    assert seen <= {1, 2}
