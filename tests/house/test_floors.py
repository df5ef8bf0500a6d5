"""Imports go down only, and what is heavy is loaded when it is used."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

DATA = {"numpy", "scipy", "polars", "pyarrow", "pandas"}
LEARNING = {"sklearn", "numba", "optuna", "torch", "onnx", "onnxruntime", "safetensors"}
DRAWING = {"matplotlib", "PIL"}
SERVING = {"fastapi", "starlette", "uvicorn", "prometheus_client", "jinja2"}
STORING = {"sqlalchemy", "alembic"}
HEAVY = DATA | LEARNING | DRAWING | SERVING | STORING

COMMANDS = ["", "train", "tune", "evaluate", "predict", "serve", "up", "models", "jobs", "keys"]


def test_the_floors_hold() -> None:
    if importlib.util.find_spec("importlinter") is None:
        pytest.skip("import-linter is not installed; make check installs and runs it")
    lint = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def loaded(program: str) -> set[str]:
    """Top-level names of everything a program has loaded when it ends, in a process of its own."""
    program = f"import atexit, sys; atexit.register(lambda: print('loaded', *sys.modules, file=sys.stderr))\n{program}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    last = done.stderr.strip().splitlines()[-1].split()
    return {module.partition(".")[0] for module in last[1:]}


def test_what_is_loaded_is_seen() -> None:
    assert "sqlite3" in loaded("import sqlite3.dbapi2")


@pytest.mark.parametrize("module", ["hanok", "hanok.core.problem", "hanok.server"])
def test_importing_hanok_loads_nothing_heavy(module: str) -> None:
    assert not loaded(f"import {module}") & (HEAVY | {"pydantic", "typer", "rich"})


@pytest.mark.parametrize("command", COMMANDS)
def test_help_loads_nothing_heavy(command: str) -> None:
    words = [*command.split(), "--help"]
    assert not loaded(f"import sys; sys.argv = ['hanok', *{words}]; from hanok.cli import main; main()") & HEAVY


def test_what_a_room_is_made_of_loads_little() -> None:
    assert not loaded("import hanok.rooms") & (HEAVY - {"numpy"})


def test_the_store_knows_no_algorithm_and_the_registry_imports_no_room() -> None:
    assert not loaded("import hanok.store") & (HEAVY - STORING - {"numpy"})
    assert not loaded("from hanok.core import registry; registry.names()") & (HEAVY - {"numpy"})


def test_a_server_starts_without_what_only_training_and_reports_need() -> None:
    assert not loaded("import hanok.server.app") & (LEARNING | DRAWING | {"polars", "scipy", "pandas"})
