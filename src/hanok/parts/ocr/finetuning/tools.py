"""Tesseract's own tools for training, run in a folder until a time."""

from __future__ import annotations

import os
import subprocess
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Timer

from hanok.core.problem import Problem, Unavailable

HINT = "apt install tesseract-ocr, which brings tesseract, combine_tessdata and lstmtraining"
LAST = 200
"""Characters of what a tool said that a message repeats."""


class TimeIsUp(Exception):
    """A tool was stopped, as the time for all of them is over."""


class Bench:
    """Where the tools work.

    Parameters
    ----------
    folder : Path
        Names of files are relative to it, so that what the tools derive from names is the same wherever it lies.
    seconds : float
        From now on, for all calls together.
    """

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder, self._end = folder, time.monotonic() + seconds

    def call(
        self, tool: str, *arguments: str, makes: str = "", heard: Callable[[str], None] = lambda line: None
    ) -> str:
        """Run a tool; its words, of both streams.

        Parameters
        ----------
        tool : str
            Name of the program.
        *arguments : str
            As they are: no shell reads them.
        makes : str
            The file it writes: whether it did tells success, for some of the tools end with 1 then, too.
        heard : callable
            Is given each line of what it says, at once; what it raises stops the tool.

        Raises
        ------
        Unavailable
            The tool is not installed.
        Problem
            It was killed, or wrote no such file; with the end of what it said.
        TimeIsUp
            It was stopped.
        """
        file = self.folder / makes
        before = file.stat().st_mtime_ns if makes and file.exists() else 0
        said = deque[str](maxlen=50)
        try:
            process = subprocess.Popen(
                [tool, *arguments],
                cwd=self.folder,
                env={**os.environ, "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"},  # its threads wait for each other
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
        except FileNotFoundError as error:
            raise Unavailable("missing_tool", f"fine-tuning needs {tool}", hint=HINT) from error
        late = Timer(max(self._end - time.monotonic(), 0), process.kill)
        late.start()
        with process:
            try:
                for line in process.stdout or ():
                    said.append(line.strip())
                    heard(line)
            except BaseException:
                process.kill()
                process.wait()
                raise
            finally:
                late.cancel()
        if process.returncode < 0 and time.monotonic() >= self._end:
            raise TimeIsUp
        if process.returncode < 0 or (makes and not (file.exists() and file.stat().st_mtime_ns > before)):
            last = "; ".join([line for line in said if line][-3:])[-LAST:]
            raise Problem("tool_failed", f"{tool} ended with {process.returncode} and made no {makes}: {last}", tool)
        return "\n".join(said)
