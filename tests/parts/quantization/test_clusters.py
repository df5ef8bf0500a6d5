from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from hanok.parts.quantization.clusters import Clusters  # noqa: E402
from hanok.parts.quantization.grouping import Grouping, describe  # noqa: E402
from hanok.parts.quantization.recipe import KMeans  # noqa: E402


@given(st.integers(1, 3), st.integers(3, 9), st.integers(3, 9), st.integers(1, 3), st.integers(0, 99))
def test_images_are_sorted_alike_with_and_without_torch(
    channels: int, height: int, width: int, patches: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    images = rng.normal(size=(12, channels, height, width)).astype(np.float32)
    centroids = rng.normal(size=(4, channels * patches**2)).astype(np.float32)
    table = np.array([0, 1, 0, 2])
    grouping = Grouping(KMeans(k=4, patches=patches))
    grouping.set(torch.from_numpy(centroids), torch.from_numpy(table))
    grouping.look(torch.from_numpy(images))
    clusters = Clusters.loads(Clusters(centroids, table, patches).dumps())
    assert grouping.ids is not None
    np.testing.assert_array_equal(clusters.assign(images), grouping.ids.numpy())
    assert grouping.count == 3


def test_an_image_is_described_by_the_means_of_its_squares() -> None:
    image = torch.arange(16.0).reshape(1, 1, 4, 4)
    assert describe(image, 2).tolist() == [[2.5, 4.5, 10.5, 12.5]]
