from __future__ import annotations

import socket
import subprocess
import sys
import threading
from typing import Any

import httpx
import pytest

from hanok.core.problem import Conflict, Forbidden, NotFound
from hanok.lifecycle.workspace import Workspace
from hanok.server.options import Options
from hanok.server.run import serve as run


def test_beyond_loopback_it_does_not_start_without_a_key(echoes: Workspace) -> None:
    for options in (Options(host="0.0.0.0", port=0), Options(require_key=True, port=0)):
        with pytest.raises(Forbidden, match="there is none"):
            run(echoes, ["echo"], options)
    made = echoes.store.keys.create("gone", ["admin"])
    echoes.store.keys.revoke(made.key.id)
    with pytest.raises(Forbidden):
        run(echoes, ["echo"], Options(host="0.0.0.0", port=0))


def test_what_cannot_be_served_or_listened_on_is_said_at_once(echoes: Workspace) -> None:
    with pytest.raises(NotFound):
        run(echoes, ["echo@9"], Options(port=0))
    echoes.store.keys.create("me", ["admin"])
    with pytest.raises(Conflict, match="Name or service not known"):
        run(echoes, ["echo"], Options(host="nowhere.invalid", port=0))
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Conflict, match="cannot listen"):
        run(echoes, ["echo"], Options(port=taken.getsockname()[1]))


def test_asked_to_end_it_finishes_what_it_accepted(serve: Any, echoes: Workspace) -> None:
    with serve() as server:
        answers: list[httpx.Response] = []

        def ask() -> None:
            item = {"text": "x", "seconds": 1.5}
            answers.append(httpx.post(f"{server.url}/v1/systems/echo/predict", json=item, timeout=20))

        asking = [threading.Thread(target=ask) for _ in range(3)]
        for thread in asking:
            thread.start()
        while "hanok_request" not in httpx.get(f"{server.url}/metrics").text:
            pass
        threading.Event().wait(0.5)
        assert server.end() in (0, -15)
        for thread in asking:
            thread.join()
    assert [answer.status_code for answer in answers] == [200] * 3
    for answer in answers:
        assert echoes.store.answers.get(answer.json()["id"])


def test_every_id_a_client_got_is_on_the_disk_when_the_server_is_killed(serve: Any, echoes: Workspace) -> None:
    got: list[str] = []

    def ask(url: str) -> None:
        with httpx.Client(timeout=10) as client:
            try:
                while True:
                    answers = client.post(f"{url}/v1/systems/echo/predict", json=[{"text": "x"}] * 3).json()
                    got.extend(answer["id"] for answer in answers)
            except httpx.TransportError:
                return  # it was killed

    with serve() as server:
        threads = [threading.Thread(target=ask, args=(server.url,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        while len(got) < 300:
            assert any(thread.is_alive() for thread in threads)
        server.kill()
        for thread in threads:
            thread.join()
    for id in got:
        assert echoes.store.answers.get(id).id == id


def test_starting_imports_nothing_that_predicting_does_not_need() -> None:
    code = (
        "import sys, hanok.server.run;"
        "print([m for m in ('matplotlib', 'polars', 'optuna', 'sklearn', 'torch') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
