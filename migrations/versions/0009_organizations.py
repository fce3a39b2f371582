"""Organizations: logo and accent, receipts of deletions, runs of probes, and whom a super admin acts for"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

SETTING = "current_setting('app.organizations', true)"


def upgrade() -> None:
    op.add_column('organizations', sa.Column('accent', sa.String(length=7), nullable=True))
    op.add_column('organizations', sa.Column('logo_version', sa.String(length=12), nullable=True))
    op.add_column('sessions', sa.Column('acting_for_id', sa.Uuid(), nullable=True))
    op.create_foreign_key(
        'sessions_acting_for_id_fkey', 'sessions', 'organizations', ['acting_for_id'], ['id'], ondelete='SET NULL'
    )
    op.create_table('logos',
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('organization_id')
    )
    op.create_table('probe_runs',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('runner', sa.String(length=120), nullable=False),
    sa.Column('passed_count', sa.Integer(), nullable=False),
    sa.Column('failed_count', sa.Integer(), nullable=False),
    sa.Column('results', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(
        'ix_probe_runs_organization_id_created_at', 'probe_runs', ['organization_id', 'created_at']
    )
    op.create_table('receipts',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('person', sa.String(length=120), nullable=False),
    sa.Column('counts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_receipts_person_id'), 'receipts', ['person_id'], unique=False)
    for table in ('logos', 'probe_runs'):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY organization ON {table} USING ({SETTING} = 'everywhere' OR "
            f"organization_id = ANY (nullif(nullif({SETTING}, 'everywhere'), '')::uuid[]))"
        )


def downgrade() -> None:
    for table in ('receipts', 'probe_runs', 'logos'):
        op.drop_table(table)
    op.drop_constraint('sessions_acting_for_id_fkey', 'sessions')
    op.drop_column('sessions', 'acting_for_id')
    op.drop_column('organizations', 'logo_version')
    op.drop_column('organizations', 'accent')
