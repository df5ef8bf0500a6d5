"""The servers that are measured side by side, all with the same model."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.process import Process, ask, free_port


class Contender(NamedTuple):
    """One server.

    Parameters
    ----------
    name : str
        As tables call it.
    command : tuple of str
        What starts it; the port follows.
    package : str
        Without which it is not installed.
    path : str
        Where it is asked.
    """

    name: str
    command: tuple[str, ...]
    package: str = "hanok"
    path: str = "/predict"

    @property
    def installed(self) -> bool:
        """Whether it can be started here."""
        return find_spec(self.package) is not None

    def answer(self, body: bytes) -> Any:
        """What the model said, out of a response's body."""
        said = json.loads(body)
        return said["output"] if self.path == HANOK.path else said


def _peer(name: str, kind: str, package: str = "hanok") -> Contender:
    return Contender(name, (sys.executable, "-m", "benchmarks.peer_servers", kind), package)


HANOK = Contender(
    "hanok (records)",
    (str(Path(sys.executable).parent / "hanok"), "serve", "faq", "--port"),
    path="/v1/systems/faq/predict",
)
BARE = _peer("FastAPI async def", "fastapi-async")
CONTENDERS = (
    HANOK,
    BARE,
    _peer("FastAPI def", "fastapi-def"),
    _peer("FastAPI async def, records", "fastapi-recording"),
    _peer("LitServe", "litserve", "litserve"),
    _peer("BentoML", "bentoml", "bentoml"),
)


class Running(NamedTuple):
    """A server that answers."""

    process: Process
    port: int
    ready: float
    """Seconds from its start to its first answer."""


@contextmanager
def running(contender: Contender, home: Path, cpus: set[int] | None, question: bytes) -> Iterator[Running]:
    """Start a server on a copy of `home`, and end it."""
    with tempfile.TemporaryDirectory(prefix="hanok-server-") as folder:
        here = Path(folder)
        shutil.copytree(home, here / "home")
        env = {"HANOK_HOME": str(here / "home"), "BENTOML_HOME": str(here / "bentoml"), "BENTOML_DO_NOT_TRACK": "True"}
        port = free_port()
        with Process([*contender.command, str(port)], env=env, log=here / "log", cpus=cpus) as process:
            yield Running(process, port, process.until(port, contender.path, question))


def same_answers(server: Running, contender: Contender, asked: Sequence[bytes], expected: Sequence[Any]) -> bool:
    """Whether a server says what the model says."""
    said = (ask(server.port, contender.path, body) for body in asked)
    return all(status == 200 and contender.answer(b) == e for (status, b), e in zip(said, expected, strict=True))
