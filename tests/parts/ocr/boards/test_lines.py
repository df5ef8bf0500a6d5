import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.ocr.boards import HELD_OUT, LEVELS, Display, line, number, roster, suited
from hanok.parts.ocr.boards.degrade import homography, mapped, rectangle
from hanok.parts.ocr.boards.fonts import LATIN, SEGMENT, fonts

pytest.importorskip("cv2", reason="rendering needs OpenCV")
SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS, st.sampled_from(list(LEVELS)), st.booleans())
def test_any_number_in_any_face_makes_a_line(seed: int, level: str, segment: bool) -> None:
    rng = np.random.default_rng(seed)
    faces = suited("en")
    face = Display.drawn(rng) if segment else faces[int(rng.integers(len(faces)))]
    picture = line(number(rng, segment=segment), face, rng, level)
    assert picture.dtype == np.uint8
    assert picture.ndim == 2
    assert min(picture.shape) >= 8


def test_a_seed_makes_a_line() -> None:
    face = suited("en")[0]
    one, same, other = (line("42", face, np.random.default_rng(seed), "severe") for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@given(SEEDS, st.floats(10, 120))
def test_ink_differs_from_paper_as_much_as_asked(seed: int, contrast: float) -> None:
    picture = line("HHH", suited("en")[0], np.random.default_rng(seed), height=40, contrast=contrast)
    assert np.ptp(picture) > 0.6 * contrast


def test_the_ink_is_as_high_as_asked() -> None:
    rng = np.random.default_rng(0)
    small, large = (line("888", Display.drawn(rng), rng, height=high).shape[0] for high in (12, 40))
    assert 12 <= small < 40 <= large


@given(SEEDS)
def test_displays_show_only_what_segments_can(seed: int) -> None:
    text = number(np.random.default_rng(seed), segment=True)
    assert set(text) <= set("0123456789-:.")


def test_splits_share_no_family_and_make_up_all() -> None:
    for names in (LATIN, SEGMENT):
        train, held_out, both = ({f.family for f in fonts(names, s)} for s in ("train", "held_out", "all"))  # type: ignore[arg-type]
        assert train | held_out == both
        assert not train & held_out
        assert held_out <= HELD_OUT


def test_where_no_family_fits_another_is_used_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from hanok.parts.ocr.boards import fonts as module

    module._suited.cache_clear()
    monkeypatch.setattr(module, "SEGMENT", ("No Such Family",))
    try:
        assert module.suited("en", "segment")
    finally:
        module._suited.cache_clear()
    assert "No Such Family" in caplog.text


@pytest.mark.parametrize("language", ["en", "ko", "ja"])
def test_a_roster_of_two_hundred_has_no_name_twice(language: str) -> None:
    names = roster(language, 200, np.random.default_rng(0))
    assert len(set(names)) == 200
    assert names == roster(language, 200, np.random.default_rng(0))


@given(st.lists(st.floats(-8, 8), min_size=8, max_size=8))
def test_a_homography_takes_corners_where_they_are_wanted(moves: list[float]) -> None:
    source = rectangle(100, 60)
    target = source + np.array(moves).reshape(4, 2)
    assert np.abs(mapped(source, homography(source, target)) - target).max() < 0.01
