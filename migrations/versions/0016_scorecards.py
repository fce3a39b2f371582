"""Scorecards of plays: their checks, and what an admin ruled where one was disputed"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

SETTING = "current_setting('app.organizations', true)"


def upgrade() -> None:
    op.create_table('scorecards',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('error', sa.String(), nullable=True),
    sa.Column('strengths', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('next_step', sa.Text(), nullable=False),
    sa.Column('next_message_id', sa.Uuid(), nullable=True),
    sa.Column('model', sa.String(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('marked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['next_message_id'], ['messages.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('conversation_id')
    )
    op.create_index(op.f('ix_scorecards_organization_id'), 'scorecards', ['organization_id'])
    op.create_index(op.f('ix_scorecards_next_message_id'), 'scorecards', ['next_message_id'])
    op.create_index('ix_scorecards_pending', 'scorecards', ['asked_at'], postgresql_where=sa.text("state = 'pending'"))
    op.create_table('checks',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('scorecard_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('verdict', sa.String(length=10), nullable=False),
    sa.Column('quote', sa.Text(), nullable=False),
    sa.Column('advice', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Uuid(), nullable=True),
    sa.Column('cites', sa.Integer(), nullable=True),
    sa.Column('dispute', sa.Text(), nullable=True),
    sa.Column('disputed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['scorecard_id'], ['scorecards.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_checks_scorecard_id_position', 'checks', ['scorecard_id', 'position'], unique=True)
    op.create_index(op.f('ix_checks_organization_id'), 'checks', ['organization_id'])
    op.create_index(
        'ix_checks_disputed_at', 'checks', ['disputed_at'], postgresql_where=sa.text('disputed_at IS NOT NULL')
    )
    op.create_index(op.f('ix_checks_message_id'), 'checks', ['message_id'])
    op.create_table('rulings',
    sa.Column('check_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('verdict', sa.String(length=10), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('ruled_by_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['check_id'], ['checks.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['ruled_by_id'], ['people.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('check_id')
    )
    op.create_index(op.f('ix_rulings_organization_id'), 'rulings', ['organization_id'])
    op.create_index(op.f('ix_rulings_ruled_by_id'), 'rulings', ['ruled_by_id'])
    for table in ('scorecards', 'checks', 'rulings'):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY organization ON {table} USING ({SETTING} = 'everywhere' OR "
            f"organization_id = ANY (nullif(nullif({SETTING}, 'everywhere'), '')::uuid[]))"
        )


def downgrade() -> None:
    for table in ('rulings', 'checks', 'scorecards'):
        op.drop_table(table)
