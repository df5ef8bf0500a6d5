"""What a comic is about, as a vector: word vectors learnt from all synopses, and their mean over each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Unavailable
from hanok.core.run import Run
from hanok.parts.embedding import SGNS, Vocabulary
from hanok.parts.text import DocumentVectors, PartsOfSpeech, morphemes, normalise, word_ngrams
from hanok.systems.comics.config import Config
from hanok.systems.comics.data import Catalogue

Floats32 = npt.NDArray[np.float32]

WINDOW = 20
"""Words to each side: most of a synopsis, for what matters is what it is about, not its syntax."""

KINDS = {
    "nouns": "nouns and pronouns",
    "nouns+verbs": "nouns, pronouns, verbs and adjectives",
    "all": "words of every part of speech",
}


class Told(NamedTuple):
    """Vectors of the synopses, (n_items, d), of length one or zero, and how they were made."""

    vectors: Floats32
    note: str


def tell(catalogue: Catalogue, config: Config, run: Run) -> Told:
    """Learn vectors of words from titles and synopses, and make vectors of comics of them.

    A comic whose words occur nowhere else has the zero vector: it is similar to nothing.
    """
    texts = [f"{title}。{synopsis}" for title, synopsis in zip(catalogue.titles, catalogue.synopses, strict=True)]
    documents, how = _words(texts, config.pos)
    blank = np.zeros((len(texts), config.vector_size), np.float32)
    counted = {word for document in documents for word in document}
    shared = len(counted) and max(np.unique([w for d in documents for w in set(d)], return_counts=True)[1])
    if len(counted) < 2 or shared < 2:
        return Told(blank, f"{how} No two comics share a word: the text ranker has no say.")
    vocabulary = Vocabulary.of(documents, min_count=2)
    sgns = SGNS(config.vector_size, window=WINDOW, epochs=config.epochs, workers=1, seed=run.seed)
    sgns.fit(vocabulary.encode(documents), vocabulary.counts, report=run.report)
    found = DocumentVectors(vocabulary.words, sgns.vectors, vocabulary.counts).fit(documents).transform(documents)
    n = len(vocabulary.words)
    return Told(found, f"{how} {n} words occur twice or more; their vectors are learnt from the synopses alone.")


def _words(texts: list[str], pos: PartsOfSpeech) -> tuple[list[list[str]], str]:
    """The words of each text, and how they were cut."""
    try:
        return [morphemes(text, pos) for text in texts], f"Text: {KINDS[pos]}."
    except Unavailable as missing:  # the base installation has no analyser, and rooms are to work on it
        documents = [word_ngrams(normalise(text), 1) for text in texts]
        return documents, f"Text: cut where the script changes, for {missing.message.lower()} ({missing.hint})."
