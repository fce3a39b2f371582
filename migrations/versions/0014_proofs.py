"""When a session's person last showed who they are"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'sessions',
        sa.Column('proved_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    )
    op.execute("UPDATE sessions SET proved_at = created_at")


def downgrade() -> None:
    op.drop_column('sessions', 'proved_at')
