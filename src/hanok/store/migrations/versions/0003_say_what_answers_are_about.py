"""Say what answers are about, so that of several about one thing only the newest waits for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answers", sa.Column("subject", sa.Text()))
    op.create_index(
        "ix_answers_subject",
        "answers",
        ["system", "subject", "seq"],
        sqlite_where=sa.text("subject IS NOT NULL"),
        postgresql_where=sa.text("subject IS NOT NULL"),
    )
