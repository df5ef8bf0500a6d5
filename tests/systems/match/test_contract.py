from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, ClassVar

from small_boards import board, encoded, folder

from hanok.systems.match import Match
from hanok.testing import ContractSuite

FOLDER = folder(Path(tempfile.mkdtemp()) / "boards", 3)


class TestMatch(ContractSuite):
    system = Match
    sources: ClassVar[dict[str, Any]] = {"boards": FOLDER}
    config: ClassVar[dict[str, Any]] = {"engines": ["digits"], "target": 0.9, "examples": 1}
    settings: ClassVar[dict[str, Any]] = {"google_key": "a key that is secret", "google_folder": "some/where/else"}
    items: ClassVar[list[dict[str, Any]]] = [
        {"image": encoded(board(50)[0])},
        {"image": encoded(board(51)[0].rotate(180)), "event": "final", "design": "dusk"},
    ]
