"""Negatives that are known to be wrong: of what resists, rather than of anything."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.embedding.sampler import Negatives, Sampler, Unigram

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


class ResponseAware:
    """A share of each word's negatives from its own list: of a cell line the drugs that it resists (RA-NS).

    With skip-gram a pair's negatives are those of its input word. With ``architecture="cbow"``, the paper's, they are
    those of the word predicted.

    Parameters
    ----------
    pairs : array (n_pairs, 2), int
        A word, and one that may be a negative of it. For both directions give ``[*pairs, *pairs[:, ::-1]]``. What is
        held out for a test has no place here: its absence would be no secret to the vectors.
    fraction : float
        The share of negatives that comes from a word's list, ``round(fraction * negative)`` of them: so many in a row
        from a random place of the shuffled list, past whose end its beginning follows. A list that is shorter is taken
        whole, each word once, and `base` gives the others, as it gives all to words without a list.
    base : Sampler, optional
        `Unigram()` if not given.
    seed : int
        Of the shuffling.

    Attributes
    ----------
    pairs : array (n_pairs, 2), int32
        Each once, in ascending order: all that this sampler knows, to be looked through for what must not be there.

    Raises
    ------
    Problem
        ``bad_sampler``: pairs of another shape, ids below 0, a word beside itself, a fraction that is none; when
        training begins also ids that are no word, and a base that has lists itself.

    Example
    -------
    Word 0 resists 2 and 3; half of its negatives are these:

    >>> sampler = ResponseAware([[0, 2], [0, 3]], fraction=0.5)
    >>> tables = sampler.negatives(np.array([5, 5, 5, 5]), 0.75)
    >>> tables.bounds.tolist(), sorted(tables.lists.tolist()), tables.listed(negative=20)
    ([0, 2, 2, 2, 2], [2, 3], 10)

    Source
    ------
    RAMP: Briefings in Bioinformatics 2022, doi 10.1093/bib/bbac504, and its code (github hvcl/RAMP), which has 10 of 20
    negatives of CBOW from a slice of the list of the word predicted. Skip-gram and the fraction are ours. Words that
    do not occur in the corpus are left out of lists, as they are no negatives of `Unigram` either.
    """

    def __init__(
        self, pairs: npt.ArrayLike, fraction: float = 0.5, base: Sampler | None = None, *, seed: int = 0
    ) -> None:
        self.pairs, self.fraction, self.base, self.seed = _pairs(pairs), fraction, base or Unigram(), seed
        if not 0 <= fraction <= 1:
            raise Problem("bad_sampler", f"found {fraction}; expected a share from 0 to 1", "fraction")

    def negatives(self, counts: Ints, ns_exponent: float) -> Negatives:
        """The tables of `base`, and a list for each word that is a first one of `pairs`."""
        n = len(counts)
        if len(self.pairs) and self.pairs.max() >= n:
            raise Problem("bad_sampler", f"found {self.pairs.max()}; expected ids from 0 to {n - 1}", "pairs")
        tables = self.base.negatives(counts, ns_exponent)
        if len(tables.lists):
            raise Problem("bad_sampler", "it has lists of its own; give all pairs to one sampler", "base")
        known = self.pairs[counts[self.pairs[:, 1]] > 0]
        chance = np.random.default_rng(self.seed).random(len(known))
        known = known[np.lexsort((chance, known[:, 0]))]
        bounds = np.searchsorted(known[:, 0], np.arange(n + 1)).astype(np.int64)
        return tables._replace(bounds=bounds, lists=known[:, 1].copy(), fraction=self.fraction)


def _pairs(given: npt.ArrayLike) -> Int32s:
    """Each pair once, (n_pairs, 2)."""
    pairs = np.asarray(given)
    if not pairs.size:
        return np.zeros((0, 2), np.int32)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise Problem("bad_sampler", f"found {pairs.dtype} of shape {pairs.shape}; expected ids (n_pairs, 2)", "pairs")
    for bad, expected in (
        ((pairs < 0) | (pairs >= 2**31), "ids of 0 or more"),
        (pairs[:, :1] == pairs[:, 1:], "two different words"),
    ):
        if bad.any():
            row = int(bad.any(axis=1).argmax())
            raise Problem("bad_sampler", f"found {pairs[row].tolist()}; expected {expected}", f"pairs {row}")
    one = np.sort(pairs[:, 0].astype(np.int64) << 31 | pairs[:, 1].astype(np.int64))
    one = one[np.diff(one, prepend=-1) > 0]  # NumPy's unique takes far longer, by rows above all
    return np.stack([one >> 31, one & (2**31 - 1)], axis=1).astype(np.int32)
