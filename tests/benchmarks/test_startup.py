from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.startup import disk

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_quick_run_ends_in_a_line_of_json() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.startup", "--quick"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["benchmark"] == "startup"
    for name in ("python -c pass", "import hanok", "hanok --help", "serve faq: ready", "serve faq: first answer"):
        assert 0 < said["figures"][name]["p10"] <= said["figures"][name]["median"] <= said["figures"][name]["p90"]


def test_disk_agrees_with_du_and_counts_a_file_with_two_names_once(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 3_000_000)
    (tmp_path / "same").hardlink_to(tmp_path / "big")
    (tmp_path / "elsewhere").symlink_to("/usr")
    assert disk(tmp_path) == 3
