"""Every example in a docstring runs and prints what it says; of modules that need an extra, where it is installed."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
SHOWN = [path for path in sorted((SRC / "hanok").rglob("*.py")) if ">>> " in path.read_text(encoding="utf-8")]


def name(path: Path) -> str:
    return ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", SHOWN, ids=name)
def test_examples_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        module = importlib.import_module(name(path))
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("hanok"):
            raise
        pytest.skip(f"needs {error.name}")
    said: list[str] = []
    runner = doctest.DocTestRunner()
    for example in doctest.DocTestFinder(exclude_empty=True).find(module):
        runner.run(example, compileflags=0, out=said.append)  # as typed at a prompt: without the module's futures
    assert not runner.failures, "".join(said)
