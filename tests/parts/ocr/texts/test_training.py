from pathlib import Path

import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.core.run import Progress, Run
from hanok.parts.ocr.ctc.settings import Training
from hanok.parts.ocr.texts import TextReader
from hanok.parts.ocr.texts.alphabet import ALPHABETS, Alphabet
from hanok.parts.text.normalise import Language

torch = pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("onnx", reason="exporting needs onnx")
pytest.importorskip("cv2", reason="rendering needs OpenCV")

SHORT = Training(lines=64, batch=16, checks=2, valid=8)
SYMBOLS = ["가", "힣", "A", " "]


def scores_of(alphabet: Alphabet, seed: int) -> "torch.Tensor":
    generator = torch.Generator().manual_seed(seed)
    return 4 * torch.randn(2, sum(alphabet.sizes), 1, 5, generator=generator)


def test_what_a_batch_does_not_hold_is_one_more_class() -> None:
    from hanok.parts.ocr.texts.network import log_probabilities

    found = log_probabilities(scores_of(ALPHABETS["ko"], 0), ALPHABETS["ko"], SYMBOLS)
    assert found.shape == (5, 2, 1 + len(SYMBOLS) + 1)
    assert found.exp().sum(2).numpy() == pytest.approx(1, abs=1e-5)


def test_probabilities_are_those_of_every_symbol_side_by_side() -> None:
    """Beside a softmax over all 11,269 of them."""
    from hanok.parts.ocr.texts.hangul import INITIALS, MEDIALS
    from hanok.parts.ocr.texts.network import log_probabilities

    scores, alphabet = scores_of(ALPHABETS["ko"], 1), ALPHABETS["ko"]
    own, first, middle, last = scores.squeeze(2).split_with_sizes(alphabet.sizes, 1)
    syllables = first[:, :, None, None] + middle[:, None, :, None] + last[:, None, None, :]
    whole = torch.log_softmax(torch.cat([own, syllables.flatten(1, 3)], 1), 1)  # (B, 11269, T)
    places = [0, own.shape[1], own.shape[1] + INITIALS * MEDIALS * 28 - 1, 1 + alphabet.own.index("A"), 1]
    found = log_probabilities(scores, alphabet, SYMBOLS)[:, :, :-1]
    assert found.numpy() == pytest.approx(whole[:, places].permute(2, 0, 1).numpy(), abs=1e-4)


@pytest.mark.parametrize("language", sorted(ALPHABETS))
def test_where_all_symbols_are_as_frequent_the_reader_says_the_likeliest_text(
    language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanok.parts.ocr.texts.reader.usage", lambda language: {})
    monkeypatch.setattr("hanok.parts.ocr.texts.reader.UNUSUAL", 1.0)
    from hanok.parts.ocr.ctc.decode import decoded
    from hanok.parts.ocr.texts.training import likeliest

    reader = TextReader.train(language, SHORT, Run(threads=1))
    alphabet = ALPHABETS[language]
    for seed in range(20):
        scores = 3 * scores_of(alphabet, seed)
        for said, row in zip(likeliest(alphabet, scores), scores[:, :, 0].numpy(), strict=True):
            chances, symbols = reader.chances(row)
            assert symbols[0] == ""
            assert ((chances >= 0) & (chances <= 1)).all()
            assert (chances.sum(0) <= 1 + 1e-9).all()
            assert said.strip() in [text for text, _ in decoded(chances, symbols)]


def test_training_tells_how_far_it_is_and_makes_a_reader_of_any_width(tmp_path: Path) -> None:
    told: list[Progress] = []
    made = TextReader.train("ko", SHORT, Run(seed=3, threads=1, listener=told.append))
    assert [(one.step, one.total) for one in told] == [(2, 4), (4, 4)]
    again = TextReader.load(made.save(tmp_path / "ko.onnx"), "ko")
    for width in (8, 90, 1500):
        line = np.full((30, width), 255, np.uint8)
        assert again.read([line]) == made.read([line])
    with pytest.raises(Problem, match="found a network that gives"):
        TextReader.load(tmp_path / "ko.onnx", "en")


def test_a_language_without_an_alphabet_is_refused() -> None:
    with pytest.raises(Problem, match="'fr'; expected 'en', 'ja', 'ko'"):
        TextReader.train("fr")  # type: ignore[arg-type]
