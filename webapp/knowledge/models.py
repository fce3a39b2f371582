"""What an organization knows: collections of documents, their versions, and the passages that are searched."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import ARRAY, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from webapp.accounts.models import Person
from webapp.extensions import Base
from webapp.organizations.models import Organization
from webapp.records import Id, Now, Time, owner


class Collection(Base):
    """Documents that belong together; an assistant searches the collections it was given."""

    __tablename__ = "collections"
    __table_args__ = (UniqueConstraint("organization_id", "name"),)

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner()
    name: Mapped[str] = mapped_column(String(120))
    published: Mapped[bool] = mapped_column(default=False, server_default="false", doc="anyone may read it whole")
    created_at: Mapped[Now]

    organization: Mapped[Organization] = relationship()


class Document(Base):
    """A document is known by its name within its collection; the same name again is a new version."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("collection_id", "name"),)

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner()
    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(300))
    position: Mapped[int | None] = mapped_column(doc="its place in the book; without one it comes after, by its name")
    created_at: Mapped[Now]

    collection: Mapped[Collection] = relationship()
    versions: Mapped[list["Version"]] = relationship(
        back_populates="document", order_by="Version.number", passive_deletes=True
    )


class ReadingPlace(Base):
    """Where a person was in a book: a chapter, and a position in its text."""

    __tablename__ = "reading_places"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    collection_id: Mapped[UUID] = mapped_column(
        ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    organization_id: Mapped[UUID] = owner()
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    start: Mapped[int]
    read_at: Mapped[Now]


class State(StrEnum):
    """How far a version is. Only a complete one is searchable."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETE = "complete"
    REPLACED = "replaced"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """What the worker is doing with a version that is being processed."""

    READING = "reading"
    SPLITTING = "splitting"
    EMBEDDING = "embedding"
    STORING = "storing"


class Version(Base):
    """One upload of a document, with what was read out of it."""

    __tablename__ = "document_versions"
    __table_args__ = (UniqueConstraint("document_id", "number"), Index("ix_versions_unfinished", "state"))

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner()
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=State.PENDING)
    stage: Mapped[str | None]
    error: Mapped[str | None] = mapped_column(doc="a sentence for the document's row")
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    claim: Mapped[UUID | None] = mapped_column(doc="the run that may write; a later claim takes it away")
    heartbeat_at: Mapped[Time | None]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    byte_count: Mapped[int]
    title: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(doc="a PostgreSQL text search configuration")
    passage_count: Mapped[int] = mapped_column(default=0)
    uploaded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[Now]
    finished_at: Mapped[Time | None]
    blocks: Mapped[list[Any] | None] = deferred(mapped_column(JSONB(none_as_null=True)))

    document: Mapped[Document] = relationship(back_populates="versions")
    uploaded_by: Mapped[Person | None] = relationship()

    @property
    def unfinished(self) -> bool:
        """Tell whether a worker has this version still to do."""
        return self.state in {State.PENDING, State.PROCESSING}


class FilePart(Base):
    """One megabyte of a version's original file."""

    __tablename__ = "file_parts"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("document_versions.id", ondelete="CASCADE"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = owner()
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Passage(Base):
    """One embedded piece of a document: `blocks` text from `start` to `end`, in code points."""

    __tablename__ = "passages"
    __table_args__ = (
        UniqueConstraint("version_id", "ordinal"),
        Index("ix_passages_organization_model", "organization_id", "embedding_model"),
        Index("ix_passages_tsv", "tsv", postgresql_using="gin"),
        Index("ix_passages_document_id", "document_id"),
    )

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner(index=False)
    collection_id: Mapped[UUID] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("document_versions.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    text: Mapped[str]
    heading_path: Mapped[list[str]] = mapped_column(ARRAY(Text))
    page: Mapped[int | None] = mapped_column(doc="the physical page, from 1")
    page_label: Mapped[str | None] = mapped_column(doc="the page number as printed")
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(16), doc="of what is searched, to embed only once")
    searchable: Mapped[bool] = mapped_column(default=True, doc="false where a newer version took its place")
    language: Mapped[str]
    tsv: Mapped[Any] = deferred(mapped_column(TSVECTOR))
    embedding_model: Mapped[str | None]
    embedding: Mapped[Any | None] = deferred(mapped_column(HALFVEC))

    document: Mapped[Document] = relationship()
    version: Mapped[Version] = relationship()
