"""What benchmarks take from each other is there: no type checker reads them, and few of them run in a test."""

import ast
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"
MODULES = sorted(FOLDER.glob("*.py"))


def defined(module: ast.Module) -> set[str]:
    """Names at the top of a module."""
    found: set[str] = set()
    for node in ast.walk(module):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.ImportFrom(names=names) | ast.Import(names=names):
                found |= {each.asname or each.name for each in names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_names_that_are_taken_from_other_benchmarks_are_there(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("benchmarks"):
            inner = (node.module or "").partition(".")[2]
            source = FOLDER / f"{inner}.py" if inner else None
            known = defined(ast.parse(source.read_text(encoding="utf-8"))) if source else {p.stem for p in MODULES}
            assert {each.name for each in node.names} <= known, node.module
