from collections.abc import Sequence

import numpy as np
import pytest
from drawn import HEADS, Drawn, board

from hanok.core.problem import Problem
from hanok.parts.ocr.geometry import Box
from hanok.parts.ocr.layout import find_layout, rows_of
from hanok.parts.ocr.line import Line, line_of


class Reading:
    """Reads lines of a board by looking them up: an engine without errors."""

    def __init__(self, drawn: Drawn) -> None:
        from hanok.parts.ocr.cells import find_cells

        self.known = {}
        for cell in find_cells(drawn.pixels):
            name = max(drawn.cells, key=lambda each: drawn.cells[each].iou(cell))
            self.known[line_of(drawn.pixels, cell).tobytes()] = drawn.texts[name]
        self.count = 0

    def __call__(self, lines: Sequence[Line]) -> list[str]:
        self.count += len(lines)
        return [self.known.get(line.tobytes(), "") for line in lines]


def under(drawn: Drawn, other: Drawn) -> Drawn:
    """One board below another."""
    height = drawn.pixels.shape[0]
    cells = {
        f"below.{name}": Box(b.left, b.top + height, b.right, b.bottom + height) for name, b in other.cells.items()
    }
    texts = {f"below.{name}": text for name, text in other.texts.items()}
    return Drawn(np.concatenate([drawn.pixels, other.pixels]), drawn.cells | cells, drawn.texts | texts)


@pytest.mark.parametrize("players", [3, 6])
def test_columns_have_names_and_rows_their_cells(players: int) -> None:
    drawn = board(3, players=players)
    (table,) = find_layout(drawn.pixels, Reading(drawn)).tables
    assert [column.field for column in table.columns] == ["name", "kills", "deaths", "assists", "score"]
    assert len(table.rows) == players
    for number, row in enumerate(table.rows):
        assert not row.is_total
        for head, cell in zip(("name", *HEADS[1:]), row.cells, strict=True):
            assert cell is not None
            assert cell.iou(drawn.cells[f"{number}.{head}"]) >= 0.5


def test_headers_in_korean() -> None:
    drawn = board(3)
    words = dict(zip([f"head.{head}" for head in HEADS], ("선수", "킬", "데스", "도움", "점수"), strict=True))
    (table,) = find_layout(drawn.pixels, Reading(drawn._replace(texts=drawn.texts | words))).tables
    assert [column.field for column in table.columns] == ["name", "kills", "deaths", "assists", "score"]


def test_every_cell_is_in_a_row() -> None:
    layout = find_layout(board(3).pixels)
    assert len(layout.cells) == len(board(3).cells)
    assert [len(row) for row in layout.rows] == [1, 5, 5, 5, 5, 5, 5]


def test_without_an_engine_columns_have_no_names() -> None:
    (table,) = find_layout(board(3).pixels).tables
    assert [column.field for column in table.columns] == [None] * 5
    assert len(table.rows) == 6


def test_two_tables_below_each_other_help_each_other() -> None:
    drawn = under(board(1), board(2))
    misread = drawn._replace(texts=drawn.texts | {"below.head.Kills": "H1llz"})
    upper, lower = find_layout(drawn.pixels, Reading(misread)).tables
    assert [column.field for column in lower.columns] == [column.field for column in upper.columns]
    assert (len(upper.rows), len(lower.rows)) == (5, 5)


def test_two_tables_beside_each_other() -> None:
    left, right = board(1), board(2)
    width = left.pixels.shape[1]
    cells = {f"r.{name}": Box(b.left + width, b.top, b.right + width, b.bottom) for name, b in right.cells.items()}
    texts = {f"r.{name}": text for name, text in right.texts.items()}
    both = Drawn(np.concatenate([left.pixels, right.pixels], axis=1), left.cells | cells, left.texts | texts)
    tables = find_layout(both.pixels, Reading(both)).tables
    assert [table.columns[0].field for table in tables] == ["name", "name"]
    assert [len(table.rows) for table in tables] == [5, 5]
    assert tables[0].columns[-1].right < tables[1].columns[0].left


def test_a_row_may_lack_cells_and_be_a_total() -> None:
    drawn = board(3)
    pixels = drawn.pixels.copy()
    for head in HEADS[1:4]:
        left, top, right, bottom = drawn.cells[f"4.{head}"].grown(4, 4, pixels.shape)
        pixels[top:bottom, left:right] = pixels[top, left]
    total = drawn._replace(pixels=pixels, texts=drawn.texts | {"4.name": "TOTAL"})
    (table,) = find_layout(pixels, Reading(total)).tables
    assert [row.is_total for row in table.rows] == [False] * 4 + [True]
    assert [cell is not None for cell in table.rows[-1].cells] == [True, False, False, False, True]


def test_few_cells_are_read() -> None:
    drawn = board(3, players=8)
    reading = Reading(drawn)
    find_layout(drawn.pixels, reading)
    assert reading.count <= 5 + 8 * 3  # the header, and of each other row two numbers and its first cell


@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_board(value: int) -> None:
    with pytest.raises(Problem) as refused:
        find_layout(np.full((200, 300, 3), value, np.uint8))
    assert refused.value.code == "no_text"


def test_a_picture_without_a_table() -> None:
    drawn = board(3)
    with pytest.raises(Problem) as refused:
        find_layout(drawn.pixels[:80])  # the title
    assert refused.value.code == "no_table"


def test_rows_are_cells_at_one_height() -> None:
    cells = [Box(x, y + x // 50, x + 20, y + 12 + x // 50) for y in (0, 20, 40) for x in (0, 50, 100)]
    assert [[cell.left for cell in row] for row in rows_of(cells[::-1])] == [[0, 50, 100]] * 3
