"""What the app holds: models in service, the writer of answers, the supervisor of jobs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from functools import lru_cache, partial

from hanok.core.artifact import Manifest
from hanok.core.meter import Meter
from hanok.core.summary import Summary
from hanok.lifecycle.model import Model
from hanok.lifecycle.supervisor import Supervisor
from hanok.lifecycle.workspace import Workspace
from hanok.server.auth import Auth
from hanok.server.metrics import Metrics, State
from hanok.server.options import Options
from hanok.server.recorder import Recorder
from hanok.server.serving import Served
from hanok.server.servings import Servings

log = logging.getLogger("hanok.server")


class House:
    """Everything routes need, as ``app.state.house``.

    Parameters
    ----------
    workspace : Workspace
        Models, and the store.
    references : sequence of str, optional
        What is served; None: every champion.
    options : Options
        What the server was started with.
    """

    def __init__(self, workspace: Workspace, references: Sequence[str] | None, options: Options) -> None:
        self.workspace, self.options, self.limits = workspace, options, options.limits
        self.metrics = Metrics()
        self.metrics.registry.register(State(self))
        self.auth = Auth(workspace.store.keys, open=options.open)
        self.servings = Servings(workspace, references, self._serve, options.limits.extra)
        self.supervisor = Supervisor(workspace, options.workers)
        self.recorder = Recorder(
            workspace.store.answers.record, options.limits.queue, self.metrics.commit_answers.observe
        )
        self.streams = threading.BoundedSemaphore(options.limits.streams)
        self.leaving = threading.Event()
        """Set when the server is asked to end: what would go on for ever ends then."""
        self.summary = lru_cache(maxsize=64)(self._summary)
        self.manifest = lru_cache(maxsize=64)(self._manifest)
        self._started = False

    def start(self) -> None:
        """Load models, begin to take jobs; a second call does nothing.

        Raises
        ------
        Problem
            A model that was asked for by name cannot be loaded.
        """
        if not self._started:
            self.servings.start()
            self.supervisor.start()
            self._started = True

    def stop(self) -> None:
        """Finish what was accepted and end all threads; running jobs go back into the queue."""
        self.leaving.set()
        self.servings.stop()
        self.recorder.close()
        if self._started:
            self.supervisor.stop()

    def meters(self, system: str) -> list[Meter]:
        """What the version in service has used up of what it may; none where it cannot say."""
        served = self.servings.current.get(system)
        try:
            return list(served.model.system.meters()) if served else []
        except Exception as error:  # a page and a scrape are worth more than one figure
            log.warning("meters of %s: %s", system, error)
            return []

    def _serve(self, model: Model) -> Served:
        return Served(model, self.limits, partial(self.metrics.batch, model.system.name))

    def _summary(self, system: str, version: int) -> Summary:
        """The report of a version, which never changes."""
        return self.workspace.summary(f"{system}@{version}")

    def _manifest(self, system: str, version: int) -> Manifest:
        """The manifest of a version, which never changes either."""
        return self.workspace.manifest(f"{system}@{version}")
