"""An organization goes with everything that is its own; a receipt says how much that was."""

from uuid import UUID

from blinker import Namespace
from sqlalchemy import delete, func, select

from webapp.accounts import sessions
from webapp.accounts.models import Person
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.extensions import Base, db
from webapp.organizations import members
from webapp.organizations.models import Organization, Receipt

organization_deleting = Namespace().signal(
    "organization-deleting", doc="Sent with an organization that is about to be gone."
)


def delete_organization(organization: Organization, by: Person) -> Receipt:
    """Remove an organization and every row that belongs to it. Its people keep their accounts and their sessions."""
    receipt = Receipt(
        name=organization.name, slug=organization.slug, person_id=by.id, person=by.name, counts=_counts(organization)
    )
    organization_deleting.send(organization)
    for membership in members.members(organization):
        sessions.reopen(membership.person)
    db.session.add(receipt)
    db.session.flush()
    note(
        Action.ORGANIZATION_DELETED,
        None,
        by=by,
        subject=organization.name,
        subject_id=organization.id,
        slug=organization.slug,
    )
    db.session.execute(delete(Organization).where(Organization.id == organization.id))
    db.session.expunge(organization)
    return receipt


def _counts(organization: Organization) -> dict[str, int]:
    """Return how many rows each table holds for the organization; of those with none, nothing."""
    counted = {
        table.name: select(func.count()).select_from(table).where(table.c.organization_id == organization.id)
        for table in Base.metadata.sorted_tables
        if "organization_id" in table.c
    }
    found = db.session.execute(select(*(each.scalar_subquery().label(name) for name, each in counted.items()))).one()
    return {name: count for name, count in found._mapping.items() if count}  # noqa: SLF001  SQLAlchemy's public name.


def receipt_for(id_: UUID, person: Person) -> Receipt | None:
    """Return a receipt, to whoever deleted and to super admins."""
    wanted = select(Receipt).where(Receipt.id == id_)
    if not person.super_admin:
        wanted = wanted.where(Receipt.person_id == person.id)
    return db.session.scalar(wanted)


def receipts() -> list[Receipt]:
    """Return all receipts, newest first."""
    return list(db.session.scalars(select(Receipt).order_by(Receipt.created_at.desc())))


def in_words(receipt: Receipt) -> list[tuple[str, int]]:
    """Return what was deleted: what it is called, and how many; a table without a name here by its own."""
    return [(_WORDS.get(name, name.replace("_", " ").capitalize()), count) for name, count in receipt.counts.items()]


_WORDS = {
    "assistant_collections": "Collections of assistants",
    "audit_entries": "Entries of its audit",
    "document_versions": "Versions of documents",
    "feedback": "Thumbs for answers",
    "file_parts": "Parts of files, 1 MB each at most",
    "gap_questions": "Questions without an answer",
    "gaps": "Gaps",
    "probe_runs": "Runs of probes",
}
