"""What Prometheus is told."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client import Counter as Count
from prometheus_client.core import GaugeMetricFamily, Metric
from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from hanok.server.house import House

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
ITEMS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 500)


class Metrics:
    """Counters of one app, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Count(
            "hanok_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "hanok_request_seconds", "Time of a request", ["route"], buckets=SECONDS, registry=self.registry
        )
        self.batch_items = Histogram(
            "hanok_batch_items", "Items answered at once", ["system"], buckets=ITEMS, registry=self.registry
        )
        self.batch_seconds = Histogram(
            "hanok_batch_seconds", "Time of a batch", ["system"], buckets=SECONDS, registry=self.registry
        )
        self.commit_answers = Histogram(
            "hanok_commit_answers", "Answers committed at once", buckets=ITEMS, registry=self.registry
        )

    def batch(self, system: str, items: int, seconds: float) -> None:
        """One batch was answered."""
        self.batch_items.labels(system).observe(items)
        self.batch_seconds.labels(system).observe(seconds)

    def text(self) -> bytes:
        """Everything, in the format Prometheus reads."""
        return generate_latest(self.registry)


class State:
    """What is looked up when Prometheus asks: queues, versions, jobs."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterable[Metric]:
        """The gauges as they stand."""
        depth = GaugeMetricFamily("hanok_queue_items", "Items waiting for a model", labels=["system", "version"])
        for served in self._house.servings.served:
            depth.add_metric([served.name, str(served.version)], served.batcher.depth)
        version = GaugeMetricFamily("hanok_served_version", "Version answered with", labels=["system"])
        for system, served in self._house.servings.current.items():
            version.add_metric([system], served.version)
        failed = GaugeMetricFamily("hanok_load_failures", "Versions that cannot be loaded")
        failed.add_metric([], len(self._house.servings.failures))
        used = GaugeMetricFamily("hanok_meter_used", "Used up by a system", labels=["system", "meter"])
        limit = GaugeMetricFamily("hanok_meter_limit", "What it may use up", labels=["system", "meter"])
        for system in self._house.servings.current:
            for meter in self._house.meters(system):
                used.add_metric([system, meter.name], meter.used)
                limit.add_metric([system, meter.name], meter.limit)
        jobs = GaugeMetricFamily("hanok_jobs", "Jobs not ended", labels=["state"])
        waiting = self._house.workspace.store.jobs.list(states=("queued", "running"), limit=1000)
        for state, count in ({"queued": 0, "running": 0} | Counter(job.state for job in waiting)).items():
            jobs.add_metric([state], count)
        return depth, version, failed, used, limit, jobs


class Measured:
    """Middleware that counts and times every request by its route."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "other")  # its pattern, so that there are few
            self._metrics.requests.labels(scope["method"], route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - started)
