"""Whoever ran the probes, by id beside the name"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('probe_runs', sa.Column('runner_id', sa.Uuid(), nullable=True))
    # A run and its entry in the audit were written together; the entry already knows of accounts that were deleted.
    op.execute("""
        UPDATE probe_runs SET runner_id = noted.actor_id, runner = noted.actor
        FROM (
            SELECT DISTINCT ON (run.id) run.id, entry.actor_id, entry.actor
            FROM probe_runs run JOIN audit_entries entry ON entry.organization_id = run.organization_id
            AND entry.action = 'probes.run'
            AND entry.created_at BETWEEN run.created_at - interval '1 minute' AND run.created_at + interval '1 minute'
            ORDER BY run.id, abs(extract(epoch FROM entry.created_at - run.created_at))
        ) noted
        WHERE noted.id = probe_runs.id
    """)
    op.create_foreign_key(
        'probe_runs_runner_id_fkey', 'probe_runs', 'people', ['runner_id'], ['id'], ondelete='SET NULL'
    )
    op.create_index(op.f('ix_probe_runs_runner_id'), 'probe_runs', ['runner_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_probe_runs_runner_id'), table_name='probe_runs')
    op.drop_constraint('probe_runs_runner_id_fkey', 'probe_runs')
    op.drop_column('probe_runs', 'runner_id')
