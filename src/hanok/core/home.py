"""The one folder everything lives under."""

from __future__ import annotations

import os
from pathlib import Path

from hanok.core.disk import writing


class Home:
    """The folder that holds the database, the models, the training data and the studies.

    Parameters
    ----------
    path : Path or str, optional
        Default: the environment variable ``HANOK_HOME``, else ``~/.hanok``. Made when it is not there.

    Raises
    ------
    Unavailable
        It cannot be made, or not written to.

    Example
    -------
    >>> import tempfile
    >>> Home(tempfile.mkdtemp()).models.name
    'models'
    """

    def __init__(self, path: Path | str | None = None) -> None:
        self.path = Path(path or os.environ.get("HANOK_HOME") or "~/.hanok").expanduser().resolve()
        with writing(self.path):
            for folder in (self.models, self.snapshots, self.studies, self.blobs, self.reports, self.scratch):
                folder.mkdir(parents=True, exist_ok=True)

    @property
    def database(self) -> str:
        """URL of the database: ``HANOK_DATABASE``, else SQLite in this folder."""
        return os.environ.get("HANOK_DATABASE") or f"sqlite:///{self.path / 'hanok.db'}"

    @property
    def models(self) -> Path:
        """Artifacts, as ``models/<system>/<version>/``."""
        return self.path / "models"

    @property
    def snapshots(self) -> Path:
        """Training data as it was, addressed by its content."""
        return self.path / "snapshots"

    @property
    def studies(self) -> Path:
        """Journals of tuning studies."""
        return self.path / "studies"

    @property
    def blobs(self) -> Path:
        """Uploads and media, addressed by their content."""
        return self.path / "blobs"

    @property
    def reports(self) -> Path:
        """Evaluations made after training; a model's first report lies in its artifact."""
        return self.path / "reports"

    @property
    def scratch(self) -> Path:
        """Checkpoints of running jobs."""
        return self.path / "scratch"
