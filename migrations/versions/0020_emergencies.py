"""A conversation keeps every emergency that was told of in it, with the answer to it"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('conversations', sa.Column(
        'emergencies', postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False))
    op.execute("""
        UPDATE conversations SET emergencies = jsonb_build_array(emergency || jsonb_build_object('answer', (
            SELECT id FROM messages WHERE conversation_id = conversations.id AND role = 'answer'
            ORDER BY verdict = 'emergency' DESC NULLS LAST, position DESC LIMIT 1
        )))
        WHERE emergency IS NOT NULL
    """)
    op.drop_column('conversations', 'emergency')


def downgrade() -> None:
    op.add_column('conversations', sa.Column('emergency', postgresql.JSONB(), nullable=True))
    op.execute("UPDATE conversations SET emergency = emergencies -> -1 WHERE emergencies <> '[]'")
    op.drop_column('conversations', 'emergencies')
