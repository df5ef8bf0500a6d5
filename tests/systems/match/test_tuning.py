"""Tesseract tuned on the room's own cells: tried where it may help, taken only where it does, and said either way."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from small_boards import folder

from hanok.core.contract import Fold
from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.ocr import Cascade, Engine, Kind, Line, Reading, Sample
from hanok.systems.match import Config, Data, Match, Photo, Sources
from hanok.systems.match.models import Model
from hanok.systems.match.tuning import Cells, attempts, parted, promoted, tuned


class Knows:
    """Reads cells by their shade: those it knows, all others as something else."""

    version = "1"

    def __init__(self, name: str, known: Sequence[int], other: str = "") -> None:
        self.name, self.known, self.other = name, set(known), other

    def reads(self, kind: Kind, language: str) -> bool:
        return True

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        shades = [int(line[0, 0]) for line in lines]
        return [Reading(str(shade) if shade in self.known else self.other, 0.9, self.name) for shade in shades]


class Fixed(Model):
    """A model whose reader is known."""

    def __init__(self, engine: Engine) -> None:
        super().__init__("tesseract", "en", Path("tuned.traineddata"))
        self.__dict__["reader"] = engine  # what is cached there


def samples(shades: Sequence[int], design: str) -> list[Sample]:
    return [Sample(np.full((4, 4), shade, np.uint8), str(shade), "number", design) for shade in shades]


def found(stock: Sequence[int], model: Sequence[int]) -> tuple[Cascade | None, str]:
    cells = Cells([], samples(range(40), "dusk"), samples(range(20), "dusk") + samples(range(20, 40), "dawn"))
    old = Cascade([Knows("tesseract", stock), Knows("rapidocr", [])], target=0.9)
    return promoted("number", old, cells, Fixed(Knows("tesseract-tuned", model)))


def test_a_model_that_reads_a_design_better_and_none_worse_is_asked_after_the_stock_one() -> None:
    new, why = found(range(30), range(40))
    assert new is not None
    assert [engine.name for engine in new.engines] == ["tesseract", "tesseract-tuned", "rapidocr"]
    assert why == "tesseract-tuned reads number, too (dusk 20 → 20 of 20, dawn 10 → 20 of 20)."


def test_a_model_that_is_nowhere_better_is_not_taken() -> None:
    new, why = found(range(40), range(38))
    assert new is None
    scores = "dusk 20 → 20 of 20, dawn 20 → 18 of 20"
    assert why == f"tesseract-tuned was not taken for number: it reads no design better ({scores})."


def test_a_model_that_makes_a_design_worse_is_not_taken() -> None:
    kept, valid = samples(range(20, 40), "dawn"), samples(range(20), "dusk") + samples(range(30, 40), "dawn")
    old = Cascade([Knows("tesseract", range(20), "1")], target=0.9)
    new, why = promoted("number", old, Cells([], kept, valid), Fixed(Knows("tesseract-tuned", range(20, 40), "999")))
    assert new is None
    found = "all engines together read less with it: dusk 20 → 0"
    assert why == f"tesseract-tuned was not taken for number: {found}."


def test_what_is_not_taken_leaves_the_cascade_as_it_was() -> None:
    cells = Cells([], samples(range(40), "dusk"), samples(range(40), "dusk"))
    old = Cascade([Knows("tesseract", range(40))], target=0.9)
    before = old.stages
    promoted("number", old, cells, Fixed(Knows("tesseract-tuned", [])))
    assert old.stages is before


def test_of_each_layout_a_third_of_the_matches_is_kept_from_the_model(tmp_path: Path) -> None:
    boards = Match.read(Sources(boards=folder(tmp_path / "boards", 12, ("dusk", "dawn")))).boards
    again = [*boards, *boards]
    taught, kept = parted(again)
    assert len(kept) == 8
    assert len(taught) == 16
    assert not {board.name for board in taught} & {board.name for board in kept}
    assert {board.design for board in kept} == {"dusk", "dawn"}


def test_without_a_base_nothing_is_tried() -> None:
    assert tuned({}, {}, Config(), Run()) == ({}, [], [])


def test_too_few_cells_are_not_learnt_from_and_the_report_says_so(fold: Fold[Data], tmp_path: Path) -> None:
    room = Match(Config(target=0.9, examples=1, engines=("digits", "tesseract"), base=tmp_path / "fra.traineddata"))
    notes = room.fit(fold.train, fold.valid, Run(threads=1)).room.notes
    (note,) = [note for note in notes if note.startswith("Tesseract was not tuned")]
    assert note.endswith("cells to learn from; expected 200.")


def test_who_is_to_get_better_has_to_be_among_the_engines() -> None:
    with pytest.raises(ValidationError, match="found engines without tesseract"):
        Config(engines=("digits",), base=Path("fra.traineddata"))
    with pytest.raises(ValidationError, match="found engines without rapidocr"):
        Config(engines=("digits",), rapidocr_lines=1000)


def test_tesseract_learns_from_all_but_figures_and_rapidocr_from_each_language_by_itself() -> None:
    engines = [Knows("tesseract", []), Knows("rapidocr", [])]
    cascades = {
        "number": Cascade(engines),
        "figures": Cascade(engines),
        "text.en": Cascade(engines),
        "text.ja": Cascade(engines, "ja"),
        "text.ko": Cascade(engines[:1], "ko"),
    }
    config = Config(base=Path("fra.traineddata"), rapidocr_lines=1000)
    assert [tuple(attempt) for attempt in attempts(cascades, config)] == [
        ("tesseract", "en", ["number", "text.en", "text.ja", "text.ko"]),
        ("rapidocr", "en", ["number", "figures", "text.en"]),
        ("rapidocr", "ja", ["text.ja"]),
    ]
    assert list(attempts(cascades, Config())) == []


def test_a_model_goes_with_its_last_holder(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "tuned.traineddata").write_bytes(b"")
    model: Model | None = Model("tesseract", "en", own / "tuned.traineddata", own)
    assert model
    assert model.path.exists()
    model = None
    gc.collect()
    assert not own.exists()


@pytest.fixture(scope="module")
def base(data: Path) -> Path:
    path = data / "ocr_float_base" / "fra.traineddata"
    if not path.is_file() or not shutil.which("lstmtraining"):
        pytest.skip("no float model to go on from, or apt install tesseract-ocr")
    pytest.importorskip("tesserocr", reason="pip install 'hanok[ocr]'")
    return path


def test_a_base_that_is_none_is_a_problem_and_not_a_note(base: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.traineddata"
    bad.write_bytes(b"no model")
    cells = Cells(samples(range(200), "dusk"), samples(range(9), "dusk"), [])
    cascades = {"number": Cascade([Knows("tesseract", [])])}
    with pytest.raises(Problem, match="found no recurrent network"):
        tuned(cascades, {"number": cells}, Config(base=bad), Run(scratch=tmp_path))
    assert list(tmp_path.iterdir()) == [bad]


@pytest.fixture(params=["tesseract", "rapidocr"])
def tuning(request: pytest.FixtureRequest) -> Config:
    """Of a room that trains its only reader on."""
    if request.param == "tesseract":
        return Config(target=0.9, engines=("tesseract",), base=request.getfixturevalue("base"), iterations=1200)
    pytest.importorskip("torch", reason="pip install 'hanok[train]'")
    pytest.importorskip("rapidocr", reason="pip install 'hanok[ocr]'")
    return Config(target=0.9, engines=("rapidocr",), rapidocr_lines=3200)


@pytest.mark.slow
def test_a_room_that_tuned_its_reader_reads_better_and_is_the_same_when_loaded(tuning: Config, tmp_path: Path) -> None:
    (reader,) = tuning.engines
    boards = pytest.importorskip("hanok.parts.ocr.boards")
    level = "photo" if reader == "tesseract" else "severe"  # where it leaves something to be learnt
    made = boards.boards(36, seed=5, designs=["scoreboard"], languages=["en"], degradations=[level])
    boards.write(made, tmp_path / "boards")
    data = Match.read(Sources(boards=tmp_path / "boards"))
    (cut,) = Match.folds(data, tuning, seed=0)
    room = Match(tuning).fit(cut.train, cut.valid, Run(threads=1, scratch=tmp_path))
    assert room.room.engines["number"] == (reader, f"{reader}-tuned")
    assert any(note.startswith(f"{reader}-tuned reads number, too (scoreboard ") for note in room.room.notes)
    plain = Match(tuning.model_copy(update={"base": None, "rapidocr_lines": 0}))
    plain = plain.fit(cut.train, cut.valid, Run(threads=1))
    exact = [one.evaluate(cut.test).values()["numbers"] for one in (plain, room)]
    assert exact[1] > exact[0]
    (tmp_path / "artifact").mkdir()
    room.save(tmp_path / "artifact")
    loaded = Match(tuning)
    loaded.load(tmp_path / "artifact")
    photo = Photo(image=cut.test.boards[0].image)
    before = room(photo).model_dump()
    del room
    gc.collect()
    assert loaded(photo).model_dump() == before
    assert not list(tmp_path.glob("tmp*"))
