"""Which hanok this is."""

from __future__ import annotations

import json
from importlib.metadata import version

from hanok.core.contract import CONTRACT


def test_the_version(hanok) -> None:
    found = json.loads(hanok("version", "--json").stdout)
    assert (found["hanok"], found["contract"]) == (version("hanok"), CONTRACT)
    assert hanok("version").stdout.startswith(f"hanok {version('hanok')}  contract {CONTRACT}  python 3.")
