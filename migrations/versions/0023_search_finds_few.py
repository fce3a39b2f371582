"""A search tells PostgreSQL that it finds few passages, so that what joins them need not be planned for a thousand"""

from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER FUNCTION search_passages ROWS 10")


def downgrade() -> None:
    op.execute("ALTER FUNCTION search_passages ROWS 1000")
