"""What a paid reader may cost, what it did cost, and what it was told already."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, Self

from hanok.core.disk import sync, writing
from hanok.core.problem import Problem


class Budget:
    """Money and calls that may still be spent; safe to use from several threads.

    Parameters
    ----------
    money : float
        In the currency of the price, such as dollars.
    calls : int
        Requests over the network, repeated ones too.

    Example
    -------
    >>> budget = Budget(money=0.01, calls=5)
    >>> budget.take(0.006), budget.take(0.006), budget.take(0.004)
    (True, False, True)
    """

    def __init__(self, money: float, calls: int) -> None:
        self.money, self.calls = money, calls
        self.spent, self.made = 0.0, 0
        self._lock = Lock()

    def take(self, cost: float) -> bool:
        """Set aside one call and what it costs; False, and nothing is set aside, where either is not there."""
        with self._lock:
            fits = self.spent + cost <= self.money + 1e-9 and self.made < self.calls
            if fits:
                self.spent += cost
                self.made += 1
            return fits

    def give_back(self, cost: float) -> None:
        """The call was made and cost nothing."""
        with self._lock:
            self.spent -= cost

    def resume(self, audit: Path, month: str = "") -> Self:
        """Count what an audit log says was spent, so that a restart does not fill the purse.

        Parameters
        ----------
        audit : Path
            As `Audit` writes it; a file that is not there counts nothing.
        month : str
            Such as ``"2026-11"``: only what was spent then. Default: all.
        """
        for entry in entries(audit):
            if entry["time"].startswith(month):
                self.spent += entry["cost"]
                self.made += entry["calls"]
        return self


class Audit:
    """JSON lines, one per picture sent: time, SHA-256, lines, cost, calls, outcome; never the picture or its text.

    Parameters
    ----------
    path : Path
        Grows only.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()

    def note(self, picture: str, *, lines: int, cost: float, calls: int, outcome: str) -> None:
        """Add a line; it is on the disk when this returns.

        Raises
        ------
        Unavailable
            The disk is full or closed to us.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        entry = {"time": now, "picture": picture, "lines": lines, "cost": cost, "calls": calls, "outcome": outcome}
        with self._lock, writing(self.path), self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())


def entries(audit: Path) -> Iterator[dict[str, Any]]:
    """The lines of an audit log; a last one that a crash cut off is passed over.

    Raises
    ------
    Problem
        Another line is no entry; says which.
    """
    lines = audit.read_text(encoding="utf-8").splitlines(keepends=True) if audit.exists() else []
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            yield {"time": str(entry["time"]), "cost": float(entry["cost"]), "calls": int(entry["calls"])} | entry
        except (ValueError, KeyError, TypeError) as error:
            if number == len(lines) and not line.endswith("\n"):
                return
            raise Problem("not_an_entry", "found no entry of an audit log", f"{audit.name}:{number}") from error


class Answers(Protocol):
    """Where answers that were paid for are kept, by the SHA-256 of what was asked; safe for several threads."""

    def get(self, key: str) -> Mapping[str, Any] | None:
        """What was answered, or None."""

    def put(self, key: str, answer: Mapping[str, Any]) -> None:
        """Keep an answer."""


class AnswerFolder:
    """Answers as JSON files named by key; each is written whole or not at all.

    Parameters
    ----------
    folder : Path
        Made where it is not there.

    Example
    -------
    >>> answers = AnswerFolder(Path("answers"))
    >>> answers.put("ab12", {"text": "1555", "confidence": 0.98})
    >>> answers.get("ab12"), answers.get("ff00")
    ({'text': '1555', 'confidence': 0.98}, None)
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)

    def get(self, key: str) -> Mapping[str, Any] | None:
        """What was answered; a file that somebody damaged counts as none."""
        try:
            found = json.loads(self._path(key).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def put(self, key: str, answer: Mapping[str, Any]) -> None:
        """Keep an answer.

        Raises
        ------
        Unavailable
            The disk is full or closed to us.
        """
        path = self._path(key)
        with writing(self.folder):
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(dict(answer), file, ensure_ascii=False)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            sync(self.folder)

    def _path(self, key: str) -> Path:
        if not key.isalnum():
            raise Problem("not_a_key", f"found {key!r}; expected a SHA-256", "key")
        return self.folder / f"{key}.json"
