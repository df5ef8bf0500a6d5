"""A home with its database open: where models are found, published and given their names."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from hanok.core import artifact, registry
from hanok.core.artifact import Manifest
from hanok.core.contract import AnySystem
from hanok.core.home import Home
from hanok.core.problem import Conflict, NotFound, Problem
from hanok.core.summary import Summary
from hanok.lifecycle.model import Model
from hanok.store import CHAMPION, SqlLedger, Store, Version

CHALLENGER = "challenger"
REPORT = "report"

logger = logging.getLogger(__name__)


class Workspace:
    """A home with its database open.

    Parameters
    ----------
    home : Home
        The folder.
    store : Store
        Its database.
    """

    def __init__(self, home: Home, store: Store) -> None:
        self.home, self.store = home, store

    @classmethod
    def open(cls, path: Path | str | None = None) -> Self:
        """Open the home at `path` (default ``HANOK_HOME``), and take up artifacts that were copied into it."""
        home = Home(path)
        workspace = cls(home, Store.open(home.database, home.blobs))
        workspace.reconcile()
        return workspace

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # -- finding -----------------------------------------------------------------------------------------------------

    def resolve(self, reference: str) -> tuple[str, int]:
        """System and version number of ``faq``, ``faq@2`` or ``faq@champion``.

        Raises
        ------
        NotFound
            No such system, version or alias.
        """
        registry.find(reference.partition("@")[0])
        found = self.store.versions.resolve(reference)
        return found.system, found.version

    def folder(self, system: str, version: int) -> Path:
        """Where an artifact lies."""
        return self.home.models / system / str(version)

    def load(self, reference: str) -> Model:
        """Load a model; its ledger begins where its artifact's learning ended."""
        system, number = self.resolve(reference)
        loaded, manifest = artifact.load(self.folder(system, number))
        loaded.ledger = SqlLedger(self.store, type(loaded), since=self.learned_until(manifest))
        return Model(loaded, manifest, self.store)

    def learned_until(self, manifest: Manifest) -> int:
        """The last feedback of this database that an artifact has learnt; one made elsewhere has learnt none of it."""
        return manifest.learned_until if manifest.ledger == self.store.id else 0

    def manifest(self, reference: str) -> Manifest:
        """What an artifact says about itself."""
        return artifact.manifest(self.folder(*self.resolve(reference)))

    def summary(self, reference: str) -> Summary:
        """The report made when it was trained.

        Raises
        ------
        NotFound
            It was published without one.
        """
        path = self.folder(*self.resolve(reference)) / REPORT / "report.json"
        if not path.is_file():
            raise NotFound("no_report", f"{reference} has no report", reference, f"hanok evaluate {reference} FILE")
        return Summary.model_validate_json(path.read_text(encoding="utf-8"))

    # -- publishing --------------------------------------------------------------------------------------------------

    def publish(self, system: AnySystem, about: Manifest, summary: Summary) -> Manifest:
        """Save a fitted system as the next version; the first becomes champion, later ones challenger."""
        from hanok.core.render import write

        def attach(folder: Path) -> None:
            write(summary, folder / REPORT)

        taken = max((v.version for v in self.store.versions.list(system.name)), default=0)
        about = about.model_copy(update={"ledger": self.store.id})
        manifest = artifact.save(system, self.home.models, about, attach, taken)
        self._enter(manifest)
        return manifest

    def promote(self, reference: str, alias: str = CHAMPION) -> Manifest:
        """Give a version an alias; running servers swap to it without a failed request."""
        system, number = self.resolve(reference)
        self.store.versions.set_alias(system, alias, number)
        if alias == CHAMPION and self.store.versions.aliases(system).get(CHALLENGER) == number:
            self.store.versions.drop_alias(system, CHALLENGER)  # it has won
        return artifact.manifest(self.folder(system, number))

    def reconcile(self) -> None:
        """Enter artifacts that the database does not know: copied here, or published by a process that died."""
        artifact.sweep(self.home.models)
        for room in sorted(self.home.models.iterdir()):
            known = {v.version for v in self.store.versions.list(room.name)}
            for number in artifact.versions(room):
                if number not in known:
                    self._take_up(room / str(number))

    def _take_up(self, folder: Path) -> None:
        try:
            manifest = artifact.manifest(folder)
            if manifest.system != folder.parent.name:
                raise Problem("misplaced", f"holds a model of {manifest.system}", str(folder))
            artifact.verify(folder, manifest)  # whoever copies it may not be done
            self._enter(manifest)
        except Problem as problem:  # one that cannot be used must not keep the others from being used
            logger.warning("left out: %s", problem)

    def _enter(self, manifest: Manifest) -> None:
        folder = self.folder(manifest.system, manifest.version)
        version = Version(
            system=manifest.system,
            version=manifest.version,
            path=f"{manifest.system}/{manifest.version}",
            config=manifest.config,
            metrics=manifest.metrics,
            size=sum((folder / name).stat().st_size for name in manifest.files if not name.startswith(f"{REPORT}/")),
            learned_until=self.learned_until(manifest),
            parent=manifest.parent,
            created=datetime.fromisoformat(manifest.created).timestamp(),
        )
        with suppress(Conflict):  # another process entered it meanwhile
            self.store.versions.add(version, CHALLENGER)
