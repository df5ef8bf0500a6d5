"""What serves every system asks for none by its name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from hanok.core.registry import GROUP

HOUSE = Path(__file__).parents[2] / "src/hanok"
FLOORS = ["core", "store", "lifecycle", "server", "cli"]
MODULES = sorted([*HOUSE.glob("*.py"), *(path for floor in FLOORS for path in (HOUSE / floor).rglob("*.py"))])
PAGES = sorted(path for ending in ("js", "html", "css") for path in (HOUSE / "server").rglob(f"*.{ending}"))
NAMES = {entry.name for entry in entry_points(group=GROUP) if entry.value.startswith("hanok.systems.")}


def branches(source: str, names: set[str]) -> Iterator[tuple[int, str]]:
    """Line and text of what is decided by one of `names`: comparisons, matches, look-ups, tables."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            asked = [node.left, *node.comparators]
        elif isinstance(node, ast.Dict):
            asked = [key for key in node.keys if key]
        elif isinstance(node, ast.MatchValue):
            asked = [node.value]
        elif isinstance(node, ast.Subscript):
            asked = [node.slice]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            asked = node.args if node.func.attr in {"get", "pop", "startswith", "endswith", "__eq__"} else []
        else:
            continue
        inner = [each for one in asked for each in getattr(one, "elts", [one])]
        if any(isinstance(each, ast.Constant) and each.value in names for each in inner):
            yield node.lineno, ast.unparse(node)


def page_branches(source: str, names: set[str]) -> Iterator[tuple[int, str]]:
    """The same in scripts, templates and style sheets."""
    name = rf"[\"'`](?:{'|'.join(sorted(map(re.escape, names)))})[\"'`]"
    asked = re.compile(rf"[=!]=\s*{name}|{name}\s*[=!]=|case\s+{name}|\[data-[a-z-]+[~|^$*]?={name}|\[{name}\]")
    for number, line in enumerate(source.splitlines(), 1):
        if asked.search(line):
            yield number, line.strip()


@pytest.mark.parametrize(
    "source",
    [
        "if name == 'faq': pass",
        "if 'faq' != name: pass",
        "if name in ('rules', 'faq'): pass",
        "if name in {'faq'}: pass",
        "special = {'faq': 1}",
        "special['faq'] = 1",
        "special.get('faq')",
        "name.startswith('faq')",
        "match name:\n    case 'faq': pass",
        "match name:\n    case 'rules' | 'faq': pass",
    ],
)
def test_a_branch_is_seen(source: str) -> None:
    assert list(branches(source, {"faq"}))


@pytest.mark.parametrize("source", ['"""Such as faq."""', "hint = 'hanok train faq'", "if name == 'rules': pass"])
def test_words_are_no_branch(source: str) -> None:
    assert not list(branches(source, {"faq"}))


@pytest.mark.parametrize(
    "source", ["if (name === 'faq')", 'case "faq":', '{% if "faq" == name %}', '[data-room="faq"] {', "special['faq']"]
)
def test_a_branch_in_a_page_is_seen(source: str) -> None:
    assert list(page_branches(source, {"faq"}))


def test_the_house_has_systems() -> None:
    assert "faq" in NAMES


def test_no_module_asks_for_a_system_by_its_name() -> None:
    found = [
        f"{path.relative_to(HOUSE)}:{line} {text}"
        for path in MODULES
        for line, text in branches(path.read_text(encoding="utf-8"), NAMES)
    ]
    assert found == []


def test_no_page_asks_for_a_system_by_its_name() -> None:
    assert PAGES
    found = [
        f"{path.relative_to(HOUSE)}:{line} {text}"
        for path in PAGES
        for line, text in page_branches(path.read_text(encoding="utf-8"), NAMES)
    ]
    assert found == []
