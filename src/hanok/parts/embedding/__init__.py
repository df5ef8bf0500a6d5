"""Vectors of what stands in sequences: words of sentences, items of baskets, nodes of walks. One skip-gram engine."""

from hanok.parts.embedding.balance import balanced
from hanok.parts.embedding.corpus import Corpus
from hanok.parts.embedding.response_aware import ResponseAware
from hanok.parts.embedding.sampler import Keyed, Negatives, Sampler, Unigram
from hanok.parts.embedding.sgns import SGNS
from hanok.parts.embedding.vocabulary import Vocabulary
from hanok.parts.embedding.walks import Walks
from hanok.parts.embedding.wordtext import from_word2vec_text, to_word2vec_text

__all__ = [
    "SGNS",
    "Corpus",
    "Keyed",
    "Negatives",
    "ResponseAware",
    "Sampler",
    "Unigram",
    "Vocabulary",
    "Walks",
    "balanced",
    "from_word2vec_text",
    "to_word2vec_text",
]
