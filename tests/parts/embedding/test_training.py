from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.embedding.training import LONGEST, _edges


@given(st.lists(st.sampled_from([0, 1, 7, LONGEST - 1, LONGEST, LONGEST + 1, 3 * LONGEST]), max_size=8))
def test_only_sequences_that_are_too_long_are_cut(lengths: list[int]) -> None:
    offsets = np.cumsum([0, *lengths])
    edges = _edges(offsets).tolist()
    assert edges == sorted(set(edges))
    assert set(offsets) <= set(edges)
    expected = [min(LONGEST, length - at) for length in lengths for at in range(0, length, LONGEST)]
    assert np.diff(edges).tolist() == expected
