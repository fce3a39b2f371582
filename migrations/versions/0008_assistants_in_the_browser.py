"""Assistants: model, length, general knowledge, and a picture"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

SETTING = "current_setting('app.organizations', true)"


def upgrade() -> None:
    op.add_column('assistants', sa.Column('model', sa.String(length=200), server_default='', nullable=False))
    op.add_column('assistants', sa.Column('answer_length', sa.String(), server_default='medium', nullable=False))
    op.add_column('assistants', sa.Column('answer_tokens', sa.Integer(), nullable=True))
    op.add_column('assistants', sa.Column('general_knowledge', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('assistants', sa.Column('picture', sa.String(length=32), nullable=True))
    op.create_table('assistant_pictures',
    sa.Column('assistant_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['assistant_id'], ['assistants.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('assistant_id')
    )
    op.create_index(op.f('ix_assistant_pictures_organization_id'), 'assistant_pictures', ['organization_id'])
    # Pictures are compressed already, and are only ever fetched whole.
    op.execute("ALTER TABLE assistant_pictures ALTER COLUMN data SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE assistant_pictures ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY organization ON assistant_pictures USING ({SETTING} = 'everywhere' OR "
        f"organization_id = ANY (nullif(nullif({SETTING}, 'everywhere'), '')::uuid[]))"
    )


def downgrade() -> None:
    op.drop_table('assistant_pictures')
    for column in ('picture', 'general_knowledge', 'answer_tokens', 'answer_length', 'model'):
        op.drop_column('assistants', column)
