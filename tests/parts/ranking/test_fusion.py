import numpy as np
import pytest

from hanok.parts.ranking import Ranked, weighted_sum, wrf


def test_the_weighted_sum_of_raw_similarities() -> None:
    cf = Ranked.of([17, 2, 23, 33], [0.8345, 0.7984, 0.7784, 0.6214])
    text = Ranked.of([2, 42, 17, 51, 33], [0.8441, 0.8385, 0.8001, 0.7871, 0.7070])
    found = weighted_sum([cf, text], [0.3, 0.7], normalize=None)
    assert found.ids.tolist()[:5] == [2, 17, 33, 42, 51]
    assert found.scores[:5] == pytest.approx([0.8304, 0.8104, 0.6813, 0.58695, 0.55097], abs=1e-4)


def test_ranks_weighed_and_a_tie_that_the_heaviest_ranker_decides() -> None:
    found = wrf([Ranked.of([3, 17, 2]), Ranked.of([2, 42, 7]), Ranked.of([3, 42, 2])], [0.5, 0.3, 0.2])
    assert found.ids.tolist()[:3] == [3, 2, 17]
    scores = dict(zip(found.ids.tolist(), found.scores.tolist(), strict=True))
    assert scores[17] == scores[42]
    np.testing.assert_allclose(scores[3], 0.7)
