"""One training: the stream cut into blocks, blocks handed to threads, the learning rate of each, and progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.embedding.corpus import Corpus
from hanok.parts.embedding.kernel import aligned, kernel
from hanok.parts.embedding.sampler import Negatives
from hanok.parts.embedding.threads import in_order

Ints = npt.NDArray[np.int64]
Floats32 = npt.NDArray[np.float32]
BLOCK = 20_000  # tokens: some milliseconds of work, so that threads end together and a cancelled run stops at once
LONGEST = 10_000  # a longer sequence is cut, so that threads can share it
PAUSE = 0.25  # seconds between reports


class _Block(NamedTuple):
    """What a thread is handed: tokens, where sequences begin and end in them, where it lies in its epoch."""

    tokens: npt.NDArray[np.int32]
    edges: Ints
    place: int
    number: int


class Training:
    """Vectors while they are learnt; arguments as of `SGNS`."""

    def __init__(
        self,
        vectors: Floats32,
        context: Floats32,
        counts: Ints,
        negatives: Negatives,
        *,
        cbow: bool,
        window: int,
        negative: int,
        sample: float,
        rates: tuple[float, float],
        epochs: int,
        workers: int,
        seed: int,
    ) -> None:
        self.vectors, self.context, self.negatives = vectors, context, negatives.checked(len(counts))
        self.keep = _keep(counts, sample)
        self.window, self.negative, self.rates = window, negative, rates
        self.epochs, self.workers, self.seed = epochs, workers, seed
        self.tokens = int(counts.sum())
        self.listed = self.negatives.listed(negative)
        self.train = kernel(vectors.shape[1], cbow)

    def epoch(self, number: int, chunks: Iterable[Corpus], report: Callable[..., None] | None) -> None:
        """Learn from every chunk once."""
        start, total = number * self.tokens, self.epochs * self.tokens
        done, loss, pairs, since, then = 0, 0.0, 0, 0, time.perf_counter()
        for tokens, lost, paired in self._results(number, chunks):
            done, since, loss, pairs = done + tokens, since + tokens, loss + lost, pairs + paired
            now = time.perf_counter()
            if report is not None and now - then > PAUSE:
                report(
                    min(start + done, total), total, loss=loss / max(pairs, 1), tokens_per_second=since / (now - then)
                )
                loss, pairs, since, then = 0.0, 0, 0, time.perf_counter()
        if not done:
            raise Problem("empty_corpus", f"epoch {number} gave not a single token", "corpus")
        if not np.isfinite(self.vectors).all() or not np.isfinite(self.context).all():
            raise Problem("diverged", f"vectors are not finite after epoch {number + 1}", "learning_rate", "lower it")
        if report is not None:
            speed = since / max(time.perf_counter() - then, 1e-9)
            report(start + self.tokens, total, loss=loss / max(pairs, 1), tokens_per_second=speed)

    def _results(self, epoch: int, chunks: Iterable[Corpus]) -> Iterator[tuple[int, float, int]]:
        """Tokens, loss and pairs of each block, in order."""
        return in_order(lambda block: self._work(epoch, block), self._blocks(chunks), self.workers)

    def _work(self, epoch: int, block: _Block) -> tuple[int, float, int]:
        high, low = self.rates
        total = self.epochs * self.tokens
        place = epoch * self.tokens + min(block.place, self.tokens)
        slope = (high - low) / total
        seed = np.random.SeedSequence([self.seed, epoch, block.number]).generate_state(1, np.uint64)[0]
        loss, pairs = self.train(
            block.tokens,
            block.edges,
            self.vectors,
            self.context,
            self.keep,
            self.negatives,
            aligned(2, self.vectors.shape[1]),
            self.window,
            self.negative,
            self.listed,
            high - slope * place,
            slope,
            seed,
        )
        return len(block.tokens), loss, pairs

    def _blocks(self, chunks: Iterable[Corpus]) -> Iterator[_Block]:
        place = number = 0
        for chunk in chunks:
            chunk.check(len(self.vectors))
            edges = _edges(chunk.offsets)
            first = 0
            while first < len(edges) - 1:
                last = max(first + 1, int(np.searchsorted(edges, edges[first] + BLOCK, side="right")) - 1)
                tokens = chunk.tokens[edges[first] : edges[last]]
                yield _Block(tokens, edges[first : last + 1] - edges[first], place, number)
                place, number, first = place + len(tokens), number + 1, last


def _edges(offsets: Ints) -> Ints:
    """Where sequences begin and the last ends, each once, and the cuts of sequences that are too long."""
    edges = offsets[np.diff(offsets, prepend=-1) > 0]  # each once: NumPy's unique takes far longer
    long = np.flatnonzero(np.diff(edges) > LONGEST)
    cuts = [np.arange(edges[i] + LONGEST, edges[i + 1], LONGEST) for i in long]
    return np.sort(np.concatenate([edges, *cuts])) if cuts else edges


def _keep(counts: Ints, sample: float) -> npt.NDArray[np.uint32]:
    """With which probability a token of each word stays in, in units of 2**-32: (n_words,).

    word2vec's code, which differs from its paper: sqrt(sample / share) + sample / share.
    """
    if not sample:
        return np.full(len(counts), 2**32 - 1, np.uint32)
    ratio = sample * counts.sum() / np.maximum(counts, 1)
    share = np.minimum(np.sqrt(ratio) + ratio, 1.0)
    return np.asarray(share * (2**32 - 1), np.uint32)
