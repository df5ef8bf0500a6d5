import json
from pathlib import Path

import pytest

from hanok.core.problem import Conflict
from hanok.parts.image import load
from hanok.parts.ocr.boards import boards, write

pytest.importorskip("cv2", reason="rendering needs OpenCV")


def test_pictures_and_their_truth_are_written(tmp_path: Path) -> None:
    assert write(boards(3, seed=1, languages=["ko"], designs=["cards"]), tmp_path) == tmp_path / "boards.jsonl"
    rows = [json.loads(row) for row in (tmp_path / "boards.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["image"] for row in rows] == ["img/0000.jpg", "img/0001.jpg", "img/0002.jpg"]
    assert {(row["language"], row["design"]) for row in rows} == {("ko", "cards")}
    assert all(load(tmp_path / row["image"]).shape == (1280, 720, 3) for row in rows)


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    assert [one.file for one in boards(2, seed=7)] == [one.file for one in boards(3, seed=7)][:2]


def test_boards_are_never_written_over(tmp_path: Path) -> None:
    write(boards(1), tmp_path)
    with pytest.raises(Conflict, match="expected a folder without boards"):
        write(boards(1), tmp_path)
