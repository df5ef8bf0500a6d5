import pytest

from hanok.core.problem import Problem, TooLarge
from hanok.core.table import cells
from hanok.core.table.cells import Broken, limit_rows, refuse_repeated


def test_names_that_differ_only_in_case_or_space_are_repeated() -> None:
    refuse_repeated(["a", "b", "ab"], "faq.csv:1")
    with pytest.raises(Problem) as caught:
        refuse_repeated(["Answer", "b", "answer "], "faq.csv:1")
    assert caught.value.code == "repeated_column"
    assert "column 1" in caught.value.message
    assert "column 3" in caught.value.message


def test_broken_rows_are_all_counted_and_the_first_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MAX_PROBLEMS", 2)
    broken = Broken()
    for line in range(5):
        broken.add(line, Problem("ragged_row", "found 1 cell"))
    assert broken.count == 5
    assert [line for line, _ in broken.first] == [0, 1]


def test_the_row_limit_lets_its_own_number_through() -> None:
    limit_rows(cells.MAX_ROWS, "x.csv")
    with pytest.raises(TooLarge):
        limit_rows(cells.MAX_ROWS + 1, "x.csv")
