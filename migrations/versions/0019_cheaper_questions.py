"""All wordings of a question are searched in one pass; an index less to keep for each answer"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

SETTING = "current_setting('app.organizations', true)"


def upgrade() -> None:
    op.add_column(
        'organizations', sa.Column('passage_count', sa.Integer(), server_default=sa.text('0'), nullable=False)
    )
    op.execute(
        "UPDATE organizations SET passage_count = "
        "(SELECT count(*) FROM passages WHERE organization_id = organizations.id AND searchable)"
    )
    op.execute(f"DROP FUNCTION {ONE_BY_ONE}")
    op.execute(SEARCH_PASSAGES)
    # Whether a conversation waits for an answer was looked up here, where every answer of the last minutes had left
    # something until the next VACUUM: 1.6 ms after some thousand. `ix_messages_running` is as small, and in its order.
    op.drop_index('ix_messages_unfinished', 'messages')


def downgrade() -> None:
    op.create_index('ix_messages_unfinished', 'messages', ['created_at'],
                    postgresql_where=sa.text("state IN ('pending', 'streaming')"))
    op.execute("DROP FUNCTION search_passages")
    op.execute(ONE_WORDING)
    op.drop_column('organizations', 'passage_count')


# Each wording ranks the passages by words and by meaning; reciprocal ranks are added up. An organization of up to 10,000
# passages is looked through once for all of that: rows of 4 KB are what costs, and the index of words has everybody's,
# so that among ten organizations of 1,000 it takes twice as long. A larger one goes by the indexes.
#
# ts_rank of a query without operators but OR is a sum over its lexemes, divided by their number. So lexemes that stand in
# the same wordings are one part, each part is ranked once, and a wording's rank is the sum of its parts'. It sorts a
# query's lexemes for each passage anew; in descending order they are stored as it wants them.
SEARCH_PASSAGES = f"""
CREATE FUNCTION search_passages(
    _organization uuid, _collections uuid[], _words text[], _vectors halfvec[], _model text,
    _vector_weights float8[], _text_weights float8[], _candidates int, _limit int
) RETURNS TABLE (passage_id uuid, score float8, nearness float8, shared float8)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
    _n int;
    _theirs text := format('organization_id = %L AND searchable AND collection_id = ANY ($1)', _organization);
    _dimensions int := coalesce(vector_dims(_vectors[1]), 1);
    _large boolean;
    _part record;
    _parts int := 0;
    _queries tsquery[] := '{{}}';
    _lexemes tsvector[] := '{{}}';
    _columns text[] := '{{}}';
    _rank text[] := array_fill('0'::text, ARRAY[cardinality(_words)]);
    _found text[] := array_fill('0'::text, ARRAY[cardinality(_words)]);
    _asked int[] := array_fill(0, ARRAY[cardinality(_words)]);
    _nearest text[] := '{{}}';
    _rankings text[] := '{{}}';
BEGIN
    IF NOT coalesce({SETTING} = 'everywhere'
                    OR _organization = ANY (nullif(nullif({SETTING}, 'everywhere'), '')::uuid[]), false) THEN
        RAISE insufficient_privilege USING MESSAGE = 'this organization is out of reach';
    END IF;
    SELECT o.passage_count > 10000 INTO _large FROM organizations o WHERE o.id = _organization;
    IF _large THEN
        PERFORM set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', '100', true);
    END IF;

    -- What stands in too many passages is left out, unless a wording has nothing else.
    FOR _part IN
        SELECT array_agg(lexeme ORDER BY lexeme COLLATE "C" DESC) AS lexemes, wordings FROM (
            SELECT lexeme, array_agg(DISTINCT n) AS wordings FROM (
                SELECT lexeme, n, telling, bool_or(telling) OVER (PARTITION BY n) AS any_telling
                FROM organizations o, unnest(o.languages) language, unnest(_words) WITH ORDINALITY AS asked (words, n),
                     unnest(tsvector_to_array(to_tsvector(language::regconfig, words))) lexeme,
                     LATERAL (SELECT lexeme <> ALL (o.common_lexemes) AS telling) _
                WHERE o.id = _organization
            ) every WHERE telling OR NOT any_telling GROUP BY lexeme
        ) parted GROUP BY wordings
    LOOP
        _parts := _parts + 1;
        _queries := _queries || (SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery FROM unnest(_part.lexemes) lexeme);
        _lexemes := _lexemes || array_to_tsvector(_part.lexemes);
        _columns := _columns || format('ts_rank(tsv, $2[%1$s], 1) * %2$s AS part_%1$s', _parts, cardinality(_part.lexemes));
        FOREACH _n IN ARRAY _part.wordings LOOP
            _rank[_n] := _rank[_n] || format(' + part_%s', _parts);
            _found[_n] := _found[_n] || format(' + length(tsv) - length(ts_delete(tsv, tsvector_to_array($3[%s])))', _parts);
            _asked[_n] := _asked[_n] + cardinality(_part.lexemes);
        END LOOP;
    END LOOP;

    FOR _n IN 1 .. cardinality(_words) LOOP
        _found[_n] := format('(%s)::float8 / nullif(%s, 0)', _found[_n], _asked[_n]);
        _nearest := _nearest || format('embedding::halfvec(%1$s) <=> $4[%2$s]::halfvec(%1$s)', _dimensions, _n);
        IF NOT _large THEN
            _columns := _columns || format('CASE WHEN NOT waiting THEN %s END AS distance_%s', _nearest[_n], _n);
        END IF;
        -- A passage that waits for its vector is ranked by its words twice, or those that have one would hide it.
        _rankings := _rankings || format($ranking$
            SELECT id, $5[%1$s] / (60 + row_number() OVER (ORDER BY distance, id)) AS score FROM (%2$s) nearest
            UNION ALL
            SELECT id, ($6[%1$s] + CASE WHEN waiting AND $4[%1$s] IS NOT NULL THEN $5[%1$s] ELSE 0 END)
                       / (60 + row_number() OVER (ORDER BY rank DESC, id))
            FROM (SELECT id, waiting, %3$s AS rank FROM looked WHERE %3$s > 0 ORDER BY rank DESC, id LIMIT $7) likest
        $ranking$, _n, format(CASE WHEN _large THEN
            'SELECT id, %2$s AS distance FROM passages'
            ' WHERE %3$s AND embedding_model = %4$L AND $4[%1$s] IS NOT NULL ORDER BY distance LIMIT $7'
        ELSE
            'SELECT id, distance_%1$s AS distance FROM looked WHERE distance_%1$s IS NOT NULL ORDER BY distance, id LIMIT $7'
        END, _n, _nearest[_n], _theirs, _model), _rank[_n]);
    END LOOP;

    RETURN QUERY EXECUTE format($query$
        WITH looked AS MATERIALIZED (
            SELECT id, waiting, %2$s
            FROM (
                SELECT id, tsv, embedding, embedding_model IS DISTINCT FROM %1$L AS waiting FROM passages WHERE %3$s
            ) theirs
        ), best AS (
            SELECT id, sum(score) AS score FROM (%4$s) rankings GROUP BY id ORDER BY sum(score) DESC, id LIMIT $8
        )
        SELECT id, best.score, CASE WHEN embedding_model = %1$L THEN 1 - least(%5$s) END, coalesce(greatest(%6$s), 0)
        FROM best JOIN passages USING (id)
    $query$, _model, array_to_string(_columns, ', '), _theirs || CASE WHEN _large THEN ' AND tsv @@ $9' ELSE ' OFFSET 0' END,
        array_to_string(_rankings, ' UNION ALL '), array_to_string(_nearest, ', '), array_to_string(_found, ', '))
    USING _collections, _queries, _lexemes, _vectors, _vector_weights, _text_weights, _candidates, _limit,
        array_to_string(_queries, ' | ')::tsquery;
END $$
"""

ONE_BY_ONE = "search_passages(uuid, uuid[], text, halfvec, text, float8, float8, int)"
ONE_WORDING = f"""
CREATE FUNCTION search_passages(
    _organization uuid, _collections uuid[], _words text, _vector halfvec, _model text,
    _vector_weight float8, _text_weight float8, _candidates int
) RETURNS TABLE (passage_id uuid, score float8, nearness float8, shared float8)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
    _lexemes text[];
    _query tsquery;
BEGIN
    IF NOT coalesce({SETTING} = 'everywhere'
                    OR _organization = ANY (nullif(nullif({SETTING}, 'everywhere'), '')::uuid[]), false) THEN
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
               coalesce($5 / (60 + CASE WHEN p.embedding_model = %3$L OR $1 IS NULL THEN m.place ELSE w.place END), 0)
                   + coalesce($6 / (60 + w.place), 0),
               CASE WHEN p.embedding_model = %3$L THEN 1 - (p.embedding::halfvec(%1$s) <=> $1::halfvec(%1$s)) END,
               coalesce((length(p.tsv) - length(ts_delete(p.tsv, $7)))::float8 / nullif(cardinality($7), 0), 0)
        FROM by_meaning m FULL JOIN by_words w USING (id) JOIN passages p USING (id)
    $query$, coalesce(vector_dims(_vector), 1), _organization, _model)
    USING _vector, _collections, _query, _candidates, _vector_weight, _text_weight, _lexemes;
END $$
"""
