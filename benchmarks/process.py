"""A server in a process of its own: started, watched and ended by a benchmark."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

TICKS = os.sysconf("SC_CLK_TCK")
LOOK = 0.005
"""Seconds between two looks at whether a server answers."""


class Process:
    """A process and its children, ended when the `with` block is left.

    Parameters
    ----------
    command : sequence of str
    env : mapping
        Variables beside those of this process.
    log : Path
        Takes what it says.
    cpus : set of int, optional
        The cores it may use; None: all.
    """

    def __init__(
        self, command: Sequence[str], *, env: Mapping[str, str], log: Path, cpus: set[int] | None = None
    ) -> None:
        self._command, self._env, self._log, self._cpus = command, environment(env), log, cpus

    def __enter__(self) -> Self:
        mine = os.sched_getaffinity(0)
        try:
            os.sched_setaffinity(0, self._cpus or mine)  # children begin with what their parent has
            with self._log.open("wb") as log:
                self.began = time.perf_counter()
                self._process = subprocess.Popen(
                    self._command, env=self._env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
                )
        finally:
            os.sched_setaffinity(0, mine)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        family = self._family()
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pid in family[1:]:
            with suppress(ProcessLookupError):  # most end with their parent
                os.kill(pid, 9)

    def until(self, port: int, path: str, body: bytes | None = None, patience: float = 60.0) -> float:
        """Seconds from its start until it answers `path` with 200; a `body` is posted as JSON."""
        while time.perf_counter() - self.began < patience and self._process.poll() is None:
            if ask(port, path, body)[0] == 200:
                return time.perf_counter() - self.began
            time.sleep(LOOK)
        said = self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"{' '.join(self._command)} does not answer {path}; it said:\n{said}")

    def computed(self) -> float:
        """Seconds of processor time it and its children have used."""
        return sum(sum(map(int, _stat(pid)[11:15])) for pid in self._family()) / TICKS  # with children that ended

    def memory(self) -> int:
        """Bytes of memory it and its children occupy; what they share counts once."""
        total = 0
        for pid in self._family():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
        return total

    def _family(self) -> list[int]:
        """Its number, and those of all processes that descend from it."""
        parents = {int(p.name): _parent(int(p.name)) for p in Path("/proc").iterdir() if p.name.isdecimal()}
        family = [self._process.pid]
        for pid in family:
            family += [child for child, parent in parents.items() if parent == pid]
        return family


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the third on: what comes before may hold spaces."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def _parent(pid: int) -> int:
    try:
        return int(_stat(pid)[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def ask(port: int, path: str, body: bytes | None = None, method: str = "") -> tuple[int, bytes]:
    """Status and body of one answer; status 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"content-type": "application/json"} if body else {}
    try:
        connection.request(method or ("POST" if body else "GET"), path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """The variables a person's shell would have: none that change how Python starts, such as not writing bytecode."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | dict(more)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def cores() -> tuple[set[int] | None, set[int] | None]:
    """A core for the server and another one for the client; (None, None) where there is one only."""
    mine = sorted(os.sched_getaffinity(0))
    return ({mine[0]}, {mine[-1]}) if len(mine) > 1 else (None, None)
