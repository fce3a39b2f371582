"""Conversations that are shared by an address, and how well an answer's sentences are supported"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

SETTING = "current_setting('app.organizations', true)"


def upgrade() -> None:
    op.create_table('shares',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('sharer', sa.String(length=120), nullable=False),
    sa.Column('last_position', sa.Integer(), nullable=False),
    sa.Column('shared_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('conversation_id'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_index(op.f('ix_shares_organization_id'), 'shares', ['organization_id'])
    op.execute("ALTER TABLE shares ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY organization ON shares USING ({SETTING} = 'everywhere' OR "
        f"organization_id = ANY (nullif(nullif({SETTING}, 'everywhere'), '')::uuid[]))"
    )
    op.add_column('messages', sa.Column('support', postgresql.JSONB(astext_type=sa.Text()), nullable=True))


def downgrade() -> None:
    op.drop_column('messages', 'support')
    op.drop_table('shares')
