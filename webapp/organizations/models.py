"""The tenant, who is in it, what it looks like, and what is left to say of it once it is gone."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, LargeBinary, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.models import Person
from webapp.extensions import Base
from webapp.records import Id, Now, Time, owner

INTRUDERS = "@probes.invalid"
"""What the addresses end in of those who are there for a moment only, to try what they can reach."""


class Role(StrEnum):
    ADMIN = "admin"
    MEMBER = "member"


class Organization(Base):
    """A tenant: a publisher, a dealership, a shop, a clinic. Nothing of it is seen from another."""

    __tablename__ = "organizations"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    common_lexemes: Mapped[list[str]] = mapped_column(
        ARRAY(Text),
        default=list,
        server_default="{}",
        deferred=True,
        doc="words in over 20 % of its passages, left out of a search",
    )
    languages: Mapped[list[str]] = mapped_column(
        ARRAY(Text),
        default=list,
        server_default="{english}",
        deferred=True,
        doc="text search configurations of its passages",
    )
    passage_count: Mapped[int] = mapped_column(
        default=0, server_default="0", deferred=True, doc="how many can be found, when its words were last weighed"
    )
    accent: Mapped[str | None] = mapped_column(String(7), doc="a colour of its own, `#rrggbb`, as it was chosen")
    logo_version: Mapped[str | None] = mapped_column(String(12), doc="of the logo's content; none where there is none")
    created_at: Mapped[Now]


class Membership(Base):
    """A person's place in an organization."""

    __tablename__ = "memberships"

    organization_id: Mapped[UUID] = owner(index=False, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(default=Role.MEMBER)
    created_at: Mapped[Now]

    organization: Mapped[Organization] = relationship()
    person: Mapped[Person] = relationship()


class Invitation(Base):
    """A link that lets somebody into an organization, once. Whoever holds it may use it, whatever their address."""

    __tablename__ = "invitations"

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner()
    email: Mapped[str] = mapped_column(String(320), doc="whom it was meant for")
    role: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    mail_token_hash: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), unique=True, doc="of the link that went to the address alone; who opens it, reads mail there"
    )
    inviter_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[Now]
    expires_at: Mapped[Time]
    accepted_at: Mapped[Time | None]
    revoked_at: Mapped[Time | None]

    organization: Mapped[Organization] = relationship()


class Logo(Base):
    """An organization's picture, as it was sent."""

    __tablename__ = "logos"

    organization_id: Mapped[UUID] = owner(index=False, primary_key=True)
    media_type: Mapped[str] = mapped_column(String(20))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Receipt(Base):
    """What was deleted with an organization: rows by table. It belongs to the deployment and to whoever deleted it."""

    __tablename__ = "receipts"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    slug: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    person: Mapped[str] = mapped_column(String(120), doc="the name then")
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[Now]
