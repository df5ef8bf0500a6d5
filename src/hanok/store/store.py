"""The store: everything hanok remembers, in one database and one folder."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from hanok.store.answers import Answers
from hanok.store.blobs import Blobs
from hanok.store.engine import Database, reachable
from hanok.store.feedback import Feedback
from hanok.store.jobs import Jobs
from hanok.store.keys import Keys
from hanok.store.migrate import migrate
from hanok.store.runs import Runs
from hanok.store.states import States
from hanok.store.tables import identity
from hanok.store.versions import Versions


class Store:
    """Everything hanok remembers; open it with `Store.open`. May be used from many threads and processes at once.

    Example
    -------
    >>> import tempfile
    >>> from hanok.store import NewAnswer
    >>> home = Path(tempfile.mkdtemp())
    >>> with Store.open(f"sqlite:///{home}/hanok.db", home / "blobs") as store:
    ...     answer = NewAnswer("faq", 1, '{"text":"Hi"}', '{"text":"Hello"}')
    ...     store.answers.record([answer])
    ...     store.feedback.add(answer.id, "faq", '{"good":true}')
    ...     store.feedback.add(answer.id, "faq", '{"good":true}')
    Added(seq=1, new=True)
    Added(seq=1, new=False)
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.blobs = Blobs(database, folder)
        self.answers = Answers(database, self.blobs)
        self.feedback = Feedback(database, self.blobs)
        self.jobs = Jobs(database)
        self.versions = Versions(database)
        self.keys = Keys(database)
        self.runs = Runs(database)
        self.states = States(database)

    @classmethod
    def open(cls, url: str, blobs: Path) -> Self:
        """Open a store, creating or upgrading what is there; several processes may do so at the same moment.

        Parameters
        ----------
        url : str
            ``sqlite:///hanok.db`` or ``postgresql+psycopg://user:password@host/name``.
        blobs : Path
            Folder for contents; with several machines on one database, one they share.

        Raises
        ------
        Problem
            The URL is none of the two.
        Unavailable
            The database does not answer, or psycopg is missing.
        Conflict
            A newer release has written it.
        """
        database = Database(url)
        try:
            with reachable(database):
                migrate(database)
            return cls(database, blobs)
        except BaseException:
            database.close()
            raise

    @cached_property
    def id(self) -> str:
        """Which database this is: what an artifact has learnt is counted by the feedback of one."""
        with self.database.read() as connection:
            found: str = connection.execute(sa.select(identity.c.id)).scalar_one()
        return found

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
