"""The tables, generic only: what one system needs (arms, matches, sessions, spend) is in its answers and feedback.

Times are UTC seconds since 1970. JSON is kept as text, written and read by `hanok.store.text`. A change here wants a
migration under ``migrations/versions`` and a new `HEAD`.
"""

from __future__ import annotations

import sqlalchemy as sa

HEAD = "0003"
"""The newest migration: a database that is there already is opened without importing alembic."""

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

Seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts only what is declared INTEGER
ID = sa.String(32)
SHA = sa.String(64)


def _seq() -> sa.Column[int]:
    """A number that grows with every row and is never given twice, also after rows were deleted."""
    return sa.Column("seq", Seq, primary_key=True, autoincrement=True)


answers = sa.Table(
    "answers",
    metadata,
    _seq(),
    sa.Column("id", ID, nullable=False, unique=True),
    sa.Column("system", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("session", sa.Text),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("output", sa.Text, nullable=False),
    sa.Column("review", sa.Text),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Index("ix_answers_system", "system", "seq"),
    sa.Index("ix_answers_created", "created"),
    sqlite_autoincrement=True,
)
sa.Index(
    "ix_answers_session",
    answers.c.system,
    answers.c.session,
    answers.c.seq,
    sqlite_where=answers.c.session.is_not(None),
    postgresql_where=answers.c.session.is_not(None),
)
sa.Index(
    "ix_answers_review",
    answers.c.system,
    answers.c.seq,
    sqlite_where=answers.c.review.is_not(None),
    postgresql_where=answers.c.review.is_not(None),
)

sa.Index(
    "ix_answers_subject",
    answers.c.system,
    answers.c.subject,
    answers.c.seq,
    sqlite_where=answers.c.subject.is_not(None),
    postgresql_where=answers.c.subject.is_not(None),
)

feedback = sa.Table(
    "feedback",
    metadata,
    _seq(),
    sa.Column("answer", ID, sa.ForeignKey("answers.id"), nullable=False, index=True),
    sa.Column("system", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("key", SHA, nullable=False, unique=True),
    sa.Column("created", sa.Double, nullable=False),
    sa.Index("ix_feedback_system", "system", "seq"),
    sqlite_autoincrement=True,
)

jobs = sa.Table(
    "jobs",
    metadata,
    _seq(),
    sa.Column("id", ID, nullable=False, unique=True),
    sa.Column("system", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("args", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("progress", sa.Text),
    sa.Column("curve", sa.Text, nullable=False),
    sa.Column("log", sa.Text, nullable=False),
    sa.Column("cancel_requested", sa.Boolean, nullable=False),
    sa.Column("worker", sa.Text),
    sa.Column("lease_until", sa.Double),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("result", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("asked_by", ID),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("started", sa.Double),
    sa.Column("ended", sa.Double),
    sa.Index("ix_jobs_state", "state", "seq"),
    sa.Index("ix_jobs_system", "system", "seq"),
    sqlite_autoincrement=True,
)

runs = sa.Table(
    "runs",
    metadata,
    _seq(),
    sa.Column("id", ID, nullable=False, unique=True),
    sa.Column("system", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("version", sa.Integer),
    sa.Column("config", sa.Text, nullable=False),
    sa.Column("metrics", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("data", sa.Text),
    sa.Column("job", ID, sa.ForeignKey("jobs.id"), index=True),
    sa.Column("started", sa.Double, nullable=False),
    sa.Column("ended", sa.Double),
    sa.Index("ix_runs_system", "system", "seq"),
    sqlite_autoincrement=True,
)

versions = sa.Table(
    "versions",
    metadata,
    sa.Column("system", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("config", sa.Text, nullable=False),
    sa.Column("metrics", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("learned_until", sa.BigInteger, nullable=False),
    sa.Column("parent", sa.Integer),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
)

aliases = sa.Table(
    "aliases",
    metadata,
    _seq(),
    sa.Column("system", sa.Text, nullable=False),
    sa.Column("alias", sa.Text, nullable=False),
    sa.Column("version", sa.Integer),
    sa.Column("restores", Seq),
    sa.Column("changed", sa.Double, nullable=False),
    sa.ForeignKeyConstraint(["system", "version"], ["versions.system", "versions.version"]),
    sa.Index("ix_aliases_system", "system", "alias", "seq"),
    sqlite_autoincrement=True,
)

blobs = sa.Table(
    "blobs",
    metadata,
    sa.Column("sha256", SHA, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
)

keys = sa.Table(
    "keys",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("hash", SHA, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("last_used", sa.Double),
    sa.Column("revoked", sa.Double),
)

states = sa.Table(
    "states",
    metadata,
    sa.Column("system", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("answers", sa.BigInteger, nullable=False),
    sa.Column("feedback", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("changed", sa.Double, nullable=False),
)

identity = sa.Table("identity", metadata, sa.Column("id", ID, primary_key=True))
"""One row: which database this is. A number of its feedback means nothing in another one."""
