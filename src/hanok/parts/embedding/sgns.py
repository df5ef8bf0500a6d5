"""Skip-gram with negative sampling: one vector for what a word is, one for what it stands beside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, Self, get_args

import numpy as np
import numpy.typing as npt

from hanok.core.disk import sync
from hanok.core.problem import Problem
from hanok.parts.embedding.corpus import Corpus
from hanok.parts.embedding.kernel import aligned
from hanok.parts.embedding.sampler import Sampler, Unigram
from hanok.parts.embedding.training import Training
from hanok.parts.embedding.wordtext import to_word2vec_text

Ints = npt.NDArray[np.int64]
Floats32 = npt.NDArray[np.float32]
Stream = Callable[[int], Iterable[Corpus]]
"""Gives the chunks of epoch 0, 1, … one after the other: neither on disk nor in memory at once."""
Architecture = Literal["skipgram", "cbow"]
Report = Callable[..., None]


class SGNS:
    """Learns vectors from which words stand near each other.

    Parameters
    ----------
    vector_size : int
        Numbers in a vector, d.
    architecture : str
        ``"skipgram"``: each near word tells the centre; ``"cbow"``: their mean does, faster and coarser.
    window : int
        Words to each side that count as near; each position draws its own reach from 1 … window, so near ones weigh
        more. At least the longest sequence where order says nothing.
    negative : int
        Random words set against each near one.
    ns_exponent : float
        Negatives are drawn as counts ** ns_exponent; 0 is uniform, below 0 prefers rare words.
    sample : float
        Words with a larger share of the corpus are left out now and then; 0 keeps all.
    epochs : int
        Passes over the corpus.
    learning_rate, min_learning_rate : float
        Of the first word and the last; in between it falls in a straight line.
    workers : int
        Threads. They write without locks; with 1 the result is the same bit for bit for a seed.
    seed : int

    Attributes
    ----------
    vectors, context : array (n_words, d), float32
        IN: what a word is. OUT: what a word stands beside.
    counts : array (n_words,), int64
        How often each word was in the corpus; vectors of words with 0 mean nothing.
    epochs_done : int
        Less than `epochs` in a checkpoint.

    Example
    -------
    >>> corpus = Corpus.of([[0, 1, 0, 1], [2, 3, 2, 3]] * 200)
    >>> model = SGNS(8, window=3, sample=0, epochs=10, seed=1).fit(corpus, 4)
    >>> model.similar(0, 1, kind="in-out")[0].tolist()
    [1]

    Source
    ------
    Mikolov et al. 2013, "Distributed representations of words and phrases and their compositionality", section 2;
    Barkan and Koenigstein 2016, "Item2Vec", for items; Grover and Leskovec 2016, "node2vec", for nodes.
    """

    vectors: Floats32
    context: Floats32
    counts: Ints
    epochs_done: int

    def __init__(
        self,
        vector_size: int = 64,
        *,
        architecture: Architecture = "skipgram",
        window: int = 5,
        negative: int = 5,
        ns_exponent: float = 0.75,
        sample: float = 1e-3,
        epochs: int = 5,
        learning_rate: float = 0.025,
        min_learning_rate: float = 1e-4,
        workers: int = 1,
        seed: int = 0,
    ) -> None:
        self.vector_size, self.architecture = vector_size, architecture
        self.window, self.negative = window, negative
        self.ns_exponent, self.sample, self.epochs = ns_exponent, sample, epochs
        self.learning_rate, self.min_learning_rate = learning_rate, min_learning_rate
        self.workers, self.seed = workers, seed

    def fit(
        self,
        corpus: Corpus | Stream,
        counts: int | npt.ArrayLike,
        sampler: Sampler | None = None,
        report: Report | None = None,
        *,
        checkpoint: Path | None = None,
    ) -> Self:
        """Learn from `corpus`.

        Parameters
        ----------
        corpus : Corpus or callable
            A callable is given the epoch's number and gives its chunks one after the other, the same as before or new.
        counts : int or array (n_words,)
            How often each word occurs in an epoch; or how many words there are: a pass over the corpus counts.
        sampler : Sampler, optional
            Where negatives come from; `Unigram()` if not given.
        report : callable, optional
            ``report(tokens_done, tokens_total, loss=..., tokens_per_second=...)``, such as `Run.report`; what it
            raises ends the training. `loss` is the mean over pairs since the last report.
        checkpoint : Path, optional
            Written after every epoch; if it is there already, training goes on from it.

        Raises
        ------
        Problem
            Ids out of range, nothing to learn from, a vocabulary of one word, or a checkpoint of another training.
        """
        self._check()
        stream: Stream = (lambda _: (corpus,)) if isinstance(corpus, Corpus) else corpus
        known = _counted(stream, counts)
        self._start(known, checkpoint)
        training = Training(
            self.vectors,
            self.context,
            known,
            (sampler or Unigram()).negatives(known, self.ns_exponent),
            cbow=self.architecture == "cbow",
            window=self.window,
            negative=self.negative,
            sample=self.sample,
            rates=(self.learning_rate, self.min_learning_rate),
            epochs=self.epochs,
            workers=self.workers,
            seed=self.seed,
        )
        while self.epochs_done < self.epochs:
            training.epoch(self.epochs_done, stream(self.epochs_done), report)
            self.epochs_done += 1
            if checkpoint is not None:
                self.save(checkpoint)
        return self

    def similar(
        self,
        words: int | Sequence[int] | npt.NDArray[np.integer],
        N: int = 10,  # noqa: N803  as implicit calls it
        *,
        kind: Literal["in-in", "in-out"] = "in-in",
        items: Sequence[int] | npt.NDArray[np.integer] | None = None,
    ) -> tuple[Ints, Floats32]:
        """The words most like `words`, or most likely beside them.

        Parameters
        ----------
        words : int or array
            One word, or several whose IN vectors are averaged.
        N : int
            How many.
        kind : str
            ``"in-in"``: cosine of IN vectors, words used alike. ``"in-out"``: dot product of IN and OUT, words that
            occur together.
        items : array, optional
            Candidates; all words if not given.

        Returns
        -------
        ids : array (≤ N,), int64
            Best first, ties by id; without `words` and without what was never seen in training, whose 0 would top
            the list of dot products, most of which are negative.
        scores : array (≤ N,), float32
        """
        given = np.atleast_1d(np.asarray(words, np.int64))
        wrong = given[(given < 0) | (given >= len(self.counts))]
        if len(wrong) or not len(given):
            found = wrong[0] if len(wrong) else "none"
            raise Problem("unknown_token", f"found {found}; expected ids from 0 to {len(self.counts) - 1}", "words")
        allowed = self.counts > 0
        if items is not None:
            allowed &= np.isin(np.arange(len(allowed)), items)
        allowed[given] = False
        ids = np.flatnonzero(allowed)
        query = self.vectors[given].mean(axis=0)
        table = self.vectors if kind == "in-in" else self.context
        scores = table[ids] @ query
        if kind == "in-in":
            scores /= np.maximum(np.linalg.norm(table[ids], axis=1) * np.linalg.norm(query), np.float32(1e-12))
        order = np.argsort(-scores, kind="stable")[:N]
        return ids[order], scores[order]

    def save(self, path: Path) -> None:
        """Write vectors, counts and settings as one .safetensors file; a crash leaves the old file or the new one."""
        from safetensors.numpy import save_file

        path = Path(path)
        arrays: dict[str, npt.NDArray[Any]] = {"vectors": self.vectors, "context": self.context, "counts": self.counts}
        notes = {"sgns": json.dumps({**self._settings(), "workers": self.workers, "epochs_done": self.epochs_done})}
        partial = path.with_name(path.name + ".partial")
        save_file(arrays, partial, notes)
        sync(partial)
        partial.replace(path)

    def to_word2vec_text(self, path: Path, words: Sequence[str]) -> None:
        """Write the IN vectors in word2vec's text format; see the function of this name."""
        to_word2vec_text(path, words, self.vectors)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        Problem
            ``bad_file``: no such file, or not one of ours.
        """
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="numpy") as file:
                notes = json.loads((file.metadata() or {})["sgns"])
                arrays = {name: file.get_tensor(name) for name in ("vectors", "context", "counts")}
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise Problem("bad_file", f"no skip-gram model: {error}", str(path)) from error
        done = notes.pop("epochs_done")
        notes.pop("counts")
        model = cls(**notes)
        model.vectors, model.context, model.counts, model.epochs_done = (*arrays.values(), done)
        return model

    def _check(self) -> None:
        """Refuse settings under which nothing can be learnt."""
        for name in ("vector_size", "window", "negative", "epochs", "workers"):
            if getattr(self, name) < 1:
                raise Problem("bad_setting", f"found {getattr(self, name)}; expected 1 or more", name)
        for name in ("learning_rate", "min_learning_rate", "sample", "ns_exponent"):
            value = getattr(self, name)
            if not np.isfinite(value) or (value < 0 and name != "ns_exponent"):
                raise Problem("bad_setting", f"found {value}; expected a finite number, 0 or more", name)
        if self.architecture not in get_args(Architecture):
            raise Problem("bad_setting", f"found {self.architecture!r}; expected skipgram or cbow", "architecture")

    def _settings(self) -> dict[str, Any]:
        """What two trainings must share for one to go on where the other stopped."""
        names = ("vector_size", "architecture", "window", "negative", "ns_exponent", "sample", "epochs")
        more = ("learning_rate", "min_learning_rate", "seed")
        counted = hashlib.sha256(self.counts.tobytes()).hexdigest()
        return {**{name: getattr(self, name) for name in names + more}, "counts": counted}

    def _start(self, counts: Ints, checkpoint: Path | None) -> None:
        """From the checkpoint, or small random IN vectors and OUT vectors of zeros.

        They are within ±1/√d, so about as long for every d. word2vec's are within ±1/(2d): then the first epochs are
        spent on growing, for OUT vectors learn as fast as IN vectors are long.
        """
        shape = (len(counts), self.vector_size)
        self.vectors, self.context = aligned(*shape), aligned(*shape)
        self.counts, self.epochs_done = counts, 0
        if checkpoint is not None and Path(checkpoint).exists():
            saved = self.load(checkpoint)
            if saved._settings() != self._settings():
                hint = "remove it to start anew"
                raise Problem(
                    "other_checkpoint", "it is of a training with other settings or counts", str(checkpoint), hint
                )
            self.vectors[:], self.context[:], self.epochs_done = saved.vectors, saved.context, saved.epochs_done
            return
        rng = np.random.default_rng(self.seed)
        self.vectors[:] = (2 * rng.random(shape, np.float32) - 1) / np.sqrt(np.float32(self.vector_size))


def _counted(stream: Stream, counts: int | npt.ArrayLike) -> Ints:
    """The counts given, or those of the first epoch."""
    if isinstance(counts, int | np.integer):
        known = np.zeros(int(counts), np.int64)
        for chunk in stream(0):
            known += chunk.counts(len(known))
    else:
        known = np.array(counts)
        if known.ndim != 1 or known.dtype.kind not in "iu" or (known < 0).any():
            raise Problem(
                "bad_counts", f"found {known.dtype} of shape {known.shape}; expected counts (n_words,)", "counts"
            )
        known = known.astype(np.int64)
    if not known.sum():
        raise Problem("empty_corpus", "there is not a single token to learn from", "corpus")
    if (known > 0).sum() < 2:
        raise Problem("one_word", "all tokens are the same word; expected two different ones or more", "corpus")
    return known
