"""What holds for every command: help, global options, how failures end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from hanok.cli.app import app, hoisted, main
from hanok.core import registry

COMMANDS = [
    "up",
    "systems",
    "check",
    "prepare",
    "examples",
    "train",
    "tune",
    "evaluate",
    "report",
    "predict",
    "feedback",
    "learn",
    "optimize",
    "models",
    "promote",
    "rollback",
    "serve",
    "jobs",
    "cancel",
    "version",
    "keys",
]


def commands() -> Iterator[list[str]]:
    """Every command by the words that call it."""
    root = typer.main.get_command(app)
    for name, command in root.commands.items():
        yield [name]
        for inner in getattr(command, "commands", {}):
            yield [name, inner]


def test_the_commands_are_those_that_were_promised() -> None:
    assert [words[0] for words in commands() if len(words) == 1] == COMMANDS


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_has_help(hanok, words) -> None:
    result = hanok(*words, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: hanok {' '.join(words)}")


def test_without_arguments_it_shows_its_help(hanok) -> None:
    assert hanok().stdout == hanok("--help").stdout
    assert hanok().exit_code == 0


def test_help_needs_nothing_heavy() -> None:
    """Libraries that take long to import wait for the command that needs them."""
    code = "import sys, hanok.cli; print(*{m.partition('.')[0] for m in sys.modules})"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"numpy", "polars", "sklearn", "matplotlib", "optuna", "sqlalchemy", "fastapi", "torch", "rich"}
    assert not heavy & set(out)


# -- global options --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_home_may_stand_anywhere(hanok, tmp_path: Path, points: Path, place: int) -> None:
    args = ["train", "nearest", points]
    args[place:place] = ["--home", tmp_path / "elsewhere"]
    assert hanok(*args).exit_code == 0
    assert (tmp_path / "elsewhere/models/nearest/1").is_dir()
    assert not (tmp_path / "home/models/nearest").exists()


def test_home_defaults_to_the_environment(hanok, tmp_path: Path, points: Path) -> None:
    hanok("train", "nearest", points)
    assert (tmp_path / "home/models/nearest/1").is_dir()


@given(st.lists(st.sampled_from(["a", "--debug", "--home", "--home=x", "--", "--set"])))
def test_hoisting_loses_and_invents_nothing(args: list[str]) -> None:
    assert sorted(hoisted(args)) == sorted(args)
    end = args.index("--") if "--" in args else len(args)
    moved = hoisted(args)
    assert moved[len(moved) - (len(args) - end) :] == args[end:]


# -- exit codes ------------------------------------------------------------------------------------------------------


def test_1_a_problem(hanok, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("x,y\n1,2\none,2\n3,4\n", encoding="utf-8")
    result = hanok("train", "nearest", bad)
    assert result.exit_code == 1
    assert result.stdout == ""
    first, *rest = result.stderr.splitlines()
    assert first.startswith("error: bad.csv: 1 of 3 rows cannot be used")
    assert rest[-1].startswith("hint: ")
    assert any("bad.csv:3 x" in line for line in rest)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["tran"], "train"),
        (["train"], "NAME"),
        (["train", "--points", "p.csv", "nearest"], "stands before --points"),
        (["train", "nearest"], "--points"),
        (["train", "nearest", "a.csv", "b.csv"], "b.csv"),
        (["train", "nearest", "a.csv", "--points", "b.csv"], "twice"),
        (["train", "nearest", "--pints", "a.csv"], "points"),
        (["train", "nearest", "--points"], "needs a value"),
        (["train", "nearest", "a.csv", "--set", "kk=3"], "'k'"),
        (["train", "nearest", "a.csv", "--set", "k"], "KEY=VALUE"),
        (["train", "nearest", "a.csv", "--seed", "x"], "seed"),
        (["jobs", "--state", "gone"], "state"),
        (["keys"], "command"),
        (["version", "--nope"], "--nope"),
    ],
)
def test_2_called_wrongly(hanok, args: list[str], said: str) -> None:
    result = hanok(*args)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "args",
    [
        ["train", "nobody", "a.csv"],
        ["train", "nearest", "not-there.csv"],
        ["check", "nearest", "not-there.csv"],
        ["systems", "nobody"],
        ["models", "nobody"],
        ["predict", "nearest", "--x", "1"],
        ["predict", "nearest@7", "--x", "1"],
        ["evaluate", "nearest@7", "a.csv"],
        ["report", "nearest"],
        ["learn", "nearest"],
        ["optimize", "nearest"],
        ["promote", "nearest@7"],
        ["rollback", "nobody"],
        ["feedback", "0" * 32, "--clicked", "true"],
        ["jobs", "0" * 32],
        ["cancel", "0" * 32],
        ["keys", "revoke", "0" * 32],
    ],
)
def test_3_not_found(hanok, args: list[str]) -> None:
    result = hanok(*args)
    assert result.exit_code == 3
    assert result.stderr.startswith("error: ")


def test_4_unavailable_names_the_variable(hanok, pictures: Path, monkeypatch) -> None:
    monkeypatch.delenv("HANOK_SONIFY_PITCH", raising=False)
    assert hanok("train", "sonify", pictures).exit_code == 0
    result = hanok("predict", "sonify", pictures / "0.png")
    assert result.exit_code == 4
    assert "HANOK_SONIFY_PITCH" in result.stderr


def test_a_bug_is_one_line_too_and_debug_shows_where(hanok, monkeypatch) -> None:
    def broken() -> list[str]:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr(registry, "names", broken)
    result = hanok("systems")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ZeroDivisionError: by nought\n")
    assert "Traceback" not in result.stderr
    assert "in broken" in hanok("systems", "--debug").stderr


def test_with_json_errors_are_the_envelope_on_stderr(hanok) -> None:
    for args in (["predict", "nearest@7", "--x", "1"], ["version", "--nope"], ["train", "nearest"]):
        result = hanok(*args, "--json")
        error = json.loads(result.stderr)["error"]
        assert {"code", "message", "where", "hint"} <= error.keys()
        assert result.stdout == ""


# -- as a process ----------------------------------------------------------------------------------------------------


def test_the_installed_command_answers(process: Callable[..., subprocess.Popen[str]]) -> None:
    asked = process("version", "--json")
    out, _ = asked.communicate()
    assert asked.returncode == 0
    assert json.loads(out).keys() == {"hanok", "contract", "python"}
    refused = process("predict", "nearest")
    _, err = refused.communicate()
    assert refused.returncode == 3
    assert err.startswith("error: ")


def test_a_reader_that_leaves_early_is_no_error(trained: str, tmp_path: Path) -> None:
    items = tmp_path / "items.jsonl"
    items.write_text('{"x": 1}\n' * 5000, encoding="utf-8")
    command = f"{sys.executable} -c 'from hanok.cli import main; main()' predict nearest < {items} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert json.loads(done.stdout)["version"] == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("given", "found"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_threads_that_wait_do_not_spin_unless_somebody_wants_it(
    given: str | None, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setenv("OMP_WAIT_POLICY", given or "")  # put back afterwards, whatever becomes of it
    if not given:
        monkeypatch.delenv("OMP_WAIT_POLICY")
    monkeypatch.setattr("hanok.cli.app.app", lambda: seen.append(os.environ["OMP_WAIT_POLICY"]))
    main()
    assert seen == [found]
