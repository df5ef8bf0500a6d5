"""What `Responder.choose` chooses."""

from __future__ import annotations

from dataclasses import dataclass

from hanok.core.problem import Problem

NONE, RESPONSES = "none", "responses"
"""No similarity of right nodes, or that of what responds to them."""


@dataclass(frozen=True)
class Settings:
    """Settings of a `Responder`.

    Parameters
    ----------
    scale : bool
        Whether numbers are brought to the same spread; not if their spread says how much each matters, as of principal
        components.
    ridge : float
        λ, beside similarities of at most about 1: the larger, the smoother.
    similarity : str
        Which similarity of right nodes is used: ``"none"``, ``"responses"`` (which left nodes respond to both) or one
        that `fit` is given by name, which counts half beside that of responses.
    sharing : float, 0 to 1
        How much right nodes learn from similar ones; 0: each for itself.
    own : float
        How much of a left node's responses is its own and not its features'; it lets known responses of a node speak
        for its others.
    threshold : float or None
        How many standard errors an edge must tell of a right node to count for it; None: edges do not count.
    mix : float, 0 to 1
        Where there are strengths: 1 learns from labels only, 0 from strengths only.

    Raises
    ------
    Problem
        ``bad_setting``.
    """

    scale: bool = True
    ridge: float = 4.0
    similarity: str = NONE
    sharing: float = 0.0
    own: float = 0.0
    threshold: float | None = None
    mix: float = 1.0

    def __post_init__(self) -> None:
        for name, right in {
            "ridge": 0 < self.ridge < float("inf"),
            "sharing": 0 <= self.sharing <= 1,
            "own": 0 <= self.own < float("inf"),
            "threshold": self.threshold is None or self.threshold > 0,
            "mix": 0 <= self.mix <= 1,
        }.items():
            if not right:
                raise Problem("bad_setting", f"found {getattr(self, name)}", name, "see Settings for its bounds")


STEPS: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("scale", (True, False)),
    ("ridge", (1.0, 2.0, 4.0, 8.0, 16.0)),
    ("mix", (0.0, 0.35, 0.65, 1.0)),
    ("sharing", (0.1, 0.2, 0.4, 0.7)),
    ("own", (0.1, 0.3, 1.0, 3.0)),
    ("sharing", (0.1, 0.2, 0.4, 0.7, 0.9)),
    ("ridge", (2.0, 4.0, 8.0, 16.0)),
    ("threshold", (4.5, 6.0)),
)
"""Settings in the order in which they are chosen, each with what is tried beside its value so far.

What is a node's own speaks for its other pairs only where right nodes share, and then more sharing may pay.
"""
