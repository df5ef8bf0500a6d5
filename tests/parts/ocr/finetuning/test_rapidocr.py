"""PP-OCR's recogniser trained on for a few lines, and read with."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from line_drawn import drawn

from hanok.core.problem import Problem, Stopped, Unavailable
from hanok.core.run import Progress, Run
from hanok.parts.ocr import RapidOCR, Sample, Tuning, finetune_rapidocr
from hanok.parts.ocr.rapid import grey, stock_model

WORDS = ("GhostSniper", "Tiny Shark", "xXNeoWolf7", "Comets", "6 / 27", "Iron_Blade86")
TRAIN = [Sample(drawn(text), text) for text in WORDS]
VALID = [Sample(drawn(text), text) for text in ("Sniper", "TinyWolf")] + [Sample(drawn("1555"), "1555", "number")]
SHORT = Tuning(iterations=32, rate=1e-4, checks=2)


@pytest.fixture(scope="module", autouse=True)
def stock() -> RapidOCR:
    pytest.importorskip("torch", reason="pip install 'hanok[train]'")
    pytest.importorskip("onnx", reason="pip install 'hanok[train]'")
    try:
        return RapidOCR("en")
    except Unavailable as missing:
        pytest.skip(str(missing))


def run(folder: Path, seed: int = 0) -> Run:
    return Run(seed, threads=1, scratch=folder)


def test_the_graph_says_what_the_runtime_says() -> None:
    import onnx
    import torch

    from hanok.parts.ocr.finetuning.graph import Graph
    from hanok.parts.quantization import Runner

    model = onnx.load(stock_model())
    ours = Graph(model, model.graph.output[0].name)
    runtime = Runner(stock_model())
    for width in (64, 201, 320):
        x = np.random.default_rng(width).uniform(-1, 1, (2, 3, 48, width)).astype(np.float32)
        theirs = runtime(x)
        with torch.no_grad():
            np.testing.assert_allclose(ours(torch.from_numpy(x)).numpy(), theirs, atol=1e-4)


@pytest.mark.parametrize("half", [0.5, 0.25])
def test_only_what_is_gelu_is_taken_for_it(half: float) -> None:
    import torch

    from hanok.parts.ocr.finetuning.graph import Graph
    from hanok.parts.onnx_graph.build import Builder
    from hanok.parts.quantization import Runner

    spelt = Builder({"x": ("float32", 3)})
    root, one, last = (spelt.constant(np.array([number], np.float32)) for number in (2**0.5, 1, half))
    inner = spelt.add("Add", spelt.add("Erf", spelt.add("Div", "x", root)), one)
    y = spelt.add("Mul", spelt.add("Mul", "x", inner), last, name="y")
    model = spelt.model({y: ("float32", 3)})
    x = np.linspace(-2, 2, 6, dtype=np.float32).reshape(2, 3)
    expected = Runner(model.SerializeToString())(x)
    np.testing.assert_allclose(Graph(model, "y")(torch.from_numpy(x)).numpy(), expected, atol=1e-6)


def test_all_that_learns_has_a_gradient() -> None:
    from hanok.parts.ocr.finetuning.descent import _padded
    from hanok.parts.ocr.finetuning.recogniser import Recogniser

    recogniser = Recogniser(stock_model(), "en")
    recogniser.scores(_padded([grey(drawn("Comets"))])).sum().backward()  # type: ignore[no-untyped-call]
    assert all(weight.grad is not None for weight in recogniser.graph.parameters())


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_network_cut_to_a_language_reads_as_before(language: str, tmp_path: Path) -> None:
    from hanok.parts.ocr.finetuning.recogniser import Recogniser

    texts = [*WORDS, "1555"] if language == "en" else ["山田太郎", "ペンギン", "さくら7", "GhostSniper"]
    lines = [drawn(text) for text in texts]
    recogniser = Recogniser(stock_model(), language)  # type: ignore[arg-type]
    recogniser.save(tmp_path / "cut.onnx")
    assert len(recogniser.characters) < 8000
    assert (tmp_path / "cut.onnx").stat().st_size < stock_model().stat().st_size
    whole, cut = (RapidOCR(language, model=model) for model in (None, tmp_path / "cut.onnx"))  # type: ignore[arg-type]
    for before, after in zip(whole.read(lines, "text"), cut.read(lines, "text"), strict=True):
        assert after.text == before.text
        assert after.confidence > before.confidence - 0.01  # what the letters of others had is shared by those kept
    assert (cut.name, cut.version) != (whole.name, whole.version)


def test_the_model_is_one_that_the_reader_takes_and_the_same_again(tmp_path: Path) -> None:
    heard: list[Progress] = []
    listening = Run(threads=1, scratch=tmp_path, listener=heard.append)
    first = finetune_rapidocr(TRAIN, VALID, tmp_path / "a.onnx", "en", SHORT, listening)
    again = finetune_rapidocr(TRAIN, VALID, tmp_path / "b.onnx", "en", SHORT, run(tmp_path))
    other = finetune_rapidocr(TRAIN, VALID, tmp_path / "c.onnx", "en", SHORT, run(tmp_path, seed=1))
    assert first.path.read_bytes() == again.path.read_bytes() != other.path.read_bytes()
    reader = RapidOCR("en", model=first.path)
    assert reader.name == "rapidocr-tuned"
    assert [reading.text for reading in reader.read([drawn(WORDS[0])], "text")] == [WORDS[0]]
    assert first.lines == len(TRAIN)
    assert first.notes == ()
    assert [stop for stop, _ in first.checks] == [16, 32]
    assert first.exact == max(exact for _, exact in first.checks) > 0.5
    assert [each.metrics["exact"] for each in heard if "exact" in each.metrics] == [exact for _, exact in first.checks]
    assert {each.total for each in heard} == {32}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.onnx", "b.onnx", "c.onnx"]


def test_it_learns_what_it_is_shown(tmp_path: Path) -> None:
    """That what looks like the letter O is a Q here."""
    lines = [Sample(drawn(text), text.replace("O", "Q")) for text in ("SOON", "LOOP", "OTTO")]
    assert not any(
        each.text == lines[k].text for k, each in enumerate(RapidOCR("en").read([s.line for s in lines], "text"))
    )
    found = finetune_rapidocr(lines, lines, tmp_path / "a.onnx", "en", Tuning(160, 3e-4, 1), run(tmp_path))
    assert found.exact == 1.0


def test_lines_that_it_cannot_write_are_left_out_and_named(tmp_path: Path) -> None:
    given = [*TRAIN, Sample(drawn("x"), "한민준"), Sample(drawn("x"), "민"), Sample(drawn("x"), " ")]
    once = Tuning(iterations=16, rate=1e-5, checks=1)
    found = finetune_rapidocr(given, VALID, tmp_path / "a.onnx", "en", once, run(tmp_path))
    assert found.lines == len(TRAIN)
    assert found.notes == ("3 of 9 lines were left out: the base cannot write 민 준 한.",)
    for train, valid in ((given[-3:], VALID), (TRAIN, [])):
        with pytest.raises(Problem, match="lines to learn from and") as raised:
            finetune_rapidocr(train, valid, tmp_path / "b.onnx", "en", once, run(tmp_path))
        assert raised.value.code == "no_lines"


def test_when_time_is_up_it_ends_as_a_shorter_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = count(0.0, 100.0)
    monkeypatch.setattr(
        "hanok.parts.ocr.finetuning.descent.time", SimpleNamespace(monotonic=lambda: next(clock))
    )  # a step takes 100 seconds
    long = Tuning(iterations=16_000, rate=1e-4, checks=2, seconds=400)
    found = finetune_rapidocr(TRAIN, VALID, tmp_path / "a.onnx", "en", long, run(tmp_path))
    assert [stop for stop, _ in found.checks] == [32, 64]
    assert found.notes == ("Time was up after 64 of 16000 iterations.",)


def test_a_run_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        raise Stopped("cancelled")

    with pytest.raises(Stopped):
        finetune_rapidocr(TRAIN, VALID, tmp_path / "a.onnx", "en", SHORT, Run(scratch=tmp_path, listener=stop))
    assert not list(tmp_path.iterdir())


def test_lines_that_are_none_and_names_that_are_none_are_refused(tmp_path: Path) -> None:
    odd = Sample(np.zeros((48, 80, 3), np.uint8), "1")
    with pytest.raises(Problem, match=r"lines\[6\]"):
        finetune_rapidocr([*TRAIN, odd], VALID, tmp_path / "a.onnx")
    with pytest.raises(Problem, match=r"found model\.bin"):
        finetune_rapidocr(TRAIN, VALID, tmp_path / "model.bin")


@pytest.mark.parametrize("content", [None, b"no model", b""], ids=["missing", "words", "empty"])
def test_what_is_no_model_is_refused(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "mine.onnx").write_bytes(content)
    with pytest.raises(Problem, match=r"mine\.onnx") as raised:
        RapidOCR("en", model=tmp_path / "mine.onnx")
    assert raised.value.code == "not_a_model"


def test_another_network_is_refused(tmp_path: Path) -> None:
    from hanok.parts.ocr.finetuning.recogniser import Recogniser
    from hanok.parts.onnx_graph.build import Builder

    graph = Builder({"x": ("float32", 2)})
    y = graph.add("Softmax", graph.add("MatMul", "x", graph.constant(np.eye(2, dtype=np.float32))), name="y")
    path = tmp_path / "other.onnx"
    path.write_bytes(graph.model({y: ("float32", 2)}).SerializeToString())
    with pytest.raises(Problem, match="a last layer with a score for each character"):
        Recogniser(path, "en")
    with pytest.raises(Problem, match="does not say what its scores are of; expected what finetune_rapidocr writes"):
        RapidOCR("en", model=path)


def test_without_torch_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "hanok.parts.ocr.finetuning.descent", raising=False)
    with pytest.raises(Unavailable, match="training a reader on needs torch"):
        finetune_rapidocr(TRAIN, VALID, tmp_path / "a.onnx")
