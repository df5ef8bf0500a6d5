"""Every system, part, setting and decision has its words, and no link leads nowhere."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from hanok.core import registry
from hanok.core.problem import Unavailable
from hanok.core.registry import GROUP
from hanok.core.settings import variable

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
HOUSE = ROOT / "src/hanok"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
SYSTEMS = {entry.name for entry in entry_points(group=GROUP) if entry.value.startswith("hanok.systems.")}
PARTS = sorted(path.name for path in (HOUSE / "parts").iterdir() if (path / "__init__.py").exists())
VARIABLE = re.compile(r"HANOK_[A-Z]+(?:_[A-Z]+)*")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# -- systems and parts -------------------------------------------------------------------------------------------------


def test_every_folder_of_a_system_is_registered() -> None:
    folders = {path.name for path in (HOUSE / "systems").iterdir() if (path / "__init__.py").exists()}
    assert "faq" in folders
    assert folders == SYSTEMS


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_every_system_has_a_page_that_names_every_field_of_its_config(name: str) -> None:
    page = text(DOCS / "systems" / f"{name}.md")
    try:
        config = registry.find(name).Config
    except Unavailable as missing:
        pytest.skip(str(missing))
    assert [field for field in config.model_fields if f"`{field}`" not in page] == []


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_every_setting_of_a_system_is_on_its_page(name: str) -> None:
    page = text(DOCS / "systems" / f"{name}.md")
    try:
        settings = registry.find(name).Settings
    except Unavailable as missing:
        pytest.skip(str(missing))
    assert [field for field in settings.model_fields if variable(name, field) not in page] == []


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_a_page_that_names_what_it_exports(name: str) -> None:
    page = text(DOCS / "parts" / f"{name}.md")
    part = importlib.import_module(f"hanok.parts.{name}")
    assert [public for public in part.__all__ if public not in page] == []


def test_no_page_is_about_a_system_or_part_that_is_not_there() -> None:
    assert {path.stem for path in (DOCS / "systems").glob("*.md")} <= SYSTEMS
    assert {path.stem for path in (DOCS / "parts").glob("*.md")} <= set(PARTS)


# -- settings ----------------------------------------------------------------------------------------------------------


def variables(source: str) -> Iterator[str]:
    """Environment variables that a module names outside of its docstrings."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VARIABLE.fullmatch(node.value):
            yield node.value


def test_every_environment_variable_that_is_read_is_documented() -> None:
    read = {name for path in HOUSE.rglob("*.py") for name in variables(text(path))}
    documented = {name for path in DOCS.rglob("*.md") for name in VARIABLE.findall(text(path))}
    assert {"HANOK_HOME", "HANOK_DATABASE"} <= read
    assert read - documented == set()


# -- decisions and pages -----------------------------------------------------------------------------------------------


def test_decisions_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in (DOCS / "decisions").iterdir())
    assert all(re.fullmatch(r"\d{3}-[a-z0-9]+(-[a-z0-9]+)*\.md", name) for name in names)
    assert [int(name[:3]) for name in names] == list(range(1, len(names) + 1))


@pytest.mark.parametrize("path", PAGES, ids=where)
def test_every_page_begins_with_its_title(path: Path) -> None:
    assert re.match(r"# \S", text(path))


def test_every_page_is_in_the_table_of_contents_and_every_entry_is_there() -> None:
    listed = re.findall(r"[\w./-]+\.md", text(ROOT / "mkdocs.yml").partition("\nnav:")[2])
    assert sorted(listed) == sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


# -- links -------------------------------------------------------------------------------------------------------------

LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|(?:src|href)=\"([^\"]+)\"")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.M | re.S)


def links(page: str) -> list[str]:
    """Targets of links and pictures that are not on the web."""
    found = [first or second for first, second in LINK.findall(CODE.sub("", page))]
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def anchors(page: str) -> set[str]:
    """What a link may point to within a page: its headings, as sites write them."""
    headings = re.findall(r"^#+ (.+?)\s*$", re.sub(r"^```.*?^```", "", page, flags=re.M | re.S), re.M)
    return {re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", heading.lower()).strip()) for heading in headings}


def test_a_link_is_seen_and_code_is_none() -> None:
    page = 'See [a](b.md), ![c](d/e.png "f"), <img src="g.png">, [h](https://i) and `[j](k)`.'
    assert links(page) == ["b.md", "d/e.png", "g.png"]
    assert anchors("## Add a room, in one page\n") == {"add-a-room-in-one-page"}


@pytest.mark.parametrize("path", PAGES, ids=where)
def test_no_link_leads_nowhere(path: Path) -> None:
    broken = []
    for link in links(text(path)):
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        found = target.exists() and target.is_relative_to(ROOT)
        if not found or (anchor and target.suffix == ".md" and anchor not in anchors(text(target))):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=where)
def test_a_page_of_the_guide_links_within_the_guide(path: Path) -> None:
    assert [link for link in links(text(path)) if not (path.parent / link).resolve().is_relative_to(DOCS)] == []
