"""A conversation in which a report was answered is marked until it is opened"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('conversations', sa.Column('has_news', sa.Boolean(), server_default='false', nullable=False))


def downgrade() -> None:
    op.drop_column('conversations', 'has_news')
