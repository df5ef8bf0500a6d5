"""The command, called in this process or as one of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hanok.cli.app import app

Command = Callable[..., Result]


@pytest.fixture
def hanok() -> Command:
    """``hanok(*args, input=...)``: one call in this process."""

    def call(*args: object, input: str | None = None) -> Result:
        return CliRunner().invoke(app, [str(arg) for arg in args], input=input)

    return call


@pytest.fixture
def process() -> Callable[..., subprocess.Popen[str]]:
    """``process(*args)``: a process of its own group, as a terminal would start it."""

    def start(*args: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", "from hanok.cli import main; main()", *map(str, args)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True)

    return start


@pytest.fixture
def trained(hanok: Command, points: Path) -> str:
    """A model of the room `nearest`."""
    assert hanok("train", "nearest", points).exit_code == 0
    return "nearest@1"


@pytest.fixture
def recording(hanok: Command, teasers: Path) -> str:
    """A model whose answers are recorded."""
    assert hanok("train", "teaser", teasers).exit_code == 0
    return "teaser@1"
