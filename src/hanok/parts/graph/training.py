"""Learning the vectors: what responds is pulled together, what resists is pushed apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from torch import Tensor
from torch.nn.functional import embedding, softplus

from hanok.core.problem import Problem
from hanok.parts.graph.adam import AdamW
from hanok.parts.graph.inputs import Inputs
from hanok.parts.graph.messages import Messages
from hanok.parts.graph.metrics import per_right, pooled
from hanok.parts.graph.model import Network, Nodes
from hanok.parts.graph.negatives import Opponents
from hanok.parts.graph.relations import Relations
from hanok.parts.graph.responses import Responses
from hanok.parts.graph.sampling import surroundings
from hanok.parts.graph.spmm import Structure, sddmm

Ints = npt.NDArray[np.int64]
Floats32 = npt.NDArray[np.float32]

TABLE = 10_000_000
"""Up to so many things are numbered by a table of all of them, which is faster than sorting."""


@dataclass(frozen=True)
class Task:
    """What is learnt from, as arrays.

    Parameters
    ----------
    adjacency : csr_matrix (n, n)
        Symmetric and canonical.
    inputs : Inputs
        Its nodes.
    relations : sequence of (int, int)
        Its kinds of edges.
    train : Responses
        At least one of them responsive.
    valid : Responses, or None
        What stopping is decided by.
    """

    adjacency: csr_matrix
    inputs: Inputs
    relations: Relations
    train: Responses
    valid: Responses | None


@dataclass(frozen=True)
class Settings:
    """Those of the GNN that training needs, with the same meaning."""

    epochs: int
    learning_rate: float
    weight_decay: float
    negative: int
    fraction: float
    hidden: float
    cold: float
    patience: int
    batch_size: int | None
    neighbours: int
    hops: int
    device: str
    seed: int


class Trainer:
    """One training of one network.

    Parameters
    ----------
    network : Network
        Changed in place.
    task : Task
        What it learns from.
    settings : Settings
        How.
    """

    def __init__(self, network: Network, task: Task, settings: Settings) -> None:
        self.network, self.task, self.settings = network.to(settings.device), task, settings
        self.rng = np.random.default_rng(settings.seed)
        types = task.inputs.types
        self.opponents = Opponents(task.train, types, settings.negative, settings.fraction, settings.seed)
        self.pairs = task.train.positives
        self.lefts = np.unique(self.pairs[:, 0])
        self.whole = Messages(task.adjacency, types, task.relations, settings.device)
        self.nodes = Nodes.of(task.inputs, len(network.types), settings.device)
        self.optimizer = AdamW(network.parameters(), settings.learning_rate, settings.weight_decay)

    def run(self, report: Callable[..., None] | None) -> None:
        """All epochs, or fewer where validation no longer gains; the network is then that of the best."""
        best, since, kept = -np.inf, 0, self._copy()
        for epoch in range(1, self.settings.epochs + 1):
            losses = [self._step(chosen) for chosen in self._batches()]
            more = {"loss": float(np.mean(losses))}
            if not np.isfinite(more["loss"]):
                raise Problem("diverged", "the loss is not finite; expected a smaller learning rate", "learning_rate")
            if self.task.valid is not None:
                more["valid"] = quality = self.judge(self.task.valid)
                since = 0 if quality > best else since + 1
                if quality > best:
                    best, kept = quality, self._copy()
            if report:
                report(epoch, self.settings.epochs, **more)
            if since >= self.settings.patience:
                break
        if self.task.valid is not None:
            self.network.load_state_dict(kept)

    @torch.no_grad()
    def judge(self, valid: Responses) -> float:
        """Macro AUROC over right nodes; pooled where none of them has both labels."""
        self.network.eval()
        z = self.network(self.nodes, self.nodes.known, self.whole).cpu().numpy()
        self.network.train()
        lefts, rights = np.unique(valid.left), np.unique(valid.right)
        scores, labels = z[lefts] @ z[rights].T, valid.table(lefts, rights)
        macro = per_right(scores, labels).macro_auroc
        return macro if np.isfinite(macro) else pooled(scores, labels)[0]

    def _batches(self) -> Iterator[Ints]:
        """Places of the pairs that each step of an epoch learns from."""
        n, size = len(self.pairs), self.settings.batch_size
        order = self.rng.permutation(n)
        if size is None:
            yield order[: max(1, round(n * self.settings.hidden))]
        else:
            yield from (order[first : first + size] for first in range(0, n, size))

    def _step(self, chosen: Ints) -> float:
        """Learn from some pairs, whose edges are hidden, and of nodes that are played as new, from all edges hidden."""
        new = np.zeros(len(self.task.inputs.own), bool)
        new[self.lefts[self.rng.random(len(self.lefts)) < self.settings.cold]] = True
        hidden = new[self.pairs[:, 0]]
        hidden[chosen] = True
        learnt = self.pairs[hidden] if self.settings.batch_size is None else self.pairs[chosen]
        against = self.opponents.draw(learnt, self.rng)
        loss = self._loss(learnt, against, self.pairs[hidden], new)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        return float(loss.detach())

    def _loss(self, learnt: Ints, against: Ints, hidden: Ints, new: npt.NDArray[np.bool_]) -> Tensor:
        device = self.settings.device
        known = self.nodes.known * torch.as_tensor(~new, device=device)
        if self.settings.batch_size is None:
            z = self.network(self.nodes, known, self.whole, self.whole.places(hidden))
            return pair_loss(z, learnt, against)
        seeds = np.unique(np.concatenate([learnt, against]))
        hops, neighbours = self.settings.hops, self.settings.neighbours
        around = surroundings(self.task.adjacency, seeds, hops, neighbours, self.rng)
        place = np.full(len(new), -1)
        place[around] = np.arange(len(around))
        part = Messages(
            self.task.adjacency[around][:, around], self.task.inputs.types[around], self.task.relations, device
        )
        within = place[hidden]
        at = torch.as_tensor(around, device=device)
        nodes = self.nodes.part(at, torch.as_tensor(place, device=device))
        z = self.network(nodes, known[at], part, part.places(within[(within >= 0).all(axis=1)]))
        return pair_loss(z, place[learnt], place[against])

    def _copy(self) -> dict[str, Any]:
        return {name: values.detach().clone() for name, values in self.network.state_dict().items()}


def pair_loss(z: Tensor, learnt: Ints, against: Ints) -> Tensor:
    """Mean of -log σ(z_c·z_d) over pairs that respond, plus mean of -log σ(-z_c·z_d) over those they stand against.

    Parameters
    ----------
    z : tensor (n, d)
        Vectors.
    learnt, against : arrays (b, 2) and (m, 2), int
        Pairs, left then right; one may occur more than once and then weighs more.

    Source
    ------
    Mikolov et al. 2013, equation 4, with a mean over negatives where they have a sum, so that their number does not
    change what the loss weighs.
    """
    (lefts, left), (rights, right) = (_numbered(np.concatenate([learnt[:, k], against[:, k]]), len(z)) for k in (0, 1))
    keys, which = _numbered(left * len(rights) + right, len(lefts) * len(rights))
    parts = which[: len(learnt)], which[len(learnt) :]
    pull, push = (np.bincount(part, minlength=len(keys)) / max(len(part), 1) for part in parts)
    matrix = csr_matrix((np.ones(len(keys)), np.divmod(keys, len(rights))), shape=(len(lefts), len(rights)))
    near, far = (embedding(torch.as_tensor(nodes, device=z.device), z) for nodes in (lefts, rights))
    scores = sddmm(Structure.of(matrix, str(z.device)), near, far)
    up, down = (torch.as_tensor(part.astype(np.float32), device=z.device) for part in (pull, push))
    return (up * softplus(-scores) + down * softplus(scores)).sum()


def _numbered(ids: Ints, n: int) -> tuple[Ints, Ints]:
    """The distinct ids of 0 … n - 1, ascending, and which of them each is."""
    if n > TABLE:
        distinct, which = np.unique(ids, return_inverse=True)
        return distinct, which.reshape(-1)
    there = np.zeros(n, bool)
    there[ids] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[ids]
