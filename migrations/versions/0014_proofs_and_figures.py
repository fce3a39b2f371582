"""When a session's person last showed who they are; messages of an organization by their time"""

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
    op.create_index('ix_messages_organization_id_created_at', 'messages', ['organization_id', 'created_at'])
    op.drop_index('ix_messages_organization_id', table_name='messages')


def downgrade() -> None:
    op.create_index('ix_messages_organization_id', 'messages', ['organization_id'])
    op.drop_index('ix_messages_organization_id_created_at', table_name='messages')
    op.drop_column('sessions', 'proved_at')
