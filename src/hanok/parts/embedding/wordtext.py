"""word2vec's text format: a line "n_words d", then a word and its numbers on each line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem

Floats32 = npt.NDArray[np.float32]


def to_word2vec_text(path: Path, words: Sequence[str], vectors: Floats32) -> None:
    """Write vectors (n_words, d) so that other programs read them; numbers come back bit for bit.

    Raises
    ------
    Problem
        ``bad_word``: a word is there twice, is empty or has white space in it, which the format cannot say.
    """
    if len(words) != len(vectors):
        raise Problem("bad_word", f"found {len(words)} words for {len(vectors)} vectors", "words")
    if len(set(words)) < len(words):
        raise Problem("bad_word", "a word is there twice", "words")
    for word in words:
        if not word or len(word.split()) != 1 or word != word.strip():
            raise Problem("bad_word", f"found {word!r}; expected a word without white space", "words")
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"{len(words)} {vectors.shape[1]}\n")
        for word, row in zip(words, vectors, strict=True):
            file.write(f"{word} {' '.join(f'{x:.9g}' for x in row.tolist())}\n")


def from_word2vec_text(path: Path) -> tuple[list[str], Floats32]:
    """Read words and vectors (n_words, d).

    Raises
    ------
    Problem
        ``bad_vectors``, naming the line: another number of fields than the first line says, no number, not finite, a
        word twice, fewer or more lines than promised, or no UTF-8.
    """
    try:
        with Path(path).open(encoding="utf-8", newline="\n") as file:
            return _read(file, str(path))
    except UnicodeDecodeError as error:
        raise Problem("bad_vectors", f"not UTF-8: {error}", str(path)) from None


def _read(file: TextIO, path: str) -> tuple[list[str], Floats32]:
    head = file.readline().split()
    if len(head) != 2 or not all(part.isdecimal() for part in head):
        raise Problem("bad_vectors", f"found {' '.join(head)[:80]!r}; expected 'n_words d'", f"{path}:1")
    size, width = (int(part) for part in head)
    words: dict[str, int] = {}
    rows: list[Floats32] = []
    for number, line in enumerate(file, 2):
        where = f"{path}:{number}"
        word, *fields = line.rstrip("\r\n ").split(" ")
        if len(fields) != width:
            raise Problem("bad_vectors", f"found {len(fields)} numbers; expected {width}", where)
        if word in words:
            raise Problem("bad_vectors", f"{word!r} is on line {words[word]} already", where)
        rows.append(_numbers(fields, where))
        words[word] = number
    if len(rows) != size:
        raise Problem("bad_vectors", f"found {len(rows)} words; expected {size}, as line 1 says", path)
    return list(words), np.array(rows, np.float32).reshape(size, width)


def _numbers(fields: list[str], where: str) -> Floats32:
    try:
        row = np.array(fields, np.float32)
    except ValueError as error:
        raise Problem("bad_vectors", f"found what is not a number: {error}", where) from None
    if not np.isfinite(row).all():
        raise Problem("bad_vectors", "found nan or inf; expected finite numbers", where)
    return row
