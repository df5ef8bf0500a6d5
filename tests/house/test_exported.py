"""A package exports what its `__all__` says, no more and no less, and every exported name says what it is."""

from __future__ import annotations

import ast
import importlib
import inspect
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hanok import rooms
from hanok.core import contract, lasting, ledger, marks, meter, problem, report, run, sources
from hanok.core.marks import Mark

SRC = Path(__file__).parents[2] / "src"


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def exports(body: list[ast.stmt]) -> set[str]:
    """Public names that a module defines, or imports from within the house."""
    names: set[str] = set()
    for node in body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hanok"):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return {name for name in names if not name.startswith("_")}


PUBLIC = [
    path
    for path in [*SRC.rglob("__init__.py"), SRC / "hanok/rooms.py"]
    if any(isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__" for n in tree(path).body)
]


def import_public(path: Path) -> ModuleType:
    return importlib.import_module(module_name(path))


def test_the_doors_of_the_house_are_public() -> None:
    assert {"hanok", "hanok.rooms", "hanok.store"} <= {module_name(path) for path in PUBLIC}


@pytest.mark.parametrize("folder", ["parts", "systems"])
def test_every_part_and_every_system_is_a_public_package(folder: str) -> None:
    rooms = {path.name for path in (SRC / "hanok" / folder).iterdir() if any(path.glob("*.py"))}
    assert rooms == {path.parent.name for path in PUBLIC if path.parent.parent.name == folder}


@pytest.mark.parametrize("path", PUBLIC, ids=module_name)
def test_what_is_imported_is_exported_and_nothing_else(path: Path) -> None:
    module = import_public(path)
    assert list(module.__all__) == list(dict.fromkeys(module.__all__)), "a name stands twice"
    assert set(module.__all__) == exports(tree(path).body)
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def documented(path: Path, name: str) -> bool:
    """Whether a class or function has words of its own, or a constant a string beneath it."""
    value: Any = getattr(import_public(path), name)
    if inspect.isclass(value) or inspect.isfunction(value):
        own = (vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__) or ""
        return bool(own) and not own.startswith(f"{value.__name__}(")  # as dataclasses and named tuples fill it in
    imports = [node for node in tree(path).body if isinstance(node, ast.ImportFrom)]
    origin = next(str(node.module) for node in imports if name in exports([node]))
    for node, after in pairwise(tree(SRC / f"{origin.replace('.', '/')}.py").body):
        if isinstance(node, ast.Assign | ast.AnnAssign) and name in exports([node]):
            return isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
    return False


@pytest.mark.parametrize("path", PUBLIC, ids=module_name)
def test_every_exported_name_says_what_it_is(path: Path) -> None:
    assert [name for name in import_public(path).__all__ if not documented(path, name)] == []


def test_one_import_gives_a_room_all_it_needs() -> None:
    """The contract's public classes and marks; the words generic code reads them with are not a room's business."""
    needed = {
        name
        for module in (contract, lasting, ledger, marks, meter, problem, report, run, sources)
        for name, value in vars(module).items()
        if (inspect.isclass(value) and value.__module__ == module.__name__) or isinstance(value, Mark)
        if not name.startswith("_")
    }
    assert set(rooms.__all__) == needed | {"Asset", "Stage"}  # made by a call
