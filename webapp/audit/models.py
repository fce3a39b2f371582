"""What is kept of a deed. Names are copied, so that an entry outlives whom and what it tells of."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import Base
from webapp.records import Id, Now


class Action(StrEnum):
    """What can have been done, as `subject.verb`."""

    SESSION_STARTED = "session.started"
    SESSION_REFUSED = "session.refused"
    SESSION_ENDED = "session.ended"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105  The name of a deed.
    PASSWORD_RESET = "password.reset"  # noqa: S105
    EMAIL_CHANGED = "email.changed"
    IDENTITY_LINKED = "identity.linked"
    IDENTITY_UNLINKED = "identity.unlinked"
    SECOND_FACTOR_ADDED = "second_factor.added"
    SECOND_FACTOR_REMOVED = "second_factor.removed"
    ACCOUNT_DELETED = "account.deleted"
    ROLE_CHANGED = "membership.role_changed"
    MEMBER_REMOVED = "membership.removed"
    MEMBER_LEFT = "membership.left"
    INVITATION_SENT = "invitation.sent"
    INVITATION_REVOKED = "invitation.revoked"
    INVITATION_ACCEPTED = "invitation.accepted"
    DOCUMENT_UPLOADED = "document.uploaded"
    DOCUMENT_READ_AGAIN = "document.read_again"
    DOCUMENT_DELETED = "document.deleted"
    COLLECTION_RENAMED = "collection.renamed"
    COLLECTION_PUBLISHED = "collection.published"
    COLLECTION_WITHDRAWN = "collection.withdrawn"
    ASSISTANT_CREATED = "assistant.created"
    ASSISTANT_CHANGED = "assistant.changed"
    ASSISTANT_DELETED = "assistant.deleted"
    SCENARIO_CREATED = "scenario.created"
    SCENARIO_CHANGED = "scenario.changed"
    SCENARIO_DELETED = "scenario.deleted"
    ORGANIZATION_CREATED = "organization.created"
    ORGANIZATION_CHANGED = "organization.changed"
    ORGANIZATION_DELETED = "organization.deleted"
    CONVERSATION_SHARED = "conversation.shared"
    SHARE_TAKEN_BACK = "share.taken_back"
    REPORT_RESOLVED = "report.resolved"
    GAP_SETTLED = "gap.settled"
    CHECK_RULED = "check.ruled"
    PROBES_RUN = "probes.run"


class Entry(Base):
    """One deed. Without an organization it belongs to the deployment, and only super admins see it."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_organization_id_created_at", "organization_id", "created_at"),)

    id: Mapped[Id]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"))
    action: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    actor: Mapped[str] = mapped_column(String(120), doc="the person's name then; empty for the deployment itself")
    subject: Mapped[str] = mapped_column(String(320), doc="what it was done to: a name, an address, a title")
    subject_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    address: Mapped[str] = mapped_column(String(45), default="")
    created_at: Mapped[Now]
