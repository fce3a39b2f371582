"""Everything that the first conversation needs"""

import pgvector.sqlalchemy
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.create_table('guests',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_table('organizations',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('common_lexemes', sa.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('languages', sa.ARRAY(sa.Text()), server_default='{english}', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('slug')
    )
    op.create_table('people',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=320), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('software_background', sa.String(), nullable=False),
    sa.Column('hardware_background', sa.String(), nullable=False),
    sa.Column('theme', sa.String(), server_default='system', nullable=False),
    sa.Column('super_admin', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('email')
    )
    op.create_table('assistants',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('tagline', sa.String(length=300), nullable=False),
    sa.Column('greeting', sa.Text(), nullable=False),
    sa.Column('instructions', sa.Text(), nullable=False),
    sa.Column('suggestions', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('preset', sa.String(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('hue', sa.String(), nullable=False),
    sa.Column('temperature', sa.Double(), nullable=False),
    sa.Column('passage_limit', sa.Integer(), nullable=False),
    sa.Column('history_limit', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('slug')
    )
    op.create_index(op.f('ix_assistants_organization_id'), 'assistants', ['organization_id'], unique=False)
    op.create_table('collections',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('published', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('organization_id', 'name')
    )
    op.create_index(op.f('ix_collections_organization_id'), 'collections', ['organization_id'], unique=False)
    op.create_table('memberships',
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('organization_id', 'person_id')
    )
    op.create_index(op.f('ix_memberships_person_id'), 'memberships', ['person_id'], unique=False)
    op.create_table('sessions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('agent', sa.String(length=400), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_hash')
    )
    op.create_index(op.f('ix_sessions_person_id'), 'sessions', ['person_id'], unique=False)
    op.create_table('assistant_collections',
    sa.Column('assistant_id', sa.Uuid(), nullable=False),
    sa.Column('collection_id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['assistant_id'], ['assistants.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['collection_id'], ['collections.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('assistant_id', 'collection_id')
    )
    op.create_index(op.f('ix_assistant_collections_collection_id'), 'assistant_collections', ['collection_id'], unique=False)
    op.create_index(op.f('ix_assistant_collections_organization_id'), 'assistant_collections', ['organization_id'], unique=False)
    op.create_table('conversations',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('assistant_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('guest_id', sa.Uuid(), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('message_count', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('touched_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['assistant_id'], ['assistants.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['guest_id'], ['guests.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_conversations_assistant_id'), 'conversations', ['assistant_id'], unique=False)
    op.create_index('ix_conversations_guest', 'conversations', ['guest_id', 'touched_at'], unique=False)
    op.create_index(op.f('ix_conversations_organization_id'), 'conversations', ['organization_id'], unique=False)
    op.create_index('ix_conversations_person', 'conversations', ['person_id', 'touched_at'], unique=False)
    op.create_table('documents',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('collection_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['collection_id'], ['collections.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('collection_id', 'name')
    )
    op.create_index(op.f('ix_documents_organization_id'), 'documents', ['organization_id'], unique=False)
    op.create_table('document_versions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=True),
    sa.Column('error', sa.String(), nullable=True),
    sa.Column('progress_done', sa.Integer(), nullable=False),
    sa.Column('progress_total', sa.Integer(), nullable=False),
    sa.Column('claim', sa.Uuid(), nullable=True),
    sa.Column('heartbeat_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('content_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('byte_count', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=True),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('passage_count', sa.Integer(), nullable=False),
    sa.Column('uploaded_by_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('blocks', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['people.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('document_id', 'number')
    )
    op.create_index(op.f('ix_document_versions_content_hash'), 'document_versions', ['content_hash'], unique=False)
    op.create_index(op.f('ix_document_versions_organization_id'), 'document_versions', ['organization_id'], unique=False)
    op.create_index('ix_versions_unfinished', 'document_versions', ['state'], unique=False)
    op.create_table('messages',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('conversation_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('error', sa.String(), nullable=True),
    sa.Column('question_id', sa.Uuid(), nullable=True),
    sa.Column('model', sa.String(), nullable=True),
    sa.Column('prompt_tokens', sa.Integer(), nullable=True),
    sa.Column('completion_tokens', sa.Integer(), nullable=True),
    sa.Column('timings', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['question_id'], ['messages.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('conversation_id', 'position')
    )
    op.create_index(op.f('ix_messages_organization_id'), 'messages', ['organization_id'], unique=False)
    op.create_index(op.f('ix_messages_question_id'), 'messages', ['question_id'], unique=False)
    op.create_index('ix_messages_running', 'messages', ['conversation_id'], unique=True, postgresql_where=sa.text("state IN ('pending', 'streaming')"))
    op.create_index('ix_messages_unfinished', 'messages', ['created_at'], unique=False, postgresql_where=sa.text("state IN ('pending', 'streaming')"))
    op.create_table('file_parts',
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['document_versions.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('version_id', 'ordinal')
    )
    op.create_index(op.f('ix_file_parts_organization_id'), 'file_parts', ['organization_id'], unique=False)
    op.create_table('passages',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('collection_id', sa.Uuid(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('heading_path', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('page', sa.Integer(), nullable=True),
    sa.Column('page_label', sa.String(), nullable=True),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.LargeBinary(length=16), nullable=False),
    sa.Column('searchable', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('tsv', postgresql.TSVECTOR(), nullable=True),
    sa.Column('embedding_model', sa.String(), nullable=True),
    sa.Column('embedding', pgvector.sqlalchemy.halfvec.HALFVEC(), nullable=True),
    sa.ForeignKeyConstraint(['collection_id'], ['collections.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['document_id'], ['documents.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['document_versions.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('version_id', 'ordinal')
    )
    op.create_index('ix_passages_document_id', 'passages', ['document_id'], unique=False)
    op.create_index('ix_passages_organization_model', 'passages', ['organization_id', 'embedding_model'], unique=False)
    op.create_index('ix_passages_tsv', 'passages', ['tsv'], unique=False, postgresql_using='gin')
    op.create_table('citations',
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('organization_id', sa.Uuid(), nullable=False),
    sa.Column('passage_id', sa.Uuid(), nullable=True),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('relevance', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['passage_id'], ['passages.id'], ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('message_id', 'number')
    )
    op.create_index(op.f('ix_citations_organization_id'), 'citations', ['organization_id'], unique=False)
    op.create_index(op.f('ix_citations_passage_id'), 'citations', ['passage_id'], unique=False)
    op.execute("ALTER TABLE file_parts ALTER COLUMN data SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE passages ALTER COLUMN embedding SET STORAGE PLAIN")
    for table in TENANT_TABLES:
        column = "id" if table == "organizations" else "organization_id"
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY organization ON {table} USING ({visible(column)})")
    op.execute(REACHABLE_ORGANIZATIONS)
    op.execute(SEARCH_PASSAGES)
    op.execute(INDEX_LARGE_ORGANIZATION)


def downgrade() -> None:
    for function in ("index_large_organization", "search_passages", "reachable_organizations"):
        op.execute(f"DROP FUNCTION {function}")
    for table in ("citations", "messages", "conversations", "passages", "file_parts", "document_versions", "documents",
                  "assistant_collections", "assistants", "collections", "sessions", "guests", "memberships", "people",
                  "organizations"):
        op.drop_table(table)


TENANT_TABLES = (
    "organizations", "memberships", "collections", "documents", "document_versions", "file_parts", "passages",
    "assistants", "assistant_collections", "conversations", "messages", "citations",
)


def visible(column: str) -> str:
    """The second wall: plainly compared, because inside a subselect the planner would not know a tenant's size."""
    setting = "current_setting('app.organizations', true)"
    return (
        f"{setting} = 'everywhere' OR "
        f"{column} = ANY (nullif(nullif({setting}, 'everywhere'), '')::uuid[])"
    )


# Asked before a request's scope is known, and so outside of it: which organizations a person, or a guest, can reach.
REACHABLE_ORGANIZATIONS = """
CREATE FUNCTION reachable_organizations(_person uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(o.id), '{}') FROM organizations o
    WHERE EXISTS (SELECT FROM memberships m WHERE m.organization_id = o.id AND m.person_id = _person)
       OR EXISTS (SELECT FROM assistants a WHERE a.organization_id = o.id
                  AND (a.audience = 'anyone' OR (a.audience = 'signed_in' AND _person IS NOT NULL)))
       OR EXISTS (SELECT FROM people p WHERE p.id = _person AND p.super_admin)
$$
"""

# Under row-level security PostgreSQL leaves the GIN index alone, because @@ is not leakproof: 7 ms became 76 at 60,000
# rows. So the search runs as the owner and checks the scope itself. Organization, model and dimensions are literals,
# which lets a large organization's partial HNSW index match; the statement is planned anew each time, as it must be.
SEARCH_PASSAGES = f"""
CREATE FUNCTION search_passages(
    _organization uuid, _collections uuid[], _words text, _vector halfvec, _model text,
    _vector_weight float8, _text_weight float8, _candidates int
) RETURNS TABLE (passage_id uuid, score float8, nearness float8, shared float8)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
    _lexemes text[];
    _query tsquery;
BEGIN
    IF NOT coalesce({visible("_organization")}, false) THEN
        RAISE insufficient_privilege USING MESSAGE = 'this organization is out of reach';
    END IF;

    SELECT coalesce(
        array_agg(DISTINCT lexeme) FILTER (WHERE lexeme <> ALL (o.common_lexemes)), array_agg(DISTINCT lexeme)
    ) INTO _lexemes
    FROM organizations o, unnest(o.languages) language,
         unnest(tsvector_to_array(to_tsvector(language::regconfig, _words))) lexeme
    WHERE o.id = _organization;
    SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery INTO _query FROM unnest(_lexemes) lexeme;

    PERFORM set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', '100', true);
    RETURN QUERY EXECUTE format($query$
        WITH by_meaning AS (
            SELECT id, row_number() OVER (ORDER BY distance, id) AS place FROM (
                SELECT id, embedding::halfvec(%1$s) <=> $1::halfvec(%1$s) AS distance FROM passages
                WHERE organization_id = %2$L AND embedding_model = %3$L AND searchable AND collection_id = ANY ($2)
                  AND $1 IS NOT NULL
                ORDER BY distance LIMIT $4
            ) nearest
        ), by_words AS (
            SELECT id, row_number() OVER (ORDER BY rank DESC, id) AS place FROM (
                SELECT id, ts_rank(tsv, $3, 1) AS rank FROM passages
                WHERE organization_id = %2$L AND searchable AND collection_id = ANY ($2) AND tsv @@ $3
                ORDER BY rank DESC, id LIMIT $4
            ) likest
        )
        SELECT p.id,
               -- A passage that waits for its vector is ranked by its words twice, or those that have one would hide it.
               coalesce($5 / (60 + CASE WHEN p.embedding_model = %3$L OR $1 IS NULL THEN m.place ELSE w.place END), 0)
                   + coalesce($6 / (60 + w.place), 0),
               CASE WHEN p.embedding_model = %3$L THEN 1 - (p.embedding::halfvec(%1$s) <=> $1::halfvec(%1$s)) END,
               coalesce((length(p.tsv) - length(ts_delete(p.tsv, $7)))::float8 / nullif(cardinality($7), 0), 0)
        FROM by_meaning m FULL JOIN by_words w USING (id) JOIN passages p USING (id)
    $query$, coalesce(vector_dims(_vector), 1), _organization, _model)
    USING _vector, _collections, _query, _candidates, _vector_weight, _text_weight, _lexemes;
END $$
"""

# Exact scans serve tens of thousands of passages; beyond that an organization gets an index of its own. Never one for
# all: with a filter, HNSW loses most of a small tenant's rows.
INDEX_LARGE_ORGANIZATION = """
CREATE FUNCTION index_large_organization(_organization uuid, _model text, _dimensions int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE INDEX IF NOT EXISTS %I ON passages USING hnsw ((embedding::halfvec(%s)) halfvec_cosine_ops) '
        'WHERE organization_id = %L AND embedding_model = %L AND searchable',
        'passages_hnsw_' || replace(_organization::text, '-', '') || '_' || left(md5(_model), 8),
        _dimensions, _organization, _model
    );
END $$
"""
