from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import pytest

from benchmarks.load import Load, drive, post, run

NOTHING = -1
"""Instead of a status: hang up without an answer."""


@contextmanager
def server(status: Callable[[int], int], closes: bool = False) -> Iterator[int]:
    """A server on a free port that numbers its requests from 1."""
    numbers = count(1)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            number = next(numbers)
            if status(number) == NOTHING:
                self.close_connection = True
                return
            body = json.dumps({"number": number}).encode()
            self.send_response(status(number))
            self.send_header("content-length", str(len(body)))
            if closes:
                self.send_header("connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
        thread.start()
        yield serving.server_address[1]
        serving.shutdown()
        thread.join()


def answered(status: Callable[[int], int], closes: bool = False, clients: int = 3, **options: Any) -> Load:
    with server(status, closes) as port:
        return run(drive(port, [post("/", b"{}")], clients=clients, most=20, seconds=20, **options))


def test_every_request_is_counted_once_and_its_answer_noted() -> None:
    load = answered(lambda number: 200, note=lambda body: json.loads(body)["number"])
    assert len(load) == len(load.seconds) == len(load.at) == 20
    assert sorted(load.notes) == list(range(1, 21))
    assert not load.failed
    assert all(seconds > 0 for seconds in load.seconds)


def test_what_is_not_answered_with_200_has_failed() -> None:
    load = answered(lambda number: 503 if number % 4 == 0 else 200)
    assert len(load) == 15
    assert [failed.partition(":")[0] for failed in load.failed] == ["status 503"] * 5


def test_a_lost_connection_is_a_failed_request_and_the_load_goes_on() -> None:
    load = answered(lambda number: NOTHING if number == 7 else 200, clients=1)
    assert len(load) == 19
    assert len(load.failed) == 1


def test_a_server_that_closes_after_each_answer_loses_nothing() -> None:
    load = answered(lambda number: 200, closes=True)
    assert len(load) == 20
    assert not load.failed


def test_percentiles_are_milliseconds() -> None:
    assert Load(seconds=[0.001, 0.002, 0.003]).milliseconds(0, 50, 100) == pytest.approx([1, 2, 3])
