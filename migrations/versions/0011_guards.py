"""Guards: what an assistant may be asked, what was decided, and the emergency that stays pinned"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('assistants', sa.Column('guard', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    op.add_column('conversations', sa.Column('emergency', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('messages', sa.Column('verdict', sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.drop_column('messages', 'verdict')
    op.drop_column('conversations', 'emergency')
    op.drop_column('assistants', 'guard')
