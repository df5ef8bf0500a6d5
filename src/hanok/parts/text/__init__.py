"""Text as models that count see it: normalised, cut into n-grams, weighed, indexed, classified.

Korean, Japanese and English from the start; `docs/parts/text.md` is the guide.
"""

from hanok.parts.text.classifier import TextClassifier
from hanok.parts.text.index import Index, Query, Ranker
from hanok.parts.text.morphemes import PartsOfSpeech, morphemes
from hanok.parts.text.ngrams import char_ngrams, word_ngrams, words
from hanok.parts.text.normalise import Language, language, normalise
from hanok.parts.text.perturb import Perturber
from hanok.parts.text.tfidf import Tfidf
from hanok.parts.text.vectors import DocumentVectors
from hanok.parts.text.vocabulary import Sparse, Vocabulary

__all__ = [
    "DocumentVectors",
    "Index",
    "Language",
    "PartsOfSpeech",
    "Perturber",
    "Query",
    "Ranker",
    "Sparse",
    "TextClassifier",
    "Tfidf",
    "Vocabulary",
    "char_ngrams",
    "language",
    "morphemes",
    "normalise",
    "word_ngrams",
    "words",
]
