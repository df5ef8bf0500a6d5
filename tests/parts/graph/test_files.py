from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.parts.graph.files import read, write


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write(tmp_path / "f", {"a": 1, "b": None}, {"x": np.arange(4).reshape(2, 2).T}, {"names": ["ㄱ", '"', ""]})
    settings, arrays, words = read(tmp_path / "f", "it", ("names",))
    assert settings == {"a": 1, "b": None}
    assert arrays["x"].tolist() == [[0, 2], [1, 3]]
    assert words == {"names": ["ㄱ", '"', ""]}


def test_what_is_not_there_is_missed(tmp_path: Path) -> None:
    write(tmp_path / "f", {}, {"x": np.zeros(1)}, {})
    with pytest.raises(Problem, match="expected a zoo"):
        read(tmp_path / "f", "a zoo", ("names",))
