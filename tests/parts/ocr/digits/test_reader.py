from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from hanok.core.problem import NotFound, Problem
from hanok.parts.ocr.boards import Display, line, number
from hanok.parts.ocr.digits import DigitReader, Training, reader
from hanok.parts.ocr.engine import Line

pytest.importorskip("cv2", reason="rendering needs OpenCV")


@pytest.fixture(scope="module")
def bundled() -> DigitReader:
    return DigitReader.bundled()


def lines(count: int, level: str, seed: int = 0) -> tuple[list[Line], list[str]]:
    rng = np.random.default_rng(seed)
    texts = [number(rng, segment=True) for _ in range(count)]
    return [line(text, Display.drawn(rng), rng, level) for text in texts], texts


def test_the_bundled_reader_reads(bundled: DigitReader) -> None:
    crops, texts = lines(60, "mild")
    found = bundled.read(crops, "number")
    assert sum(one.text == text for one, text in zip(found, texts, strict=True)) >= 54
    assert all(0 <= one.confidence <= 1 and one.engine == "digits" for one in found)
    assert all(one.text not in one.alternatives for one in found)


def test_where_it_is_surer_it_is_right_more_often(bundled: DigitReader) -> None:
    crops, texts = lines(150, "severe", 1)
    found = sorted(zip(bundled.read(crops), texts, strict=True), key=lambda one: -one[0].confidence)
    right = [one.text == text for one, text in found]
    assert sum(right[:50]) >= 47
    assert sum(right[:50]) > sum(right[-50:])


def test_a_reading_does_not_depend_on_its_neighbours(bundled: DigitReader) -> None:
    crops, _ = lines(40, "photo")
    assert bundled.read(crops) == [bundled.read([crop])[0] for crop in crops]
    assert bundled.read([]) == []


def test_several_threads_may_read_at_once(bundled: DigitReader) -> None:
    crops, _ = lines(24, "photo")
    alone = bundled.read(crops)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == alone for found in pool.map(bundled.read, [crops] * 8))


def test_numbers_are_what_it_reads(bundled: DigitReader) -> None:
    assert bundled.reads("number", "ko")
    assert not bundled.reads("text", "en")
    with pytest.raises(Problem, match="reads 'number'"):
        bundled.read([], "text")


def test_it_is_small_enough_to_come_along(bundled: DigitReader, tmp_path: Path) -> None:
    assert bundled.save(tmp_path / "digits.onnx").stat().st_size <= 300_000


def test_saved_is_loaded(bundled: DigitReader, tmp_path: Path) -> None:
    again = DigitReader.load(bundled.save(tmp_path / "digits.onnx"))
    crops, _ = lines(5, "clean")
    assert again.read(crops) == bundled.read(crops)
    assert again.version == bundled.version


def test_what_is_no_reader_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="expected a saved reader"):
        DigitReader.load(tmp_path / "none.onnx")
    (tmp_path / "text.onnx").write_bytes(b"no model")
    with pytest.raises(Problem, match="expected an exported file"):
        DigitReader.load(tmp_path / "text.onnx")
    onnx = pytest.importorskip("onnx", reason="makes a model that is no reader")
    tensors = [onnx.helper.make_tensor_value_info(name, 1, [1, 1, 32, 32]) for name in ("x", "y")]
    graph = onnx.helper.make_graph([onnx.helper.make_node("Relu", ["x"], ["y"])], "g", tensors[:1], tensors[1:])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=10)
    with pytest.raises(Problem, match="found a network that gives") as raised:
        DigitReader(model.SerializeToString())
    assert raised.value.code == "not_a_reader"


def test_an_installation_without_it_says_how_to_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "BUNDLED", "none.onnx")
    with pytest.raises(NotFound) as raised:
        DigitReader.bundled()
    assert "python -m hanok.parts.ocr.digits" in raised.value.hint


@pytest.mark.parametrize("settings", [{"lines": 0}, {"batch": 0}, {"rate": 0.0}, {"checks": 0}])
def test_settings_that_train_nothing_are_refused(settings: dict) -> None:
    with pytest.raises(Problem, match="expected"):
        Training(**settings)
