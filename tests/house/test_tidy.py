"""The repository speaks of itself only, in files of a size to read."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 400
CODE = {".py", ".js", ".css", ".html", ".mako"}

HERE = re.escape(str(ROOT)) if len(ROOT.parts) > 2 else r"/home/\w+/"
FOLDERS = rf"(?<![\w.~}}/-])(?:/(?:root|home/\w+|Users/\w+)/|{HERE}\b)"
SOURCES = r"pypi\.org|pythonhosted\.org|index-url|trusted-host"
TRACE = re.compile(f"{FOLDERS}|{SOURCES}")


@pytest.fixture(scope="module")
def tracked() -> dict[str, str]:
    """Every text file that git knows, by its name."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    texts = {}
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if path.is_file() and not path.is_symlink() and b"\0" not in (raw := path.read_bytes()):
            texts[name] = raw.decode("utf-8", errors="replace")
    return texts


def test_no_file_of_the_source_is_longer_than_it_should_be() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "src").rglob("*")
        if path.suffix in CODE
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


@pytest.mark.parametrize("line", ["open('/home/kim/x')", "cd /Users/kim/x", str(ROOT / "x"), "--index-url x"])
def test_a_trace_is_seen(line: str) -> None:
    assert TRACE.search(line)


@pytest.mark.parametrize(
    "line", ["network/", "../home/x/y", "a/root/b", "/home", "~/.hanok", "https://a.example/root/"]
)
def test_what_is_no_trace_passes(line: str) -> None:
    assert not TRACE.search(line)


def test_no_file_names_a_machine_or_where_packages_come_from(tracked: dict[str, str]) -> None:
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, content in tracked.items()
        if name != Path(__file__).relative_to(ROOT).as_posix()
        for number, line in enumerate(content.splitlines(), 1)
        if TRACE.search(line)
    ]
    assert found == []


def test_nothing_that_is_built_or_kept_locally_is_tracked(tracked: dict[str, str]) -> None:
    built = re.compile(r"(^|/)(\.venv|__pycache__|[^/]+\.egg-info|\.hypothesis|site|build)/|\.(pyc|db|log)$")
    assert [name for name in tracked if built.search(name)] == []
