"""Which labelled lines a model can learn from: it has to have all their characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from hanok.core.problem import Problem
from hanok.parts.ocr.finetuning.sample import Sample
from hanok.parts.ocr.numerals import words


def writable(
    train: Sequence[Sample], valid: Sequence[Sample], unwritable: Callable[[str], set[str]]
) -> tuple[list[Sample], list[str]]:
    """Lines of `train` that the model can write, in the spelling it learns; and what is to be said of the others.

    Raises
    ------
    Problem
        ``no_lines``: there is none, or none of validation.
    """
    spelt = [sample._replace(text=words(sample.text)) for sample in train]
    missing = [unwritable(sample.text) for sample in spelt]
    found = [sample for sample, lacks in zip(spelt, missing, strict=True) if sample.text and not lacks]
    notes = []
    if len(found) < len(train):
        count = Counter(letter for lacks in missing for letter in sorted(lacks))
        letters = " ".join(letter for letter, _ in count.most_common(10))
        more = f" and {len(count) - 10} more" if len(count) > 10 else ""
        why = f"the base cannot write {letters}{more}" if count else "nothing is written on them"
        notes.append(f"{len(train) - len(found)} of {len(train)} lines were left out: {why}.")
    if not found or not valid:
        counted = f"{len(found)} lines to learn from and {len(valid)} of validation"
        raise Problem("no_lines", " ".join([f"found {counted}; expected some of both.", *notes]), "train")
    return found, notes
