"""Regret of tuned bandits in the simulator, what each correction is worth, and off-policy estimates on a real log."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import asdict, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.harness import ROOT, Benchmark, Figure, data, seconds, show
from hanok.core.bootstrap import interval, paired
from hanok.parts.bandit import (
    KLUCB,
    UCB,
    Arms,
    Environment,
    EpsilonGreedy,
    Estimate,
    Greedy,
    Log,
    Outcome,
    Policy,
    Thompson,
    chances,
    dr,
    grid,
    ips,
    position_bias,
    replay,
    reward_model,
    simulate,
    snips,
    tune,
)

matplotlib.use("Agg")

Floats = npt.NDArray[np.float64]

# Evidence is weighed alike by all classes; each has one number of its own.
WEIGHING: dict[str, Sequence[Any]] = {
    "prior_misses": (15.0, 50.0, 150.0, 500.0),
    "half_life": (None, 30.0),
    "pooling": (0.0, 100.0, 300.0, 1000.0),
}
OWN: dict[type[Policy], dict[str, Sequence[Any]]] = {
    Thompson: {"sharpness": (1.0, 3.0, 10.0, 30.0)},
    EpsilonGreedy: {"epsilon": (0.001, 0.003, 0.01, 0.03)},
    UCB: {"exploration": (0.0003, 0.001, 0.01, 0.1)},
    KLUCB: {"exploration": (0.01, 0.03, 0.3, 1.0)},
    Greedy: {},
}
HOURS = (0, 4, 8)

# Low traffic: three slates a day for a context. Clicks come by day, visitors in the evening; some arms are shown only
# in half of the day, so what is measured of them depends on when they were shown.
LOW = Environment(days=90, requests=60.0, contexts=20, hour_swing=0.9, weekend_swing=0.5, births=1.0, scheduled=0.6)
# One source with much traffic: what an arm is worth can be found out, and pays for being found out.
BUSY = Environment(days=60, requests=150.0, contexts=1, arms=20, births=0.1)
FRESH = 90_000  # lower seeds were looked at, while the sites were made or when they were judged before
LEVEL = 0.02  # the click rate that arms of the source document converge to


def main() -> None:
    """Run it."""
    bench = Benchmark("bandit", __doc__ or "")
    bench.seeds = list(range(FRESH, FRESH + (10 if bench.quick else 50)))
    seeds = bench.seeds
    sparse = Environment(days=90, requests=100.0, contexts=100, births=1.0, arm_rates=real_rates())
    sites = {"sparse": sparse, "time-biased low traffic": LOW, "one busy source": BUSY}
    simulate(KLUCB(), replace(LOW, days=1), [0])  # compiled once, before the workers need it
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
        curves = {name: policies(bench, workers, name, site, seeds) for name, site in sites.items()}
        corrections(bench, workers, sparse, seeds)
    off_policy(bench)
    costs(bench)
    if not bench.quick:
        picture(curves)
    bench.finish()


class Job(NamedTuple):
    """A class of policies to tune on a site, and the site to judge the best one on."""

    kind: type[Policy]
    values: dict[str, Sequence[Any]]
    site: Environment
    quick: bool
    seeds: Sequence[int]


def tuned(job: Job) -> tuple[Policy, Outcome]:
    """The best of 48 drawn policies: all on 6 seeds, the best 12 on 18 others, the best 4 of these on 48 more."""
    left: Sequence[Policy] = grid(job.kind, 6 if job.quick else 48, seed=7, **job.values)
    seed = 1000
    for keep, seeds in ((3, 3), (1, 6)) if job.quick else ((12, 6), (4, 18), (1, 48)):
        left = tune(job.site, left, range(seed, seed + seeds)).policies[:keep]
        seed += seeds
    return left[0], simulate(left[0], job.site, job.seeds)


def policies(
    bench: Benchmark, workers: Executor, name: str, site: Environment, seeds: Sequence[int]
) -> dict[str, Outcome]:
    """Cumulative regret of each class, tuned with equal effort, and of Thompson sampling as it comes."""
    hours: dict[str, Sequence[Any]] = {"hours": HOURS} if site.hour_swing else {}
    jobs = [Job(kind, {**WEIGHING, **hours, **own}, site, bench.quick, seeds) for kind, own in OWN.items()]
    found: dict[str, Outcome] = {"untuned thompson": simulate(Thompson(), site, seeds)}
    chosen: dict[str, Policy] = {"untuned thompson": Thompson()}
    for policy, outcome in workers.map(tuned, jobs):
        found[policy.name], chosen[policy.name] = outcome, policy
    rows = []
    ours = found["thompson"].total
    for label, outcome in found.items():
        regret = interval(outcome.total)
        figure: Figure = {
            "regret": round(regret.value, 1),
            "low": round(regret.low, 1),
            "high": round(regret.high, 1),
            "share_of_clicks_lost": round(float(outcome.total.sum() / (outcome.total + outcome.clicks).sum()), 4),
            "policy": _told(chosen[label]),
        }
        if label != "thompson":
            figure["thompson_less_this"] = _difference(ours, outcome.total)
        bench.keep(f"{name}: {label}", figure)
        less: Figure | None = figure.get("thompson_less_this")
        compared = [f"{_span(less)} %", verdict(less)] if less else ["", ""]
        rows.append([label, _span(figure, "regret"), *compared, figure["policy"]])
    columns = ["policy", "regret", "tuned thompson less this", "", "as"]
    show(f"Cumulative regret, {name}, {len(seeds)} seeds", columns, rows)
    return found


def corrections(bench: Benchmark, workers: Executor, sparse: Environment, seeds: Sequence[int]) -> None:
    """What each correction is worth to Thompson sampling: tuned with it less tuned without it, same effort."""
    seeds = range(seeds[0], seeds[0] + 2 * len(seeds))
    scored, placed = replace(LOW, score_noise=0.7), replace(LOW, position_bias=1.0)
    busy, unscheduled = replace(LOW, requests=240.0), replace(LOW, scheduled=0.0)
    pooled: dict[str, Sequence[Any]] = {"pooling": (100.0, 300.0, 1000.0)}
    hours: dict[str, Sequence[Any]] = {"hours": (4, 8)}
    cases: dict[str, tuple[Environment, Environment, dict[str, Sequence[Any]], dict[str, Sequence[Any]]]] = {
        "pooling, sparse": (sparse, sparse, {"pooling": (0.0,)}, pooled),
        "pooling, time-biased": (LOW, LOW, {"pooling": (0.0,)}, pooled),
        "hours, time-biased": (LOW, LOW, {}, hours),
        "hours, four times the traffic": (busy, busy, {}, hours),
        "hours, no arm scheduled": (unscheduled, unscheduled, {}, hours),
        "position bias, known": (placed, placed, {}, {"position_bias": (0.5, 1.0)}),
        "half-life, time-biased": (LOW, LOW, {"half_life": (None,)}, {"half_life": (10.0, 30.0)}),
        "ensemble's scores in the prior": (LOW, scored, {}, {}),
    }
    shared = {**WEIGHING, **OWN[Thompson]}
    jobs = [
        Job(Thompson, {**shared, **more}, where, bench.quick, seeds)
        for site, other, without, with_it in cases.values()
        for where, more in ((site, without), (other, with_it))
    ]
    done, rows = list(workers.map(tuned, jobs)), []
    for name, (before, lost), (after, left) in zip(cases, done[::2], done[1::2], strict=True):
        change = _difference(left.total, lost.total)
        bench.keep(
            f"correction: {name}",
            {**change, "with": _told(after), "without": _told(before), "verdict": verdict(change)},
        )
        rows.append([name, f"{_span(change)} %", verdict(change), _told(after)])
    show(f"Change of regret by a correction, {len(seeds)} seeds", ["correction", "change", "", "as"], rows)


def off_policy(bench: Benchmark) -> None:
    """Value of bts and of a policy of ours, from what was logged at random; bts also from its own log."""
    rows, peer_rows, peer = [], [], _peer()
    for campaign in ("men",) if bench.quick else ("all", "men", "women"):
        frame = pl.read_parquet(data("open_bandit", f"{campaign}.parquet")).sort("timestamp")
        n_arms = int(frame["item_id"].max()) + 1
        random, bts = _log(frame, "random"), _log(frame, "bts")
        own = interval(bts.rewards)
        by_place = np.stack([np.bincount(bts.arms[bts.places == p], minlength=n_arms) for p in range(3)]) + 1e-3
        targets = {"bts": (random, (by_place / by_place.sum(axis=1, keepdims=True))[random.places])}
        half = len(random.arms) // 2
        early, late = _cut(random, slice(None, half)), _cut(random, slice(half, None))
        targets["thompson, learnt on the first half"] = (late, learnt(early, n_arms)[late.places])
        rows.append([campaign, "bts", "its own log", *_shown(Estimate(own.value, own.low, own.high, own.n, own.n))])
        bench.keep(f"{campaign}: bts on its own log", {k: round(v, 6) for k, v in own.model_dump().items()})
        for target, (log, table) in targets.items():
            for name, estimate in {"ips": ips(log, table), "snips": snips(log, table), "dr": dr(log, table)}.items():
                rows.append([campaign, target, name, *_shown(estimate)])
                bench.keep(f"{campaign}: {target}, {name}", {k: round(v, 6) for k, v in estimate._asdict().items()})
        learning = replay(Thompson(prior_misses=200.0), random, n_arms)
        rows.append([campaign, "thompson, learning", "replay", *_shown(learning)])
        bench.keep(f"{campaign}: thompson, learning, replay", {k: round(v, 6) for k, v in learning._asdict().items()})
        bench.keep(f"{campaign}: position bias", {"random": position_bias(random), "bts": position_bias(bts)})
        if peer:
            log, table = targets["bts"]
            theirs = obp(peer, log, table, reward_model(log, n_arms))
            ours = {"ips": ips(log, table).value, "snips": snips(log, table).value, "dr": dr(log, table).value}
            bench.keep(f"{campaign}: obp", {k: {"ours": ours[k], "obp": v} for k, v in theirs.items()})
            peer_rows += [[campaign, k, f"{ours[k]:.12f}", f"{v:.12f}"] for k, v in theirs.items()]
    show("Clicks per 1000 views", ["campaign", "policy", "from", "value", "rows", "worth"], rows)
    if peer_rows:
        show("The same estimates by obp", ["campaign", "estimator", "ours", "obp"], peer_rows)
    else:
        print("\nobp is not installed: left out")


def costs(bench: Benchmark) -> None:
    """Microseconds of folding an event, of a fork with an event after it, and of a slate of 10 of 50 candidates."""
    events, once = (20_000, 200) if bench.quick else (300_000, 2_000)
    rng = np.random.default_rng(0)
    contexts = [f"context {c}" for c in (rng.zipf(1.2, events) % 30_000).tolist()]
    names = [f"arm {a}" for a in rng.integers(0, 2_000, events).tolist()]
    arms = Arms(Thompson(half_life=30.0, pooling=100.0, hours=4))

    def fold() -> None:
        for i in range(events):
            arms.view(contexts[i], names[i], 10.0 * i, i % 10)

    def fork() -> None:
        state = arms
        for i in range(once):
            state = state.fork()
            state.view(contexts[i], names[i], 10.0 * i, i % 10)

    def slates() -> None:
        for i in range(once):
            arms.slate(rng, contexts[i], names[:50], 10)

    dumps: list[bytes] = []
    found = {
        "fold_us_per_event": round(seconds(fold) / events * 1e6, 1),
        "fork_and_event_us": round(seconds(fork) / once * 1e6, 1),
        "slate_us": round(seconds(slates) / once * 1e6, 1),
        "dump_s": round(seconds(lambda: dumps.append(arms.dump())), 2),
        "load_s": round(seconds(lambda: arms.load(dumps[0])), 2),
        "dump_mb": round(len(dumps[0]) / 1e6, 1),
    }
    bench.keep("costs", {**found, "events": events, "contexts": len(set(contexts))})
    show(f"Costs of Arms, {events} events in {len(set(contexts))} contexts", ["what", "found"], list(found.items()))


def learnt(log: Log, n_arms: int) -> Floats:
    """Chances of a Thompson policy that saw a log, (3, n_arms): frozen, one slate of three."""
    policy = Thompson(prior_clicks=1.0, prior_misses=200.0)
    clicks: Floats = np.bincount(log.arms, log.rewards, minlength=n_arms).astype(np.float64)
    views = np.bincount(log.arms, minlength=n_arms)
    alpha: Any = policy.prior_clicks + clicks
    beta: Any = policy.prior_misses + views - clicks
    return chances(policy, np.random.default_rng(0), alpha, beta, 3, draws=5000)


def real_rates() -> tuple[float, ...]:
    """Click rates of the arms of the random logs, drawn to their campaign's by 300 views, at the source's level."""
    rates = []
    for campaign in ("all", "men", "women"):
        log = _log(pl.read_parquet(data("open_bandit", f"{campaign}.parquet")), "random")
        clicks, views = np.bincount(log.arms, log.rewards), np.bincount(log.arms)
        rates.append((clicks + 300 * log.rewards.mean()) / (views + 300) / log.rewards.mean())
    return tuple((LEVEL * np.concatenate(rates)).tolist())


def obp(python: str, log: Log, table: Floats, model: Floats) -> Mapping[str, float]:
    """The peer's estimates, made in its own environment."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.npz"
        columns = {"arms": log.arms, "rewards": log.rewards, "propensities": log.propensities, "positions": log.places}
        np.savez(path, chances=table, model=model, allow_pickle=False, **columns)
        command = [python, "-W", "ignore", str(ROOT / "benchmarks" / "peer_obp.py"), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    found: Mapping[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def verdict(difference: Figure) -> str:
    """Whether regret is less or more, or the interval holds nought."""
    if difference["high"] < 0:
        return "less"
    return "more" if difference["low"] > 0 else "inconclusive"


def picture(curves: Mapping[str, Mapping[str, Outcome]]) -> None:
    """Mean cumulative regret by day as docs/images/bandit-regret.svg."""
    from matplotlib import pyplot

    pyplot.rcParams["svg.hashsalt"] = "hanok"
    figure, axes = pyplot.subplots(1, len(curves), figsize=(12, 4), layout="constrained")
    for axis, (site, outcomes) in zip(axes, curves.items(), strict=True):
        for policy, outcome in outcomes.items():
            axis.plot(np.arange(1, outcome.regret.shape[1] + 1), outcome.regret.mean(axis=0).cumsum(), label=policy)
        axis.set(title=site, xlabel="day", ylabel="cumulative regret, clicks")
        axis.legend()
    path = ROOT / "docs" / "images" / "bandit-regret.svg"
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    path.write_text(re.sub(r"(\d\.\d)\d+", r"\1", path.read_text()))  # a tenth of a point is fine enough


def _difference(ours: Floats, theirs: Floats) -> Figure:
    """Ours less theirs in per cent of theirs, over the same seeds."""
    found = paired(ours, theirs)
    share = 100 / float(theirs.mean())
    return {
        "percent": round(found.value * share, 1),
        "low": round(found.low * share, 1),
        "high": round(found.high * share, 1),
    }


def _span(figure: Figure, name: str = "percent") -> str:
    return f"{figure[name]} [{figure['low']}, {figure['high']}]"


def _shown(estimate: Estimate) -> list[Any]:
    value, low, high = (1000 * x for x in estimate[:3])
    return [f"{value:.1f} [{low:.1f}, {high:.1f}]", estimate.n, round(estimate.effective)]


def _told(policy: Policy) -> str:
    default = asdict(type(policy)())
    return ", ".join(f"{k}={v:g}" for k, v in asdict(policy).items() if v is not None and v != default[k]) or "defaults"


def _log(frame: pl.DataFrame, policy: str) -> Log:
    rows = frame.filter(pl.col("policy") == policy)
    return Log(
        rows["item_id"].to_numpy().astype(np.int64),
        rows["click"].to_numpy().astype(np.float64),
        rows["propensity_score"].to_numpy(),
        rows["position"].to_numpy().astype(np.int64) - 1,
    )


def _cut(log: Log, rows: slice) -> Log:
    return Log(log.arms[rows], log.rewards[rows], log.propensities[rows], log.places[rows])


def _peer() -> str | None:
    """A Python that has obp."""
    python = os.environ.get("HANOK_OBP") or str(ROOT / ".venv-bench-libreco" / "bin" / "python")
    return python if Path(python).exists() else None


if __name__ == "__main__":
    main()
