"""word2vec's text format: a line "n_words d", then a word and its numbers on each line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem

Floats32 = npt.NDArray[np.float32]


def to_word2vec_text(path: Path, words: Sequence[str], vectors: Floats32) -> None:
    """Write vectors (n_words, d) so that other programs read them; numbers come back bit for bit.

    Raises
    ------
    Problem
        ``bad_word``: a word is empty or has white space in it, which the format cannot say.
    """
    if len(words) != len(vectors):
        raise Problem("bad_word", f"found {len(words)} words for {len(vectors)} vectors", "words")
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
        word twice, or fewer lines than promised.
    """
    with Path(path).open(encoding="utf-8") as file:
        head = file.readline().split()
        if len(head) != 2 or not all(part.isdecimal() for part in head):
            raise Problem("bad_vectors", f"found {' '.join(head)[:80]!r}; expected 'n_words d'", f"{path}:1")
        rows, width = (int(part) for part in head)
        words: dict[str, int] = {}
        found: list[Floats32] = []
        for number, line in enumerate(file, 2):
            fields = line.rstrip("\n").rstrip(" ").split(" ")
            where = f"{path}:{number}"
            if len(fields) != width + 1:
                raise Problem("bad_vectors", f"found {len(fields)} fields; expected a word and {width} numbers", where)
            if fields[0] in words:
                raise Problem("bad_vectors", f"{fields[0]!r} is on line {words[fields[0]] + 2} already", where)
            try:
                row = np.array(fields[1:], np.float32)
            except ValueError as error:
                raise Problem("bad_vectors", f"found what is not a number: {error}", where) from None
            if not np.isfinite(row).all():
                raise Problem("bad_vectors", "found nan or inf; expected finite numbers", where)
            words[fields[0]] = len(words)
            found.append(row)
    if len(found) != rows:
        raise Problem("bad_vectors", f"found {len(found)} words; expected {rows}, as line 1 says", str(path))
    return list(words), np.array(found, np.float32).reshape(rows, width)
