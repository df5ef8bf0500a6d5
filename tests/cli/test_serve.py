"""Starting the server as people do."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx

import hanok as library
from hanok.cli.examples import found
from hanok.lifecycle.model import dump
from hanok.lifecycle.workspace import Workspace

Process = Callable[..., subprocess.Popen[str]]


def address(server: subprocess.Popen[str]) -> str:
    """Where it answers; it says so once it does."""
    assert server.stdout
    line = server.stdout.readline()
    assert "http://127.0.0.1:" in line, server.stderr and server.stderr.read()
    return next(word for word in line.split() if word.startswith("http"))


def test_http_gives_the_answer_python_gets_and_ctrl_c_ends_it(process: Process, trained: str) -> None:
    server = process("serve", "nearest", "--port", 0)
    try:
        answer = httpx.post(f"{address(server)}/v1/systems/nearest/predict", json={"x": 3.2}).json()
        assert answer["output"] == dump(library.load("nearest")({"x": 3.2}))
        server.send_signal(signal.SIGINT)
        _, err = server.communicate(timeout=60)
        assert server.returncode == 130
        assert "Traceback" not in err
    finally:
        server.kill()


def test_up_asks_for_the_training_of_the_examples(process: Process, workspace: Workspace) -> None:
    server = process("up", "--port", 0)
    try:
        url = address(server)
        assert httpx.get(f"{url}/health/live").status_code == 200
        jobs = httpx.get(f"{url}/v1/jobs").json()
        assert {(job["system"], job["kind"]) for job in jobs} == {(name, "train") for name in found()}
    finally:
        server.terminate()
        server.communicate(timeout=60)


def test_what_cannot_be_served_is_said_at_once(hanok, trained: str, tmp_path: Path) -> None:
    assert hanok("serve", "nearest@9", "--port", 0).exit_code == 3
    result = hanok("serve", "--host", "0.0.0.0", "--port", 0)
    assert result.exit_code == 1
    assert "hanok keys add" in result.stderr
    assert hanok("serve", "--require-key", "--port", 0).exit_code == 1
