"""Which class a short text belongs to: a linear support vector machine over words and pieces of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.text.ngrams import char_ngrams, word_ngrams
from hanok.parts.text.normalise import normalise
from hanok.parts.text.tfidf import Tfidf
from hanok.parts.text.vocabulary import Floats32, Sparse, Vocabulary

Bools = npt.NDArray[np.bool_]

LARGEST = 1 << 30
"""Bytes of coefficients beyond which a classifier is refused: one row for every term, one column for every class."""

_ALONE = Lock()
"""LIBLINEAR shuffles with one generator for the whole process: two fits at once would disturb each other's order."""


class TextClassifier:
    """One-versus-rest linear SVM on TF-IDF of word n-grams and character n-grams, side by side.

    Parameters
    ----------
    words : int
        Longest word n-gram; 0 leaves words out.
    chars : tuple of int
        Shortest and longest character n-gram, see `char_ngrams`.
    sublinear : bool
        See `Tfidf`.
    C : float
        Inverse of the regularisation's strength.

    Attributes
    ----------
    blocks : list of Tfidf
        That of words, if any, and that of characters.
    coefficients : array (n_terms, n_classes), float32
    intercepts : array (n_classes,), float32

    Example
    -------
    >>> texts = ["my card is lost", "lost card", "what is the fee", "fee for a transfer"]
    >>> classifier = TextClassifier().fit(texts, np.array([0, 0, 1, 1]))
    >>> classifier.scores("I lost it").argmax(), classifier.scores("which fee").argmax()
    (np.int64(0), np.int64(1))

    Source
    ------
    Fan et al. 2008, "LIBLINEAR" (squared hinge loss, L2, dual coordinate descent), through scikit-learn. Wang and
    Manning 2012, "Baselines and Bigrams", show why so simple a model is hard to beat on short texts.
    """

    blocks: list[Tfidf]
    coefficients: Floats32
    intercepts: Floats32

    def __init__(
        self,
        *,
        words: int = 2,
        chars: tuple[int, int] = (2, 5),
        sublinear: bool = True,
        C: float = 0.5,  # noqa: N803
    ) -> None:
        self.words, self.chars, self.sublinear, self.C = words, chars, sublinear, C

    def fit(
        self,
        texts: Sequence[str],
        labels: npt.NDArray[np.int64],
        *,
        seed: int = 0,
        report: Callable[[int, int], None] = lambda done, total: None,
    ) -> Self:
        """Learn the classes 0 to max(labels) from texts.

        Parameters
        ----------
        texts : sequence of str
            As typed, (n_texts,).
        labels : array (n_texts,), int64
            Every class has a text; there are at least two.
        seed : int
            Of the order in which the solver visits the texts.
        report : callable
            ``report(done, total)`` after each class; may raise to stop.

        Raises
        ------
        Problem
            The coefficients would not fit in memory, or the solver stopped before its first step.
        """
        tables = []
        self.blocks = []
        for documents in zip(*(self._views(text) for text in texts), strict=True):
            vocabulary = Vocabulary.of(documents)
            counts = vocabulary.table(documents)
            self.blocks.append(Tfidf(sublinear=self.sublinear).over(vocabulary, counts))
            tables.append(self.blocks[-1].weigh(counts))
        features = _side_by_side(tables)
        classes = int(labels.max()) + 1
        if (needs := 4 * features.shape[1] * classes) > LARGEST:
            raise Problem(
                "too_many_classes",
                f"{classes} answers times {features.shape[1]} terms need {needs / 1e9:.1f} GB of coefficients",
                hint="use method=nearest",
            )
        self.coefficients = np.empty((features.shape[1], classes), np.float32)
        self.intercepts = np.empty(classes, np.float32)
        for label in range(classes):
            self.coefficients[:, label], self.intercepts[label] = _separate(features, labels == label, self.C, seed)
            report(label + 1, classes)
        return self

    def scores(self, text: str) -> Floats32:
        """Distance from each class's border, (n_classes,): positive inside; without a known term the intercepts."""
        total = self.intercepts
        offset = 0
        for block, view in zip(self.blocks, self._views(text), strict=True):
            columns, weights = block.vector(view)
            total = total + np.einsum("t,tc->c", weights, self.coefficients[columns + offset])
            offset += len(block.vocabulary)
        return total

    def _views(self, text: str) -> list[list[str]]:
        """The text's terms, a list for each block."""
        text = normalise(text)
        chars = char_ngrams(text, *self.chars)
        return [word_ngrams(text, self.words), chars] if self.words else [chars]


def _side_by_side(tables: Sequence[Sparse]) -> Any:
    """The tables as one matrix of SciPy."""
    from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]  # slow to import, needed to fit only

    stacked = hstack(
        [csr_matrix((t.values, t.columns, t.starts), shape=(len(t), t.width)) for t in tables], format="csr"
    )
    stacked = stacked.astype(np.float64)  # as the solver wants it: or it would convert the matrix again for every class
    stacked.indices, stacked.indptr = stacked.indices.astype(np.int32), stacked.indptr.astype(np.int32)
    return stacked


def _separate(features: Any, inside: Bools, C: float, seed: int) -> tuple[Floats32, float]:  # noqa: N803
    """One class against the rest: coefficients (n_terms,) and intercept."""
    from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

    with _ALONE:
        svm = LinearSVC(C=C, random_state=seed).fit(features, inside)
    if svm.n_iter_ < 1:
        raise Problem("degenerate_fit", "the solver stopped before its first step", "C", "raise C, or look at the data")
    return svm.coef_[0], float(svm.intercept_[0])
