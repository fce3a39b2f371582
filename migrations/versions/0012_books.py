"""Books: the order of their chapters, where somebody was, and what was selected in them to ask about"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

SETTING = "current_setting('app.organizations', true)"


def upgrade() -> None:
    op.add_column('documents', sa.Column('position', sa.Integer(), nullable=True))
    op.create_table('reading_places',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('collection_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['collection_id'], ['collections.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'collection_id')
    )
    for column in ('collection_id', 'organization_id', 'document_id'):
        op.create_index(op.f(f'ix_reading_places_{column}'), 'reading_places', [column])
    op.execute("ALTER TABLE reading_places ENABLE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY organization ON reading_places USING ({SETTING} = 'everywhere' OR "
        f"organization_id = ANY (nullif(nullif({SETTING}, 'everywhere'), '')::uuid[]))"
    )
    op.add_column('messages', sa.Column('selection', sa.Text(), nullable=True))
    op.add_column('messages', sa.Column('document_id', sa.Uuid(), nullable=True))
    op.add_column('messages', sa.Column('selection_start', sa.Integer(), nullable=True))
    op.add_column('messages', sa.Column('selection_end', sa.Integer(), nullable=True))
    op.create_foreign_key(
        'fk_messages_document', 'messages', 'documents', ['document_id'], ['id'], ondelete='SET NULL'
    )
    op.create_index(
        'ix_messages_document_id', 'messages', ['document_id'], postgresql_where=sa.text('document_id IS NOT NULL')
    )


def downgrade() -> None:
    op.drop_index('ix_messages_document_id', table_name='messages')
    op.drop_constraint('fk_messages_document', 'messages', type_='foreignkey')
    for column in ('selection_end', 'selection_start', 'document_id', 'selection'):
        op.drop_column('messages', column)
    op.drop_table('reading_places')
    op.drop_column('documents', 'position')
