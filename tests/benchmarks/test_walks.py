import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import save_npz

from benchmarks import make_walks
from benchmarks.walks import told_apart, zipf


def test_a_made_up_graph_has_about_as_many_edges_as_asked_for_both_ways_and_no_loops() -> None:
    made = zipf(10_000, seed=0)
    assert made.shape == (500, 500)
    assert 17_000 < made.nnz <= 20_000
    assert (made != made.T).nnz == 0
    assert not made.diagonal().any()
    assert set(made.data) == {1, 2, 3, 4, 5}
    assert (zipf(10_000, seed=0) != made).nnz == 0
    assert (zipf(10_000, seed=1) != made).nnz > 0
    degrees = made.getnnz(axis=1)
    assert degrees[0] > 5 * np.median(degrees)


def test_vectors_that_know_the_edges_are_judged_better_than_vectors_that_do_not() -> None:
    made = zipf(2_000, seed=0)
    values, basis = np.linalg.eigh(made.toarray())
    knowing = (basis * np.maximum(values, 0) ** 0.5).astype(np.float32)
    blind = np.random.default_rng(0).normal(size=(100, 8)).astype(np.float32)
    assert told_apart(knowing, made, 0) > 0.7
    assert told_apart(blind, made, 0) == pytest.approx(0.5, abs=0.1)
    assert told_apart(np.zeros((100, 8), np.float32), made, 0) == pytest.approx(0.5)


@pytest.mark.parametrize("train", [None, {"vector_size": 8, "epochs": 1}])
def test_walking_in_a_process_of_its_own_says_how_many_steps_and_how_long(tmp_path: Path, train: object) -> None:
    save_npz(tmp_path / "graph.npz", zipf(1_000, seed=0))
    wanted = {"contender": "hanok", "p": 1.0, "q": 0.5, "walk_length": 10, "num_walks": 2, "seed": 0, "train": train}
    (tmp_path / "wanted.json").write_text(json.dumps(wanted), encoding="utf-8")
    command = [sys.executable, make_walks.__file__, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["steps"] == 50 * 2 * 9
    phases = ("prepare", "walk", "train") if train else ("prepare", "walk")
    assert {name for name in found if name.endswith(("_s", "_cpu"))} == {
        f"{p}_{k}" for p in phases for k in ("s", "cpu")
    }
    assert found["before_mib"] > 0
