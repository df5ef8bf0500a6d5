from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.bandit import layered
from hanok.parts.bandit.layered import Layered


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(), st.booleans())))
def test_forks_are_independent_copies(steps):
    few, layered.FEW = layered.FEW, 2
    try:
        mine, same = Layered(), {}
        olds = []
        for key, value, fork in steps:
            if fork:
                olds.append((mine, dict(same)))
                mine = mine.fork()
            mine.put(key, value)
            same[key] = value
        for found, expected in [*olds, (mine, same)]:
            assert dict(found.items()) == expected
            assert len(found) == len(expected)
            assert all(found.get(key) == expected.get(key) for key in "abcdef")
    finally:
        layered.FEW = few
