"""Regret of tuned bandits in the simulator, what each correction is worth, and off-policy estimates on a real log."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.harness import ROOT, Benchmark, Figure, data, show
from hanok.core.bootstrap import interval, paired
from hanok.parts.bandit import (
    KLUCB,
    UCB,
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
LEVEL = 0.02  # the click rate that arms of the source document converge to


def main() -> None:
    """Run it."""
    bench = Benchmark("bandit", __doc__ or "")
    seeds = range(10 if bench.quick else 60)
    sparse = Environment(days=90, requests=100.0, contexts=100, births=1.0, arm_rates=real_rates())
    sites = {"sparse": sparse, "time-biased low traffic": LOW}
    curves = {name: policies(bench, name, site, seeds) for name, site in sites.items()}
    corrections(bench, sparse, seeds)
    off_policy(bench)
    if not bench.quick:
        picture(curves)
    bench.finish()


def tuned(bench: Benchmark, site: Environment, kind: type[Policy], values: Mapping[str, Sequence[Any]]) -> Policy:
    """The best of 24 drawn policies on 12 seeds, the best six of them on 48 others."""
    most, few, many = (6, 3, 6) if bench.quick else (24, 12, 48)
    first = tune(site, grid(kind, most, seed=7, **values), range(1000, 1000 + few))
    return tune(site, first.policies[: max(most // 4, 1)], range(2000, 2000 + many)).best


def policies(bench: Benchmark, name: str, site: Environment, seeds: Sequence[int]) -> dict[str, Outcome]:
    """Cumulative regret of each class, tuned with equal effort, and of Thompson sampling as it comes."""
    hours = {"hours": HOURS} if site.hour_swing else {}
    found: dict[str, Outcome] = {"untuned thompson": simulate(Thompson(), site, seeds)}
    chosen: dict[str, Policy] = {"untuned thompson": Thompson()}
    for kind, own in OWN.items():
        best = tuned(bench, site, kind, {**WEIGHING, **hours, **own})
        found[kind.name], chosen[kind.name] = simulate(best, site, seeds), best
    rows = []
    ours = found["thompson"].total
    for policy, outcome in found.items():
        regret = interval(outcome.total)
        figure: Figure = {
            "regret": round(regret.value, 1),
            "low": round(regret.low, 1),
            "high": round(regret.high, 1),
            "share_of_clicks_lost": round(float(outcome.total.sum() / (outcome.total + outcome.clicks).sum()), 4),
            "policy": _told(chosen[policy]),
        }
        if policy != "thompson":
            figure["thompson_less_this"] = _difference(ours, outcome.total)
        bench.keep(f"{name}: {policy}", figure)
        less: Figure | None = figure.get("thompson_less_this")
        compared = [f"{_span(less)} %", verdict(less)] if less else ["", ""]
        rows.append([policy, _span(figure, "regret"), *compared, figure["policy"]])
    columns = ["policy", "regret", "tuned thompson less this", "", "as"]
    show(f"Cumulative regret, {name}, {len(seeds)} seeds", columns, rows)
    return found


def corrections(bench: Benchmark, sparse: Environment, seeds: Sequence[int]) -> None:
    """What each correction is worth to Thompson sampling: tuned with it less tuned without it, same effort."""
    seeds = range(2 * len(seeds))
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
    rows = []
    for name, (site, other, without, with_it) in cases.items():
        before, after = (
            tuned(bench, where, Thompson, {**WEIGHING, **OWN[Thompson], **more})
            for where, more in ((site, without), (other, with_it))
        )
        change = _difference(simulate(after, other, seeds).total, simulate(before, site, seeds).total)
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
        n_arms = int(frame["item_id"].max()) + 1  # type: ignore[arg-type]
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
        command = [python, str(ROOT / "benchmarks" / "peer_obp.py"), str(path)]
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
    figure, axes = pyplot.subplots(1, len(curves), figsize=(10, 4), layout="constrained")
    for axis, (site, outcomes) in zip(axes, curves.items(), strict=True):
        for policy, outcome in outcomes.items():
            axis.plot(np.arange(1, outcome.regret.shape[1] + 1), outcome.regret.mean(axis=0).cumsum(), label=policy)
        axis.set(title=site, xlabel="day", ylabel="cumulative regret, clicks")
        axis.legend()
    path = ROOT / "docs" / "images" / "bandit-regret.svg"
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


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
