"""How long a person waits for the command line and for a server, and how much disk the base install takes."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.harness import ROOT, Benchmark, Figure, seconds, show
from benchmarks.process import Process, environment, free_port

BARS = {"hanok --help": 0.4, "import hanok": 0.3, "serve faq: ready": 3.0}
"""Seconds, as medians."""

MOST = 950
"""Megabytes (10^6 bytes) of disk the base install may take."""

ROUNDS = 15
TRAIN = ("train", "faq", str(ROOT / "examples" / "faq" / "questions.csv"))
BUILT_FROM = ("pyproject.toml", "constraints.txt", "README.md", "LICENSE", "src", "examples")

Timed = dict[str, list[tuple[float, float]]]
"""Seconds on the clock, and seconds of processor time: on a busy machine the second says more."""


def main() -> None:
    """Measure and show."""
    bench = Benchmark("startup", __doc__ or "")
    bench.seeds = [0]  # of the order; what is repeated here are rounds
    with tempfile.TemporaryDirectory(prefix="hanok-startup-") as folder:
        here = Path(folder)
        env = {"HANOK_HOME": str(here / "home")}
        binaries = Path(sys.executable).parent
        run([str(binaries / "hanok"), *TRAIN], env)
        if not bench.quick:
            binaries = install(bench, here, env)
        timed = measure(binaries, env, here / "server.log", rounds=3 if bench.quick else ROUNDS)
    report(bench, timed)
    bench.keep("load at the end", {"value": round(os.getloadavg()[0], 2)})
    bench.finish()


def report(bench: Benchmark, timed: Timed) -> None:
    """Keep and show what was timed, with bars."""
    rows = []
    for name, values in timed.items():
        found = bench.keep(name, spread(values) | ({"bar": BARS[name]} if name in BARS else {}))
        verdict = ("meets" if found["median"] <= found["bar"] else "MISSES") if name in BARS else ""
        rows.append(
            [name, found["median"], f"{found['p10']}-{found['p90']}", found["cpu"], found.get("bar", ""), verdict]
        )
    where = "this environment" if bench.quick else "a fresh environment with the base install"
    columns = ["", "median", "p10-p90", "processor", "bar", ""]
    show(f"Seconds in {where}, {len(values)} rounds", columns, rows)


def spread(values: Sequence[tuple[float, float]]) -> Figure:
    """Median and how far the runs lie apart; of processor time the median."""
    clock, processor = zip(*values, strict=True)
    low, median, high = np.percentile(clock, [10, 50, 90]).round(3).tolist()
    return {"median": median, "p10": low, "p90": high, "cpu": round(float(np.median(processor)), 3), "n": len(values)}


# -- time ------------------------------------------------------------------------------------------------------------


def measure(binaries: Path, env: dict[str, str], log: Path, rounds: int) -> Timed:
    """Seconds of each, all of them in every round, in a new order; the first round warms the disk's cache."""
    python, hanok = str(binaries / "python"), str(binaries / "hanok")
    timed: Timed = {"python -c pass": [], "import hanok": [], "hanok --help": []}
    timed |= {"serve faq: ready": [], "serve faq: first answer": []}

    def serve() -> None:
        port, question = free_port(), json.dumps({"text": "How do I start?"}).encode()
        with Process([hanok, "serve", "faq", "--port", str(port)], env=env, log=log) as server:
            ready = server.until(port, "/health/ready")
            timed["serve faq: ready"].append((ready, server.computed()))
            first = server.until(port, "/v1/systems/faq/predict", question)
            timed["serve faq: first answer"].append((first, server.computed()))

    def command(name: str, words: list[str]) -> Callable[[], None]:
        def step() -> None:
            before = children()
            timed[name].append((seconds(lambda: run(words, env)), children() - before))

        return step

    steps = [
        command("python -c pass", [python, "-c", "pass"]),
        command("import hanok", [python, "-c", "import hanok"]),
        command("hanok --help", [hanok, "--help"]),
        serve,
    ]
    rng = np.random.default_rng(0)
    for _ in range(rounds + 1):
        for step in rng.permutation(len(steps)):
            steps[step]()
    return {name: values[1:] for name, values in timed.items()}


def children() -> float:
    """Seconds of processor time of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command: Sequence[str], env: dict[str, str]) -> None:
    """Run a command, or end with what it said."""
    done = subprocess.run(command, env=environment(env), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


# -- disk ------------------------------------------------------------------------------------------------------------


def install(bench: Benchmark, here: Path, env: dict[str, str]) -> Path:
    """The base install in an environment of its own, measured before and after it is first used; its binaries."""
    venv, source = here / "venv", here / "source"
    source.mkdir()
    for name in BUILT_FROM:  # a copy: building must leave nothing behind in the repository
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    run([sys.executable, "-m", "venv", str(venv)], {})
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-compile"]
    took = seconds(lambda: run([*pip, "--constraint", str(source / "constraints.txt"), str(source)], {}))
    bench.keep("install", {"value": round(took, 1), "unit": "s"})
    rows = [row(bench, venv, "as installed")]
    hanok, port = str(venv / "bin" / "hanok"), free_port()
    with Process([hanok, "serve", "faq", "--port", str(port)], env=env, log=here / "first.log") as server:
        first = server.until(port, "/health/ready")
        bench.keep("first server ever: ready", {"value": round(first, 2), "unit": "s"})
    rows.append(row(bench, venv, "after a first hanok serve"))
    run([hanok, *TRAIN], env | {"HANOK_HOME": str(here / "other home")})
    rows.append(row(bench, venv, "after a first hanok train, too"))
    show("Base install, MB on disk", ["", "site-packages", "whole", "bar", ""], rows)
    print(
        f"  installing took {took:.0f} s; the first server, which compiles what it imports, was ready in {first:.1f} s"
    )
    return venv / "bin"


def row(bench: Benchmark, venv: Path, when: str) -> list[object]:
    """Megabytes of an environment."""
    packages, whole = (disk(folder) for folder in (next(venv.glob("lib/python*/site-packages")), venv))
    bench.keep(f"MB {when}", {"site_packages": packages, "whole": whole, "bar": MOST})
    return [when, packages, whole, MOST, "meets" if whole <= MOST else "MISSES"]


def disk(folder: Path) -> int:
    """Megabytes a folder takes on disk, links not followed; the same as ``du``."""
    taken = {}
    for root, _, names in os.walk(folder):
        for path in (root, *(os.path.join(root, name) for name in names)):
            found = os.lstat(path)
            taken[found.st_dev, found.st_ino] = found.st_blocks * 512
    return round(sum(taken.values()) / 1e6)


if __name__ == "__main__":
    main()
