"""What admins wrote for readers is named by its title: no file of that name was ever uploaded"""

from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

RENAME = """
    UPDATE documents d SET name = {name}
    WHERE d.name {such} '%.md'
      AND d.id IN (SELECT document_id FROM reports UNION SELECT document_id FROM gaps)
      AND NOT EXISTS (SELECT FROM documents o WHERE o.collection_id = d.collection_id AND o.name = {name})
"""


def upgrade() -> None:
    op.execute(RENAME.format(name='left(d.name, -3)', such='LIKE'))


def downgrade() -> None:
    op.execute(RENAME.format(name="d.name || '.md'", such='NOT LIKE'))
