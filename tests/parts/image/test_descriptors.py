import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.parts.image import Descriptors, cosine, load, thumbnail

RNG = np.random.default_rng(0)
NOISE = RNG.integers(0, 256, (64, 48, 3)).astype(np.uint8)


def stripes(step: int, *, upright: bool, colour: tuple[int, int, int] = (255, 255, 255)) -> np.ndarray:
    on = (np.arange(128) // step) % 2 == 1
    lines = np.broadcast_to(on[None, :] if upright else on[:, None], (128, 128))
    return (lines[..., None] * np.array(colour)).astype(np.uint8)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**31))
def test_a_description_is_of_length_one_and_finite(height: int, width: int, seed: int) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8)
    vector = Descriptors().describe(image)
    assert vector.shape == (Descriptors().size,)
    assert vector.dtype == np.float32
    assert (vector >= 0).all()
    assert float(vector @ vector) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_plain_image_has_a_description(value: int) -> None:
    vector = Descriptors().describe(np.full((10, 10, 3), value, np.uint8))
    assert float(vector @ vector) == pytest.approx(1, abs=1e-5)


def test_the_same_picture_made_small_and_compressed_is_nearest() -> None:
    images = [
        stripes(s, upright=u, colour=c) for s in (4, 16) for u in (True, False) for c in ((255, 80, 0), (0, 90, 255))
    ]
    smooth = [np.asarray(image, np.uint8) for image in images]
    describe = Descriptors().describe
    originals = np.stack([describe(i) for i in smooth])
    copies = np.stack([describe(load(thumbnail(i, 96, format="jpeg"))) for i in smooth])
    assert cosine(copies, originals).argmax(axis=1).tolist() == list(range(len(images)))


def test_each_part_sees_what_it_is_for() -> None:
    red, blue = (stripes(8, upright=True, colour=c) for c in ((255, 0, 0), (0, 0, 255)))
    across = stripes(8, upright=False, colour=(255, 0, 0))
    fine = stripes(2, upright=True, colour=(255, 0, 0))

    def alike(part: Descriptors, a: np.ndarray, b: np.ndarray) -> float:
        return float(cosine(part.describe(a), part.describe(b)))

    colour, texture, edges = Descriptors(1, 0, 0), Descriptors(0, 1, 0), Descriptors(0, 0, 1)
    assert alike(colour, red, across) > 0.95
    assert alike(colour, red, blue) < 0.8
    assert alike(edges, red, blue) > 0.95
    assert alike(edges, red, across) < 0.3
    assert alike(texture, red, fine) < 0.9


def test_weights_are_those_of_the_cosines() -> None:
    other = stripes(8, upright=True, colour=(200, 50, 10))
    parts = [Descriptors(1, 0, 0), Descriptors(0, 1, 0), Descriptors(0, 0, 1)]
    single = [float(p.describe(NOISE) @ p.describe(other)) for p in parts]
    both = Descriptors(0.5, 0.3, 0.2)
    assert float(both.describe(NOISE) @ both.describe(other)) == pytest.approx(
        np.dot([0.5, 0.3, 0.2], single), abs=1e-5
    )


@pytest.mark.parametrize("weights", [(0, 0, 0), (-1, 1, 1), (np.nan, 1, 1), (np.inf, 1, 1)])
def test_weights_that_cannot_be_used(weights: tuple[float, float, float]) -> None:
    with pytest.raises(Problem, match="0 or more"):
        Descriptors(*weights)


@pytest.mark.parametrize(
    "image", [np.zeros((4, 4)), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8), np.zeros((4, 4, 4), np.uint8)]
)
def test_what_is_no_image_is_a_problem(image: np.ndarray) -> None:
    with pytest.raises(Problem, match="expected \\(height, width, 3\\) of uint8"):
        Descriptors().describe(image)


def test_cosines() -> None:
    left, right = RNG.standard_normal((4, 8)), RNG.standard_normal((3, 8))
    expected = [[a @ b / np.linalg.norm(a) / np.linalg.norm(b) for b in right] for a in left]
    np.testing.assert_allclose(cosine(left, right), expected, atol=1e-6)
    assert cosine(left[0], right).shape == (3,)
    assert cosine(np.zeros(8), right).tolist() == [0, 0, 0]
    with pytest.raises(Problem, match="expected the same"):
        cosine(left, right[:, :5])
