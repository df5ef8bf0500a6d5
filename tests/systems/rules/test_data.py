from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hanok.core.problem import Problem
from hanok.systems.rules import Config, Data, Rules, Sources
from hanok.systems.rules.data import label
from hanok.systems.rules.values import as_text, kind_of, number, pieces


def read(folder: Path, competitions: str, rules: str, catalogue: str = "", /, **more: Any) -> Data:
    sources: dict[str, Any] = {}
    for name, text in (("competitions", competitions), ("rules", rules), ("catalogue", catalogue)):
        if text:
            path = folder / f"{name}.csv"
            path.write_text(text, "utf-8")
            sources[name] = {"path": path, **more.get(name, {})}
    return Rules.read(Sources.model_validate(sources))


def problem(folder: Path, competitions: str, rules: str, /, **more: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        read(folder, competitions, rules, **more)
    return caught.value


def test_every_further_column_is_a_feature_and_empty_cells_are_none(tmp_path: Path) -> None:
    data = read(tmp_path, "id,Level,game,fee\na, pro ,Go,\nb,,Chess,3.0\n", "competition,rule\na,x\nb,y\nb,z\n")
    assert data.features == [{"game": "Go", "Level": "pro"}, {"game": "Chess", "fee": "3.0"}]
    assert data.rules == [["x"], ["y", "z"]]
    assert (data.names, data.games) == (["a", "b"], ["Go", "Chess"])


def test_lists_and_numbers_of_json_are_read(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text('{"id": 1, "tags": ["x", "y"], "n": 2.5, "on": true}\n{"id": 2, "tags": null, "n": 3}\n')
    (tmp_path / "r.csv").write_text("competition,rule\n1,x\n2,y\n")
    data = Rules.read(Sources.model_validate({"competitions": path, "rules": tmp_path / "r.csv"}))
    assert data.features == [{"tags": "x | y", "n": "2.5", "on": "true"}, {"n": "3"}]


def test_a_rule_twice_counts_once_and_kinds_make_different_rules(tmp_path: Path) -> None:
    data = read(tmp_path, "id,g\na,1\n", "competition,rule,kind\na,x,ban\na,x,\na,x,ban\n")
    assert data.rules == [["ban: x", "x"]]
    assert label("x", "ban") == "ban: x"


def test_the_same_competition_twice_is_one_unless_it_differs(tmp_path: Path) -> None:
    assert len(read(tmp_path, "id,g\na,1\na,1\n", "competition,rule\na,x\n")) == 1
    found = problem(tmp_path, "id,g\na,1\nb,1\na,2\n", "competition,rule\na,x\n")
    assert (found.code, found.where) == ("repeated_competition", "competitions.csv row 3 competition")


def test_a_rule_of_an_unknown_competition_is_named_or_skipped(tmp_path: Path) -> None:
    found = problem(tmp_path, "id,g\na,1\n", "competition,rule\na,x\nzz,y\n")
    assert (found.code, found.where) == ("unknown_competition", "rules.csv row 2 competition")
    assert "'zz'" in found.message
    data = read(tmp_path, "id,g\na,1\n", "competition,rule\na,x\nzz,y\n", rules={"skip": True})
    assert data.rules == [["x"]]


def test_competitions_without_rules_are_left_out_and_counted(tmp_path: Path) -> None:
    data = read(tmp_path, "id,g\na,1\nb,1\n", "competition,rule\na,x\n")
    assert len(data) == 1
    assert data.notes == ["1 of 2 competitions have no rule and are left out."]


def test_the_catalogue_is_joined_by_rule_and_kind(tmp_path: Path) -> None:
    catalogue = "rule,kind,text,games\nx,ban,No x.,Go | SHOGI\ny,,Only y.,\n"
    data = read(tmp_path, "id,g\na,1\n", "competition,rule,kind\na,x,ban\n", catalogue)
    assert data.catalogue["ban: x"] == ("No x.", ("go", "shogi"))
    assert data.catalogue["y"].games == ()


def test_an_empty_cell_where_a_rule_should_be_is_named(tmp_path: Path) -> None:
    assert "rules.csv:3" in str(problem(tmp_path, "id,g\na,1\n", "competition,rule\na,x\na,\n"))


# -- values ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["1", "2", "3"], "number"),
        (["0", "1", "1", "0"], "category"),
        (["pro", "Pro", "amateur", "amateur"], "category"),
        (["a | b", "b", "a|c", "c", "b | c"], "several"),
        (["Spring Cup", "Summer Cup", "Winter Open"], "text"),
        (["same"], "category"),
        ([], "category"),
    ],
)
def test_what_a_column_holds_shows_in_its_cells(texts: list[str], kind: str) -> None:
    assert kind_of(texts) == kind


def test_cells_become_text_and_numbers_are_finite() -> None:
    assert [as_text(v) for v in (float("nan"), 2, 2.0, 2.5, False, ["a", None, 1])] == [
        "",
        "2",
        "2",
        "2.5",
        "false",
        "a | 1",
    ]
    assert [number(t) for t in ("1e400", "nan", "", "12", "1,000")] == [None, None, None, 12.0, 1000.0]
    assert pieces("A | b; a ||") == ["a", "b"]


# -- folds -------------------------------------------------------------------------------------------------------------


def test_folds_share_no_competition_and_the_harder_one_no_game(example: Data) -> None:
    folds = {fold.name: fold for fold in Rules.folds(example, Config(), seed=3)}
    assert list(folds) == ["unseen competitions", "unseen games"]
    for fold in folds.values():
        parts = [{id(features) for features in part.features} for part in (fold.train, fold.valid, fold.test)]
        assert sum(map(len, parts)) == len(set.union(*parts)) == len(example)
        assert min(map(len, parts)) > 10
    hard = folds["unseen games"]
    games = [set(part.games) for part in (hard.train, hard.valid, hard.test)]
    assert sum(map(len, games)) == len(set.union(*games))


def test_another_seed_cuts_another_way_and_the_same_seed_the_same(example: Data) -> None:
    first, again, other = (next(iter(Rules.folds(example, Config(), seed=seed))).test.names for seed in (0, 0, 1))
    assert first == again != other


@pytest.mark.parametrize("n", [0, 1, 4])
def test_too_few_competitions_are_refused(n: int) -> None:
    with pytest.raises(Problem) as caught:
        list(Rules.folds(Data.of([{"g": "x"}] * n, [["a"]] * n), Config(), seed=0))
    assert caught.value.code == "too_few"


def test_with_few_games_there_is_no_harder_protocol() -> None:
    data = Data.of([{"game": str(i % 3)} for i in range(30)], [["a"]] * 30)
    assert [fold.name for fold in Rules.folds(data, Config(), seed=0)] == ["unseen competitions"]
