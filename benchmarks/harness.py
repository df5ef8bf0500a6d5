"""What every benchmark needs: the data, the machine in words, tables, and results that are never overwritten."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from hanok.core.bootstrap import interval
from hanok.core.report import Statistic

T = TypeVar("T")
ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
LIBRARIES = (
    *("hanok", "numpy", "scipy", "numba", "scikit-learn", "polars", "pydantic", "sqlalchemy", "bm25s"),
    *("implicit", "gensim", "ranx", "faiss-cpu", "hnswlib", "usearch"),
    *("tesserocr", "rapidocr", "rapidfuzz", "opencv-python-headless", "onnxruntime"),
)
SERVERS = ("fastapi", "starlette", "uvicorn", "bentoml", "litserve")

Figure = dict[str, Any]


class Benchmark:
    """One run of one benchmark.

    Parameters
    ----------
    name : str
        Of the module.
    about : str
        For ``--help``.
    """

    def __init__(self, name: str, about: str) -> None:
        parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=about)
        parser.add_argument("--quick", action="store_true", help="one seed and less data; keeps no result")
        self.name, self.quick = name, bool(parser.parse_args().quick)
        self.seeds = [0] if self.quick else [0, 1, 2]
        self.figures: dict[str, Figure] = {}
        self.machine = machine()
        self.started = datetime.now(UTC)
        print(f"{name} on {self.machine['cpu']}, {self.machine['cores']} cores, load {self.machine['load']}")

    def keep(self, name: str, figure: Figure) -> Figure:
        """Note a figure; a name is used once."""
        if name in self.figures:
            raise ValueError(f"{name} is noted already")
        self.figures[name] = figure
        return figure

    def finish(self) -> None:
        """Write the result, unless quick, and print the last line."""
        if not self.quick:
            RESULTS.mkdir(exist_ok=True)
            path = RESULTS / f"{self.name}-{self.started:%Y%m%dT%H%M%SZ}.json"
            result = {
                "benchmark": self.name,
                "command": f"python -m benchmarks.{self.name}",
                "started": self.started.isoformat(timespec="seconds"),
                "commit": _commit(),
                "seeds": self.seeds,
                "machine": self.machine,
                "figures": self.figures,
            }
            with path.open("x", encoding="utf-8") as file:  # never over an older one
                json.dump(result, file, indent=1, ensure_ascii=False)
                file.write("\n")
            print(f"kept as {path.relative_to(ROOT)}")
        print(json.dumps({"benchmark": self.name, "figures": self.figures}, ensure_ascii=False))


def data(*parts: str) -> Path:
    """A file of the data folder: ``HANOK_DATA``, or ``../shared/data`` beside the repository."""
    path = Path(os.environ.get("HANOK_DATA") or ROOT.parent / "shared" / "data").joinpath(*parts)
    if not path.exists():
        sys.exit(f"{'/'.join(parts)} is not in the data folder; HANOK_DATA says where that is")
    return path


def machine() -> dict[str, Any]:
    """The machine and the versions, in words."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory / 2**20, 1),
        "load": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "libraries": {name: found for name in LIBRARIES + SERVERS if (found := _version(name))},
    }


def figure(values: npt.ArrayLike, statistic: Statistic | None = None, **more: Any) -> Figure:
    """A figure with its 95 % bootstrap interval over items."""
    found = interval(values, statistic)
    return {**{name: round(v, 4) for name, v in found.model_dump().items()}, **more}


def over_seeds(values: Sequence[float]) -> Figure:
    """A figure that was measured once per seed: mean, and what each seed gave."""
    return {"mean": round(float(np.mean(values)), 4), "seeds": [round(float(v), 4) for v in values]}


def timed(work: Callable[..., T], *args: Any, **options: Any) -> tuple[T, float]:
    """What `work` returns, and how many seconds it takes."""
    start = time.perf_counter()
    found = work(*args, **options)
    return found, time.perf_counter() - start


def seconds(work: Callable[..., Any], *args: Any, **options: Any) -> float:
    """How long `work` takes."""
    return timed(work, *args, **options)[1]


def interleaved(contenders: Mapping[str, Callable[[Any], Any]], items: Sequence[Any]) -> dict[str, Figure]:
    """Milliseconds of one call, contenders taking turns on every item so that each meets the same disturbances."""
    for call in contenders.values():
        call(items[0])
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for turn, item in enumerate(items):
        for shift in range(len(names)):
            name = names[(turn + shift) % len(names)]
            taken[name].append(seconds(contenders[name], item) * 1000)
    return {
        name: {"p50_ms": round(float(np.median(t)), 3), "p99_ms": round(float(np.quantile(t, 0.99)), 3), "n": len(t)}
        for name, t in taken.items()
    }


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table."""
    cells = [[str(c) for c in row] for row in [columns, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    print(f"\n{title}")
    for row in cells:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def shown(found: Figure) -> str:
    """A figure of `figure` as text."""
    return f"{found['value']:.3f} [{found['low']:.3f}, {found['high']:.3f}]"


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _commit() -> str:
    def git(*command: str) -> str:
        return subprocess.run(["git", "-C", str(ROOT), *command], capture_output=True, text=True, check=False).stdout

    changed = "+" if git("status", "--porcelain", "--untracked-files=no", "--", "src", "benchmarks") else ""
    return git("rev-parse", "--short", "HEAD").strip() + changed
