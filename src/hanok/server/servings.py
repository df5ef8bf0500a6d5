"""The models a server answers with, swapped while it runs as their aliases change."""

from __future__ import annotations

import ctypes
import gc
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from hanok.core import registry
from hanok.core.problem import Problem, Unavailable
from hanok.lifecycle.model import Model, unforeseen
from hanok.lifecycle.workspace import Workspace
from hanok.server.serving import Served
from hanok.store import CHAMPION

POLL = 0.5
"""Seconds between looks at the aliases."""

RETRY = 30.0
"""Seconds until a version that failed to load is tried again."""

log = logging.getLogger("hanok.server")


class Reference(NamedTuple):
    """What is to be served: ``faq``, ``faq@2``, ``faq@challenger``."""

    system: str
    version: str = CHAMPION

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Split ``system@version``; without a version it is the champion."""
        system, _, version = text.partition("@")
        return cls(system, version or CHAMPION)


class Failure(NamedTuple):
    """A version that should be served and cannot be loaded."""

    reference: Reference
    version: int
    problem: Problem
    at: float


class Servings:
    """The models in service, by what clients ask for: a system, perhaps with an alias or a number.

    A new version is loaded completely before anybody is sent to it; the old one then answers what it has admitted and
    is dropped. A version that fails to load changes nothing but what `failures` says.

    Parameters
    ----------
    workspace : Workspace
        Where models lie and aliases are read.
    references : sequence of str, optional
        What is served, the first of a system by default; none: the champion of every system that has one.
    make : callable
        Makes a `Served` of a loaded `Model`.
    extra : int
        How many versions are kept that were loaded because a client asked for them.
    """

    def __init__(
        self, workspace: Workspace, references: Sequence[str] | None, make: Callable[[Model], Served], extra: int
    ) -> None:
        self._workspace, self._make, self._most_extra = workspace, make, extra
        self._references = [Reference.parse(text) for text in references] if references else None
        self._lock = threading.RLock()  # guards loading; readers use `_routes`, which is replaced and never changed
        self._loaded: dict[tuple[str, int], Served] = {}
        self._routes: Mapping[tuple[str, str], Served] = {}
        self._extra: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._failures: dict[Reference, Failure] = {}
        self._retiring: list[threading.Thread] = []
        self._end = threading.Event()
        self.ready = threading.Event()
        """Set once everything was looked at."""
        self._thread = threading.Thread(target=self._watch, name="aliases", daemon=True)

    # -- asking ------------------------------------------------------------------------------------------------------

    def now(self, system: str, version: str | None) -> Served | None:
        """The model in service that a client means, if it is loaded; never waits."""
        if version is not None and version.isdecimal():
            return self._loaded.get((system, int(version)))
        return self._routes.get((system, version or ""))

    def fetch(self, system: str, version: str | None) -> Served:
        """The same, loaded if need be: for versions that are asked for by number, or by another alias.

        Raises
        ------
        NotFound
            There is no such system or version.
        Unavailable
            This server does not serve the system, or failed to load it a moment ago.
        """
        registry.find(system)
        if self._references is not None and all(r.system != system for r in self._references):
            raise Unavailable("not_served", f"{system} is not served here", "system", f"hanok serve {system}")
        with self._lock:
            if served := self.now(system, version):
                return served
            failed = self._failures.get(Reference(system, version or CHAMPION))
            if failed and time.monotonic() - failed.at < RETRY:
                raise Unavailable(
                    failed.problem.code, failed.problem.message, failed.problem.where, failed.problem.hint
                )
            key = self._workspace.resolve(f"{system}@{version or CHAMPION}")
            served = self._loaded.get(key) or self._load(*key)
            if version is not None and served not in self._routes.values():
                self._extra[key] = None
                self._extra.move_to_end(key)
                self._drop(self._routes)
        return served

    @property
    def served(self) -> Sequence[Served]:
        """What is loaded, each version once."""
        return list(self._loaded.copy().values())

    @property
    def current(self) -> Mapping[str, Served]:
        """Of each system what is asked when no version is named."""
        return {system: served for (system, version), served in self._routes.items() if version == ""}

    @property
    def failures(self) -> Sequence[Failure]:
        """What should be served and cannot be."""
        return list(self._failures.copy().values())

    @property
    def missing(self) -> Sequence[Reference]:
        """What this server was started for and has no model of at all."""
        wanted = self._references or ()
        return [r for r in wanted if (r.system, r.version) not in self._routes]

    # -- following the aliases ---------------------------------------------------------------------------------------

    def start(self) -> None:
        """Load what is to be served, then follow the aliases; champions nobody named are loaded by and by.

        Raises
        ------
        Problem
            Something was asked for by name and cannot be loaded.
        """
        if self._references is not None:
            self.refresh()
            for failure in self._failures.values():
                raise failure.problem
            for reference in self.missing:
                self._workspace.resolve(f"{reference.system}@{reference.version}")  # says what there is not
        self._thread.start()

    def stop(self) -> None:
        """Follow no more, and answer what was admitted."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()
        with self._lock:
            self._routes, self._extra = {}, OrderedDict()
            self._drop({})
        for thread in self._retiring:
            thread.join()

    def prepare(self, system: str, version: int) -> None:
        """Load a version that is about to get an alias followed here, so that one that cannot be loaded gets none."""
        with self._lock:
            if (system, version) not in self._loaded:
                self._load(system, version)

    def follows(self, system: str, alias: str) -> bool:
        """Whether this server serves whatever `alias` stands for."""
        if self._references is None:
            return alias == CHAMPION
        return Reference(system, alias) in self._references

    def refresh(self) -> None:
        """Serve what the aliases stand for now."""
        with self._lock:
            routes = dict(self._routes)
            for reference in self._wanted():
                served = self._of(reference)
                if served is not None:
                    routes[reference] = served
                    routes[reference.system, ""] = routes[self._default(reference.system)]
            swapped = {k: s for k, s in routes.items() if self._routes.get(k) is not s and k[1] == ""}
            self._routes = routes
            for (system, _), served in swapped.items():
                log.info("serving %s@%d", system, served.version)
            self._drop(routes)

    def _wanted(self) -> Sequence[Reference]:
        return self._references or [Reference(name) for name in registry.names()]

    def _default(self, system: str) -> Reference:
        return next(reference for reference in self._wanted() if reference.system == system)

    def _of(self, reference: Reference) -> Served | None:
        """What a reference stands for, loaded; None where nothing is to change."""
        system, name = reference
        number = int(name) if name.isdecimal() else self._workspace.store.versions.aliases(system).get(name)
        if number is None:
            return None
        failed = self._failures.get(reference)
        if failed and failed.version == number and time.monotonic() - failed.at < RETRY:
            return None
        try:
            served = self._loaded.get((system, number)) or self._load(system, number)
        except Exception as error:
            problem = error if isinstance(error, Problem) else unforeseen(error)
            self._failures[reference] = Failure(reference, number, problem, time.monotonic())
            unknown = None if isinstance(error, Problem) else error
            log.error("%s@%d cannot be loaded: %s", system, number, problem, exc_info=unknown)
            return None
        self._failures.pop(reference, None)
        return served

    def _load(self, system: str, version: int) -> Served:
        served = self._make(self._workspace.load(f"{system}@{version}"))
        self._loaded[system, version] = served
        return served

    def _drop(self, routes: Mapping[tuple[str, str], Served]) -> None:
        """Retire what nobody is sent to any more, but for the last few that were asked for by number."""
        while len(self._extra) > self._most_extra:
            self._extra.popitem(last=False)
        for key, served in list(self._loaded.items()):
            if served not in routes.values() and key not in self._extra:
                del self._loaded[key]
                self._retiring.append(threading.Thread(target=served.batcher.close, name="retire", daemon=True))
                self._retiring[-1].start()

    def _watch(self) -> None:
        while not self._end.is_set():
            with suppress(Exception):  # a database that is away for a moment changes nothing
                self.refresh()
            self.ready.set()
            self._collect()
            self._end.wait(POLL)

    def _collect(self) -> None:
        """A model is part of a cycle: its memory comes back now, not some day."""
        with self._lock:
            retiring = [thread for thread in self._retiring if thread.is_alive()]
            done, self._retiring = len(retiring) < len(self._retiring), retiring
        if done:
            gc.collect()
            with suppress(OSError, AttributeError):  # glibc's; each thread that loads has freed memory of its own
                ctypes.CDLL(None).malloc_trim(0)
