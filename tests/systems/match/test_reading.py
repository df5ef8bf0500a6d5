"""The user's folder: what is taken, and problems that name file, line and field."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_boards import DIGITS, folder

from hanok.core.problem import Problem
from hanok.systems.match import Data, Match, Sources
from hanok.systems.match.folds import said

Rows = list[dict[str, Any]]


def written(example: Path, tmp_path: Path, change: Callable[[Rows], object]) -> Path:
    """The example with other lines."""
    shutil.copytree(example, tmp_path / "boards")
    path = tmp_path / "boards" / "boards.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    change(rows)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return tmp_path / "boards"


def read(path: Path) -> Data:
    return Match.read(Sources(boards=path))


CHANGES: dict[str, tuple[Callable[[Rows], object], str]] = {
    "a missing picture": (lambda rows: rows[1].update(image="none.png"), "boards.jsonl:2 image: found no file"),
    "a picture elsewhere": (lambda rows: rows[1].update(image="../x.png"), "boards.jsonl:2 image: found '../x.png'"),
    "an empty design": (lambda rows: rows[2].update(design=""), "boards.jsonl:3 design: found ''"),
    "no cells": (lambda rows: rows[0].update(cells=[]), "boards.jsonl:1 cells: found no cells"),
    "another language": (lambda rows: rows[0].update(language="fr"), "boards.jsonl:1 language: found 'fr'"),
    "an empty text": (lambda rows: rows[0]["cells"][4].update(text=" "), r"boards.jsonl:1 cells\[4\] text: found ' '"),
    "another kind": (lambda rows: rows[0]["cells"][4].update(kind="x"), r"boards.jsonl:1 cells\[4\] kind: found 'x'"),
    "a strange field": (
        lambda rows: rows[0]["cells"][4].update(field="teams.a.score"),
        r"boards.jsonl:1 cells\[4\] field: found 'teams.a.score'",
    ),
    "a field twice": (
        lambda rows: rows[0]["cells"][4].update(field="teams.0.total"),
        r"boards.jsonl:1 cells\[5\] field: found 'teams.0.total' twice",
    ),
    "three corners": (
        lambda rows: rows[0]["cells"][4].update(quad=[[0, 0], [1, 0], [1, 1]]),
        r"boards.jsonl:1 cells\[4\] quad: found",
    ),
    "a text outside": (
        lambda rows: rows[0]["cells"][4].update(quad=[[900, 0], [950, 0], [950, 9], [900, 9]]),
        r"boards.jsonl:1 cells\[4\] quad: found a text at 925",
    ),
    "words of the design only": (
        lambda rows: rows[0].update(cells=rows[0]["cells"][:3]),
        "boards.jsonl:1 cells: found words of the design only",
    ),
    "two truths": (
        lambda rows: rows[1].update(image=rows[0]["image"]),
        "boards.jsonl:2: found the picture of boards.jsonl:1 with other texts",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_problem_names_file_line_and_field(example: Path, tmp_path: Path, what: str) -> None:
    change, expected = CHANGES[what]
    with pytest.raises(Problem, match=expected):
        read(written(example, tmp_path, change))


def test_a_picture_that_is_none_is_named(example: Path, tmp_path: Path) -> None:
    path = written(example, tmp_path, lambda rows: None)
    (path / "2.png").write_bytes(b"no picture")
    with pytest.raises(Problem, match=r"boards.jsonl:3 2.png"):
        read(path)


def test_a_line_that_is_no_json_is_named(example: Path, tmp_path: Path) -> None:
    path = written(example, tmp_path, lambda rows: None)
    with (path / "boards.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n{half")
    with pytest.raises(Problem, match=r"boards.jsonl:9: found"):
        read(path)


def test_a_repeated_line_counts_once(example: Path, tmp_path: Path) -> None:
    data = read(written(example, tmp_path, lambda rows: rows.append(rows[0])))
    assert len(data) == 8
    assert data.notes == ("boards.jsonl:9 repeats boards.jsonl:1 and was left out.",)


def test_the_language_is_told_by_names_where_it_is_not_given(example: Path, tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        del rows[0]["language"]
        next(cell for cell in rows[0]["cells"] if cell["kind"] == "name")["text"] = "한민준"

    assert read(written(example, tmp_path, change)).boards[0].language == "ko"


def as_elsewhere(rows: Rows) -> None:
    """Cells without fields beside a record, in another renderer's words."""
    kinds = {"score": "teamscore", "total": "total"}
    for row in rows:
        record: dict[str, Any] = {"lang": "en", "teams": [{"players": []} for _ in range(2)]}
        for cell in row["cells"]:
            parts = cell.pop("field").split(".")
            if parts[0] != "teams":
                continue
            team = record["teams"][int(parts[1])]
            if len(parts) == 3:
                cell["kind"] = kinds.get(parts[2], "team")
                if parts[2] != "score":
                    team["team" if parts[2] == "name" else "total"] = cell["text"]
                continue
            if parts[4] == "name":
                team["players"].append({})
            team["players"][-1]["k" if parts[4] == "kills" else parts[4]] = cell["text"]
            cell["kind"] = "name" if parts[4] == "name" else "num"
        row |= {"record": record}
        del row["design"], row["language"]


def test_cells_without_fields_are_taken_where_they_follow_the_record(example: Path, tmp_path: Path) -> None:
    data = read(written(example, tmp_path, as_elsewhere))
    assert [board.texts for board in data.boards] == [board.texts for board in read(example).boards]
    assert {board.design for board in data.boards} == {"board"}


def test_cells_without_fields_that_say_something_else_are_refused(example: Path, tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        as_elsewhere(rows)
        rows[3]["record"]["teams"][0]["players"][1]["score"] = "1"

    with pytest.raises(Problem, match=r"boards.jsonl:4 cells\[\d+\] field: found .* where the record has '1'"):
        read(written(example, tmp_path, change))


def test_pictures_of_one_match_stay_together(example: Path, tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        for row in rows[:4]:
            rows.append({**row, "image": f"again-{row['image']}"})

    shutil.copytree(example, tmp_path / "pictures")
    path = written(example, tmp_path, change)
    for k in range(4):
        content = (path / f"{k}.png").read_bytes()
        (path / f"again-{k}.png").write_bytes(content + b"a second photograph")
    for seed in range(5):
        fold = next(iter(Match.folds(read(path), DIGITS, seed=seed)))
        parts = [{said(board) for board in part.boards} for part in (fold.train, fold.valid, fold.test)]
        assert not parts[0] & parts[1] | parts[0] & parts[2] | parts[1] & parts[2]
        assert sum(len(part) for part in fold[1:]) == 12


def test_of_each_design_some_are_held_out(tmp_path: Path) -> None:
    data = read(folder(tmp_path / "boards", 12, designs=("dusk", "day")))
    fold = next(iter(Match.folds(data, DIGITS, seed=0)))
    for part in (fold.train, fold.valid, fold.test):
        assert {board.design for board in part.boards} == {"dusk", "day"}


def test_too_few_pictures_are_refused(tmp_path: Path) -> None:
    data = read(folder(tmp_path / "boards", 2))
    with pytest.raises(Problem, match="found 2 pictures"):
        next(iter(Match.folds(data, DIGITS, seed=0)))


def test_the_bundled_example_is_whole_and_small() -> None:
    path = Path(__file__).parents[3] / "examples" / "match" / "boards"
    data = read(path)
    assert len(data) == 24
    assert sorted(map(len, data.layouts().values())) == [8, 8, 8]
    assert {board.language for board in data.boards} == {"en", "ko", "ja"}
    assert sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) < 1_200_000
