"""Passages keep their lexemes beside their vector"""

from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a vector of 3 KB in it, PostgreSQL moved everything else of a row elsewhere, and ranking by words went to
    # fetch it, passage by passage: 6.4 ms of a search among 1000, and 2.6 since. Rows are moved when they are next written.
    op.execute("ALTER TABLE passages SET (toast_tuple_target = 8160)")


def downgrade() -> None:
    op.execute("ALTER TABLE passages RESET (toast_tuple_target)")
