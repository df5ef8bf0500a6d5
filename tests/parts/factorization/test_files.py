from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix

from hanok.core.problem import Problem
from hanok.parts.factorization import ALS

SEEN = csr_matrix([[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 1, 1]])


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    als = ALS(3, alpha0=0.3, nu=0.5, iterations=4, seed=7).fit(SEEN)
    als.save(tmp_path / "als.safetensors")
    assert [path.name for path in tmp_path.iterdir()] == ["als.safetensors"]
    loaded = ALS.load(tmp_path / "als.safetensors")
    assert (loaded.factors, loaded.alpha0, loaded.nu, loaded.iterations, loaded.seed) == (3, 0.3, 0.5, 4, 7)
    assert np.array_equal(loaded.user_factors, als.user_factors)
    assert np.array_equal(loaded.fold_in(SEEN), als.fold_in(SEEN))
    for one, other in zip(loaded.recommend(0, SEEN[0]), als.recommend(0, SEEN[0]), strict=True):
        assert np.array_equal(one, other)


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other"
    save_file({"user_factors": np.zeros((1, 2), np.float32)}, path)
    with pytest.raises(Problem, match=r"expected what ALS\.save wrote"):
        ALS.load(path)
    path.write_bytes(b"broken")
    with pytest.raises(Problem, match=r"expected what ALS\.save wrote"):
        ALS.load(path)
