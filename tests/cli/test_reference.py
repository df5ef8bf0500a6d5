"""Every command and option is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from hanok.cli import failure
from hanok.cli.app import app

PAGE = (Path(__file__).parents[2] / "docs/reference/cli.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (hanok.*?)$(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
ROOT = typer.main.get_command(app)


def tree() -> dict[str, typer.core.TyperCommand]:
    found = {"hanok": ROOT}
    for name, command in ROOT.commands.items():
        found[f"hanok {name}"] = command
        found |= {f"hanok {name} {inner}": each for inner, each in getattr(command, "commands", {}).items()}
    return found


def test_the_page_has_a_section_for_every_command_and_for_no_other() -> None:
    assert list(SECTIONS) == [name for name in SECTIONS if name in tree()]
    assert SECTIONS.keys() == tree().keys()


@pytest.mark.parametrize("name", list(tree()))
def test_every_option_is_in_its_section_and_no_other(name: str) -> None:
    options = {option for parameter in tree()[name].params for option in parameter.opts if option.startswith("--")}
    rows = [line.split("|")[1] for line in SECTIONS[name].splitlines() if line.startswith("| `--")]
    documented = set(re.findall(r"--[a-z-]+", " ".join(rows)))
    assert documented - {"--help"} == options - {"--help"}


def test_every_exit_code_is_documented() -> None:
    codes = {failure.OK, failure.PROBLEM, failure.USAGE, failure.NOT_FOUND, failure.UNAVAILABLE, failure.INTERRUPTED}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", SECTIONS["hanok"], re.M)} == codes
    assert {int(code) for code in re.findall(r"^(\d+) ", failure.__doc__ or "", re.M)} == codes
