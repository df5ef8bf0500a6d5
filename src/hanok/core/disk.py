"""Writing that lasts, and in one line why something cannot be written."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hanok.core.problem import Problem, Unavailable

FULL = tuple(os.strerror(code) for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
CLOSED = tuple(os.strerror(code) for code in (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR))


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say why `folder` cannot be written to, whichever library finds out.

    Raises
    ------
    Unavailable
        The disk is full, or something is closed to us. Any other error passes unchanged.

    Example
    -------
    >>> with writing(Path("/models")):
    ...     raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    Traceback (most recent call last):
    hanok.core.problem.Unavailable: /models: cannot be written to: No space left on device
    """
    try:
        yield
    except Problem:
        raise
    except Exception as error:
        # by its words: libraries written in Rust raise errors of their own, with the system's words in them
        full = next((reason for reason in FULL if reason in str(error)), None)
        closed = next((reason for reason in CLOSED if reason in str(error)), None)
        if full:
            hint = "make room on the disk"
            raise Unavailable("disk_full", f"cannot be written to: {full}", str(folder), hint) from error
        if closed:
            where = getattr(error, "filename", None) or folder
            raise Unavailable("no_access", f"cannot be used: {closed}", str(where), "check its permissions") from error
        raise


def sync(path: Path) -> None:
    """Put a file, or a folder's entries, on the disk; a rename is durable only after it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
