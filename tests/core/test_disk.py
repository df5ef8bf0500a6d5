from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from hanok.core.disk import writing
from hanok.core.problem import NotFound, Unavailable


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_said_of_the_folder_that_was_written_to(code: int) -> None:
    with pytest.raises(Unavailable) as caught, writing(Path("/models")):
        raise OSError(code, os.strerror(code), "/data/read.csv", None, "/models/written.csv")
    assert (caught.value.code, caught.value.where) == ("disk_full", "/models")
    assert os.strerror(code) in caught.value.message


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR])
def test_what_is_closed_is_named_itself(code: int) -> None:
    with pytest.raises(Unavailable) as caught, writing(Path("/models")):
        raise OSError(code, os.strerror(code), "/data/read.csv")
    assert (caught.value.code, caught.value.where) == ("no_access", "/data/read.csv")


def test_the_system_s_words_are_found_in_the_errors_of_libraries() -> None:
    with pytest.raises(Unavailable, match="No space left"), writing(Path("/models")):
        raise RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)")


@pytest.mark.parametrize(
    "error", [ValueError("a bug"), FileNotFoundError(errno.ENOENT, "not there"), KeyboardInterrupt()]
)
def test_anything_else_passes_unchanged(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, writing(Path("/models")):
        raise error
    assert caught.value is error


def test_a_problem_keeps_its_own_words() -> None:
    problem = NotFound("no_file", "there is none: Permission denied")
    with pytest.raises(NotFound) as caught, writing(Path("/models")):
        raise problem
    assert caught.value is problem
