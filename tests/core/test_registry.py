from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from hanok.core import registry
from hanok.core.problem import NotFound, Unavailable

ROOM = """
    from pydantic import BaseModel
    from hanok.rooms import System

    class M(BaseModel):
        pass

    class Room(System[M, M, None, M, M]):
        name, title, summary, objectives = "attic", "Attic", "", ()
        read = folds = fit = predict = evaluate = save = load = lambda self: None
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Lay out an installed distribution with one room, as pip would."""

    def lay_out(module: str, source: str, extras: str = "") -> None:
        (tmp_path / f"{module}.py").write_text(dedent(source), encoding="utf-8")
        about = tmp_path / f"{module}-1.0.dist-info"
        about.mkdir()
        about.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        about.joinpath("entry_points.txt").write_text(f"[{registry.GROUP}]\nattic = {module}:Room {extras}\n")
        monkeypatch.syspath_prepend(str(tmp_path))

    def forget() -> None:
        registry._entries.cache_clear()
        registry.find.cache_clear()

    forget()
    before = set(sys.modules)
    yield lay_out
    forget()
    for name in set(sys.modules) - before:
        if name.startswith("attic_"):
            del sys.modules[name]


def test_a_room_is_found_by_its_entry_point_and_imported_when_asked_for(install: Install) -> None:
    install("attic_whole", ROOM)
    assert "attic" in registry.names()
    assert "attic_whole" not in sys.modules
    assert registry.find("attic").title == "Attic"
    assert registry.find("attic") is registry.find("attic")


def test_names_are_sorted(install: Install) -> None:
    install("attic_sorted", ROOM)
    assert registry.names() == sorted(registry.names())
    assert registry.names()[0] == "attic"


def test_what_is_not_installed_is_not_found_and_the_others_are_listed() -> None:
    with pytest.raises(NotFound) as caught:
        registry.find("no such room")
    assert caught.value.code == "unknown_system"
    assert all(name in caught.value.hint for name in registry.names())


def test_a_missing_extra_is_one_line_that_says_what_to_install(install: Install) -> None:
    install("attic_extra", "import no_such_library\n", extras="[roof, stairs]")
    with pytest.raises(Unavailable) as caught:
        registry.find("attic")
    assert caught.value.code == "extra_missing"
    assert "no_such_library" in caught.value.message
    assert caught.value.hint == "pip install 'attic_extra[roof, stairs]'"


def test_without_an_extra_the_library_itself_is_named(install: Install) -> None:
    install("attic_library", "import no_such_library\n")
    with pytest.raises(Unavailable) as caught:
        registry.find("attic")
    assert caught.value.hint == "pip install 'no_such_library'"


def test_a_room_that_leaves_a_door_unset_is_told_its_author(install: Install) -> None:
    install("attic_unset", ROOM.replace('"attic", "Attic", "", ()', '"attic", "Attic", "", ()\n        del summary'))
    with pytest.raises(TypeError, match=r"attic_unset\.Room leaves unset: summary"):
        registry.find("attic")


def test_a_bug_in_a_room_is_not_taken_for_a_missing_extra(install: Install) -> None:
    install("attic_bug", "1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        registry.find("attic")
