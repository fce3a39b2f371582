"""Taking a version in: bytes → blocks → passages → rows.

The worker owns this story and its transactions, because it lasts. A run claims its version with a token and beats
while it works; whoever claims later, after the beats have stopped, takes the version over, and the slow run that
wakes up again finds its claim gone and writes nothing. One transaction at the end makes the new version searchable
and the old one not, so no reader ever sees half of either.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import Text, cast, column, delete, exists, func, or_, select, table, text, update

from webapp import jobs
from webapp.ai.errors import ProviderError
from webapp.extensions import db, embedder
from webapp.knowledge import files
from webapp.knowledge.extraction import Extract, Unreadable, extract
from webapp.knowledge.models import Document, FilePart, Passage, Stage, State, Version
from webapp.knowledge.retrieval import literal
from webapp.knowledge.splitting import Piece, split
from webapp.records import now, uuid7

log = structlog.get_logger()

BATCH = 32
TIMEOUT = 3600
BEAT = 2.0
DEAD_AFTER = timedelta(seconds=30)
BROKEN = "Something broke on our side while this document was being read. It was written down; try again."
SAMPLE, COMMON_SHARE, COMMON_FROM = 2000, 0.2, 1000


class ClaimLost(Exception):
    """The version was cancelled, deleted, replaced, or taken over by another run."""


def ingest(version_id: UUID, *, embed: bool = True, last_attempt: bool = True) -> None:
    """Take one version in. Harmless when it is finished already, or another run has it in hand.

    Without `embed` it becomes searchable by its words at once, and `embed_missing` gives it vectors later. Raises
    ProviderError, having given the version back, when another attempt may help and there is to be one.
    """
    run = Run.claim(version_id)
    if run is None:
        return
    try:
        _take_in(run, embed=embed)
    except ClaimLost:
        log.info("ingestion_given_up", version=str(version_id))
        db.session.rollback()
    except Unreadable as reason:
        run.fail(str(reason))
    except ProviderError as trouble:
        if not trouble.permanent and not last_attempt:
            run.give_back()
            raise
        run.fail(trouble.sentence)
    except Exception:
        run.fail(BROKEN)
        log.exception("ingestion_broken", version=str(version_id))


def _take_in(run: "Run", *, embed: bool) -> None:
    document = run.begin(Stage.READING)
    extracted = extract(run.file(), document.name, run.progress)
    run.begin(Stage.SPLITTING)
    title, pieces = searched_pieces(extracted, document.name)
    vectors: list[str | None] = [None] * len(pieces)
    if embed:
        run.begin(Stage.EMBEDDING, total=len(pieces))
        vectors = _embed(run, [searched for _piece, searched in pieces])
    run.begin(Stage.STORING)
    _store(run, extracted, title, [(*each, vector) for each, vector in zip(pieces, vectors, strict=True)])


def searched_pieces(extracted: Extract, name: str) -> tuple[str, list[tuple[Piece, str]]]:
    """Return the title of a document that is called `name`, and its pieces, each with what is searched of it."""
    title = extracted.title or name.rpartition(".")[0] or name
    return title, [(piece, indexed(title, piece.heading_path, piece.text)) for piece in split(extracted)]


def indexed(title: str, heading_path: Sequence[str], words: str) -> str:
    """Return what is searched of a passage: its document's title and its headings stand in front of it."""
    headings = heading_path if heading_path[:1] == [title] or heading_path[:1] == (title,) else (title, *heading_path)
    return "\n".join((" › ".join(headings), words))


def fingerprint(searched: str) -> bytes:
    """Return what tells whether a text was embedded before. A new title makes every passage a new text."""
    return blake2b(searched.encode(), digest_size=16).digest()


class Run:
    """One worker's claim on a version."""

    def __init__(self, version: Version, token: UUID) -> None:
        self.version_id, self.document_id, self.organization_id = (
            version.id,
            version.document_id,
            version.organization_id,
        )
        self.token = token
        self._beaten = 0.0

    @classmethod
    def claim(cls, version_id: UUID) -> "Run | None":
        """Take a version in hand, unless it is finished, gone, or in the hands of a run that is alive."""
        token = uuid4()
        stale = or_(Version.heartbeat_at.is_(None), Version.heartbeat_at < now() - DEAD_AFTER)
        version = db.session.scalar(
            update(Version)
            .where(
                Version.id == version_id,
                or_(Version.state == State.PENDING, (Version.state == State.PROCESSING) & stale),
            )
            .values(state=State.PROCESSING, claim=token, heartbeat_at=now(), error=None, finished_at=None)
            .returning(Version)
        )
        db.session.commit()
        return cls(version, token) if version else None

    def begin(self, stage: Stage, total: int = 0) -> Document:
        """Say which stage begins, and return the document."""
        self._note(stage=stage, progress_done=0, progress_total=total)
        return db.session.get_one(Document, self.document_id)

    def progress(self, done: int, total: int) -> None:
        """Say how far the stage is, and that this run is alive; at most every two seconds. Raises ClaimLost."""
        if time.monotonic() - self._beaten > BEAT or done == total:
            self._note(progress_done=done, progress_total=total)

    def file(self) -> bytes:
        """Return the original."""
        data = files.content(db.session.get_one(Version, self.version_id))
        db.session.commit()
        return data

    def hold(self) -> None:
        """Lock the version until the transaction ends. Raises ClaimLost."""
        held = db.session.scalar(select(Version.id).where(*self._mine()).with_for_update())
        if held is None:
            raise ClaimLost

    def fail(self, sentence: str) -> None:
        """End in a sentence for the document's row."""
        db.session.rollback()
        db.session.execute(
            update(Version)
            .where(*self._mine())
            .values(state=State.FAILED, stage=None, error=sentence, claim=None, finished_at=now())
        )
        db.session.commit()

    def give_back(self) -> None:
        """Leave the version for another attempt."""
        db.session.rollback()
        db.session.execute(update(Version).where(*self._mine()).values(state=State.PENDING, stage=None, claim=None))
        db.session.commit()

    def _mine(self) -> tuple[Any, ...]:
        return Version.id == self.version_id, Version.claim == self.token, Version.state == State.PROCESSING

    def _note(self, **values: Any) -> None:
        kept = db.session.execute(
            update(Version).where(*self._mine()).values(heartbeat_at=now(), **values).returning(Version.id)
        ).first()
        db.session.commit()
        self._beaten = time.monotonic()
        if kept is None:
            raise ClaimLost


def _embed(run: Run, texts: Sequence[str]) -> list[str | None]:
    """Return a vector for each text: those that are known already, and the rest in batches."""
    model = embedder()
    known = _known_vectors(run, model.name)
    vectors = [known.get(fingerprint(words)) for words in texts]
    missing = [place for place, vector in enumerate(vectors) if vector is None]
    run.progress(len(texts) - len(missing), len(texts))
    for start in range(0, len(missing), BATCH):
        places = missing[start : start + BATCH]
        for place, vector in zip(places, model.embed([texts[place] for place in places]), strict=True):
            vectors[place] = literal(vector)
        run.progress(len(texts) - len(missing) + start + len(places), len(texts))
    return vectors


def _known_vectors(run: Run, model: str) -> dict[bytes, str]:
    """Return the vectors of this document's earlier versions, and of any document with the same bytes."""
    content_hash = select(Version.content_hash).where(Version.id == run.version_id).scalar_subquery()
    rows = db.session.execute(
        select(Passage.fingerprint, cast(Passage.embedding, Text))
        .join(Passage.version)
        .where(
            Passage.organization_id == run.organization_id,
            Passage.embedding_model == model,
            or_(Passage.document_id == run.document_id, Version.content_hash == content_hash),
        )
    ).all()
    db.session.commit()
    return {row[0]: row[1] for row in rows}


def _store(run: Run, extracted: Extract, title: str, passages: Sequence[tuple[Piece, str, str | None]]) -> None:
    """Make the version searchable and the earlier ones not, in one transaction."""
    run.hold()
    document = db.session.get_one(Document, run.document_id)
    _put_aside(document)
    model = embedder().name
    rows = [
        {
            "id": uuid7(),
            "organization_id": run.organization_id,
            "collection_id": document.collection_id,
            "document_id": document.id,
            "version_id": run.version_id,
            "ordinal": piece.ordinal,
            "text": piece.text,
            "heading_path": list(piece.heading_path),
            "page": piece.page,
            "page_label": piece.page_label,
            "start": piece.start,
            "end": piece.end,
            "fingerprint": fingerprint(searched),
            "language": extracted.language,
            "indexed": searched,
            "embedding_model": model if vector else None,
            "embedding": vector,
        }
        for piece, searched, vector in passages
    ]
    if rows:
        db.session.execute(_INSERT, rows)
    db.session.execute(
        update(Version)
        .where(Version.id == run.version_id)
        .values(
            state=State.COMPLETE,
            stage=None,
            claim=None,
            title=title,
            language=extracted.language,
            passage_count=len(rows),
            finished_at=now(),
            blocks=[block.to_json() for block in extracted.blocks],
        )
    )
    weigh_words(run.organization_id)
    db.session.commit()


_INSERT = text("""
    INSERT INTO passages (
        id, organization_id, collection_id, document_id, version_id, ordinal, text, heading_path, page, page_label,
        start, "end", fingerprint, searchable, language, tsv, embedding_model, embedding
    ) VALUES (
        :id, :organization_id, :collection_id, :document_id, :version_id, :ordinal, :text, :heading_path, :page,
        :page_label, :start, :end, :fingerprint, true, CAST(:language AS text),
        to_tsvector(CAST(CAST(:language AS text) AS regconfig), :indexed),
        :embedding_model, CAST(:embedding AS halfvec)
    )
""")


_citations = table("citations", column("passage_id"))
_CITED = exists().where(_citations.c.passage_id == Passage.id)


def _put_aside(document: Document) -> None:
    """Take the earlier versions out of the search. Of what was cited the words stay readable; the rest goes."""
    earlier = Passage.document_id == document.id
    db.session.execute(delete(Passage).where(earlier, ~_CITED))
    db.session.execute(
        update(Passage).where(earlier).values(searchable=False, embedding_model=None, embedding=None, tsv=None)
    )
    settled = Version.document_id == document.id, Version.state != State.PROCESSING
    db.session.execute(delete(Version).where(*settled, ~exists().where(Passage.version_id == Version.id)))
    db.session.execute(update(Version).where(*settled).values(state=State.REPLACED))
    replaced = select(Version.id).where(*settled)
    db.session.execute(delete(FilePart).where(FilePart.version_id.in_(replaced)))


def weigh_words(organization_id: UUID) -> None:
    """Note how many passages the organization has, in which languages, and the words that tell too few of them apart.

    In a small collection no word is too common: it may be what all of it is about. A larger one is sampled.
    """
    db.session.execute(
        _WEIGH,
        {"organization": organization_id, "sample": SAMPLE, "share": COMMON_SHARE, "from": COMMON_FROM},
    )


_WEIGH = text("""
    UPDATE organizations SET
        languages = coalesce(
            (SELECT array_agg(DISTINCT language) FROM passages WHERE organization_id = :organization AND searchable),
            languages
        ),
        common_lexemes = CASE WHEN found.count < :from THEN '{}' ELSE coalesce(
            (SELECT array_agg(word) FROM ts_stat(format(
                'SELECT tsv FROM passages WHERE organization_id = %L AND searchable ORDER BY md5(id::text) LIMIT %s',
                CAST(:organization AS uuid), CAST(:sample AS int)
            )) WHERE ndoc > :share * least(found.count, :sample)), '{}'
        ) END,
        passage_count = found.count
    FROM (SELECT count(*) FROM passages WHERE organization_id = :organization AND searchable) found
    WHERE organizations.id = :organization
""")


def embed_missing(organization_id: UUID) -> int:
    """Give vectors to passages that have none of the model in use, and return to how many.

    After a change of model all of them; until then words alone find them.
    """
    model, count = embedder(), 0
    while True:
        passages = db.session.execute(
            select(Passage.id, Version.title, Passage.heading_path, Passage.text)
            .join(Passage.version)
            .where(
                Passage.organization_id == organization_id,
                Passage.searchable,
                Passage.embedding_model.is_distinct_from(model.name),
            )
            .order_by(Passage.id)
            .limit(BATCH)
        ).all()
        db.session.commit()
        if not passages:
            return count
        vectors = model.embed([indexed(p.title or "", p.heading_path, p.text) for p in passages])
        db.session.execute(
            _GIVE,
            [
                {"id": passage.id, "model": model.name, "vector": literal(vector)}
                for passage, vector in zip(passages, vectors, strict=True)
            ],
        )
        db.session.commit()
        count += len(passages)


def give_known(organization_id: UUID, model: str, vectors: Mapping[bytes, list[float]]) -> None:
    """Give an organization's passages the vectors of this model that are known already, by fingerprint."""
    rows = [
        {"organization": organization_id, "model": model, "fingerprint": key, "vector": literal(vector)}
        for key, vector in vectors.items()
    ]
    db.session.execute(_GIVE_KNOWN, rows)


_GIVE_KNOWN = text("""
    UPDATE passages SET embedding_model = :model, embedding = CAST(:vector AS halfvec)
    WHERE organization_id = :organization AND fingerprint = :fingerprint AND searchable
""")
_GIVE = text("UPDATE passages SET embedding_model = :model, embedding = CAST(:vector AS halfvec) WHERE id = :id")


LARGE = 30_000


def embed_later() -> None:
    """Have a worker embed what has no vector of the model in use; for maintenance, within `everywhere()`."""
    lacking = select(Passage.organization_id).where(
        Passage.searchable, Passage.embedding_model.is_distinct_from(embedder().name)
    )
    for organization_id in db.session.scalars(lacking.distinct()):
        jobs.enqueue("knowledge.embed_missing", organization_id, queue="default", timeout=TIMEOUT, once=True)


def index_large() -> None:
    """Give each organization of so many passages an index of its own; for maintenance, within `everywhere()`."""
    model = embedder()
    counts = (
        select(Passage.organization_id)
        .where(Passage.embedding_model == model.name, Passage.searchable)
        .group_by(Passage.organization_id)
        .having(func.count() > LARGE)
    )
    for organization_id in db.session.scalars(counts).all():
        db.session.execute(select(func.index_large_organization(organization_id, model.name, model.dimensions)))


def lost() -> list[Version]:
    """Return the versions that nobody has in hand although they wait; for maintenance, within `everywhere()`."""
    silent = func.coalesce(Version.heartbeat_at, Version.created_at) < now() - DEAD_AFTER
    return list(db.session.scalars(select(Version).where(Version.state.in_((State.PENDING, State.PROCESSING)), silent)))
