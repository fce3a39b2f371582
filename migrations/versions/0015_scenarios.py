"""Scenarios, the mode of a conversation with the scene that is played in it, and what a coach asks and corrects"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

SETTING = "current_setting('app.organizations', true)"


def upgrade() -> None:
    op.create_table('scenarios',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('assistant_id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('customer', sa.String(length=80), nullable=False),
    sa.Column('persona', sa.Text(), nullable=False),
    sa.Column('situation', sa.Text(), nullable=False),
    sa.Column('mood', sa.String(length=200), nullable=False),
    sa.Column('objections', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('difficulty', sa.String(length=10), nullable=False),
    sa.Column('goal', sa.Text(), nullable=False),
    sa.Column('opening_line', sa.Text(), nullable=False),
    sa.Column('checks', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['assistant_id'], ['assistants.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_scenarios_organization_id'), 'scenarios', ['organization_id'])
    op.create_index('ix_scenarios_assistant_id_position', 'scenarios', ['assistant_id', 'position'])
    op.execute("ALTER TABLE scenarios ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY organization ON scenarios USING ({SETTING} = 'everywhere' OR "
        f"organization_id = ANY (nullif(nullif({SETTING}, 'everywhere'), '')::uuid[]))"
    )
    op.add_column('conversations', sa.Column('mode', sa.String(length=10), server_default='chat', nullable=False))
    op.add_column('conversations', sa.Column('scenario_id', sa.Uuid(), nullable=True))
    op.add_column('conversations', sa.Column('scene', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('conversations', sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('conversations', sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        'conversations_scenario_id_fkey', 'conversations', 'scenarios', ['scenario_id'], ['id'], ondelete='SET NULL'
    )
    op.create_index(
        'ix_conversations_scenario_id', 'conversations', ['scenario_id'],
        postgresql_where=sa.text('scenario_id IS NOT NULL'),
    )
    op.add_column('messages', sa.Column('aside', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('messages', sa.Column('asks', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('messages', sa.Column('correction', sa.String(length=10), nullable=True))


def downgrade() -> None:
    for column in ('correction', 'asks', 'aside'):
        op.drop_column('messages', column)
    op.drop_index('ix_conversations_scenario_id', table_name='conversations')
    op.drop_constraint('conversations_scenario_id_fkey', 'conversations', type_='foreignkey')
    for column in ('ended_at', 'paused_at', 'scene', 'scenario_id', 'mode'):
        op.drop_column('conversations', column)
    op.drop_table('scenarios')
