from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.parts.ocr import match

pytest.importorskip("rapidfuzz", reason="rapidfuzz is not installed")

ROSTER = ["TinyShark85", "TinyShark58", "Iron_Blade86", "GhostSniper", "권태양", "황승현", "한민준", "鈴木健太"]


@pytest.mark.parametrize(
    ("reading", "name"),
    [
        ("GhostSniper", "GhostSniper"),
        ("ghostsniper", "GhostSniper"),
        ("Ghost Sniper", "GhostSniper"),
        ("lron_Blade86", "Iron_Blade86"),
        ("ＧｈｏｓｔＳｎｉｐｅｒ", "GhostSniper"),
        ("TinyShark", None),  # either of two
        ("한빈준", "한민준"),  # one letter of nine
        ("鈴木健太", "鈴木健太"),
        ("한민줌", "한민준"),  # a letter that looks like it
        ("Somebody", None),
        ("", None),
    ],
)
def test_a_reading_finds_its_name(reading: str, name: str | None) -> None:
    (found,) = match([reading], ROSTER)
    assert found.name == name


def test_nobody_is_used_twice() -> None:
    found = match(["GhostSniper", "GhostSnipe", "권태양"], ROSTER)
    assert [one.name for one in found] == ["GhostSniper", None, "권태양"]


def test_of_two_that_want_one_name_the_better_together_wins() -> None:
    found = match(["abcdefgh1", "abcdefgh2"], ["abcdefgh2", "xyz"], best=80, margin=5)
    assert [one.name for one in found] == [None, "abcdefgh2"]


def test_a_name_read_to_the_letter_is_that_name_beside_others_like_it() -> None:
    found = match(["LuckyFox", "luckyfox"], ["luckyfox", "LuckyFox", "Lucky_Fox7"])
    assert [one.name for one in found] == ["LuckyFox", "luckyfox"]
    assert match(["Lucky Fox"], ["LuckyFox", "Lucky Fox"])[0].name is None


def test_a_player_with_another_number_is_not_taken_for_one_without() -> None:
    assert match(["용감한여우63"], ["용감한여우"])[0].name is None


def test_what_else_was_read_of_a_cell_counts_for_its_name() -> None:
    roster = ["田中湊", "田中蓮"]
    assert match(["田中淡"], roster)[0].name is None
    assert match(["田中淡"], roster, seconds=[["田中湊"]])[0].name == "田中湊"
    with pytest.raises(Problem, match="2 readings and 1"):
        match(["田中淡", "田中蓮"], roster, seconds=[["田中湊"]])


def test_of_a_complete_roster_the_only_one_like_it_is_meant() -> None:
    assert match(["田中淡"], ["田中湊", "鈴木健太"])[0].name is None
    assert match(["田中淡"], ["田中湊", "鈴木健太"], complete=True)[0].name == "田中湊"
    assert match(["田中淡"], ["田中湊", "田中蓮"], complete=True)[0].name is None
    assert match(["?"], ["田中湊", "鈴木健太"], complete=True)[0].name is None


def test_a_person_is_offered_the_closest() -> None:
    (found,) = match(["TinyShark"], ROSTER)
    assert set(found.closest[:2]) == {"TinyShark85", "TinyShark58"}


def test_more_cells_than_names_and_no_names_at_all() -> None:
    assert [one.name for one in match(["GhostSniper", "권태양"], ["권태양"])] == [None, "권태양"]
    assert [one.name for one in match(["GhostSniper"], [])] == [None]
    assert match([], ROSTER) == []


@given(st.lists(st.text(max_size=8), max_size=6), st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=6))
def test_names_are_of_the_roster_and_each_once(readings: list[str], roster: list[str]) -> None:
    found = match(readings, roster)
    names = [one.name for one in found if one.name is not None]
    assert len(found) == len(readings)
    assert len(names) == len(set(names))
    assert set(names) <= set(roster)
    assert all(0 <= one.likeness <= 100 for one in found)
