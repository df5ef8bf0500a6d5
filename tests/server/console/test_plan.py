from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hanok.server.console.language import LANGUAGES
from hanok.server.console.plan import CELL, Mark, cells, drawing, places, size

TEN = ["faq", "rules", "match", "network", "quantize", "assistant", "video", "comics", "chatbot", "voice"]


def test_ten_rooms_stand_around_the_courtyard() -> None:
    columns, rows = size()
    assert sorted(places()) == sorted(TEN)
    wall = {(x, y) for x in range(columns) for y in range(rows) if x in (0, columns - 1) or y in (0, rows - 1)}
    assert {(place.column, place.row) for place in places().values()} == wall


def test_every_room_has_words_in_every_language() -> None:
    for place in places().values():
        assert place.title.keys() == place.summary.keys() == LANGUAGES.keys()
        assert all([*place.title.values(), *place.summary.values(), place.icon])


@given(st.lists(st.text(min_size=1, max_size=8).filter(lambda name: name not in TEN), unique=True, max_size=30))
def test_guests_get_a_place_of_their_own(guests: list[str]) -> None:
    marks = [Mark(name, name, "", "untrained") for name in [*TEN, *guests]]
    found = cells(marks)
    assert len({(cell.x, cell.y) for cell in found}) == len(marks)
    assert all(cell.y >= size()[1] * CELL for cell in found if cell.mark.name in guests)


def test_pillars_stand_at_walls_only() -> None:
    plan = drawing([])
    court = plan["court"]
    inside = [
        (x, y)
        for x, y in plan["pillars"]
        if court["x"] < x < court["x"] + court["width"] and court["y"] < y < court["y"] + court["height"]
    ]
    assert not inside
    assert (0, 0) in plan["pillars"]
