"""What another process does to a home in the tests: ``python killed.py HOME FIRST KEPT_EVERY``.

It asks and clicks without end and says each one that was acknowledged, until it is killed.
"""

from __future__ import annotations

import sys

from hanok.core import lasting
from hanok.lifecycle.workspace import Workspace


def say(word: str) -> None:
    print(word, flush=True)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    home, first, every = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    lasting.EVERY = every
    with Workspace.open(home) as workspace:
        model = workspace.load("video")
        for seed in range(first, first + 10**6):
            found = model.answer([{"source": "oil0", "seed": seed, "k": 3}])[0]
            say("answered")
            model.feedback(found.id, {"clicked": found.output.entries[0].item})
            say("clicked")
