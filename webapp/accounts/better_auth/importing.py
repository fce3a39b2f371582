"""Bringing people over from Better Auth: accounts, passwords, backgrounds and outside identities.

Sessions and verifications stay behind: everybody signs in once more. What is here already is never overwritten, so
that doing it twice changes nothing.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from webapp import tenancy
from webapp.accounts.better_auth import dumps, newcomers
from webapp.accounts.better_auth.dumps import Row
from webapp.accounts.better_auth.newcomers import Broken, Newcomer
from webapp.accounts.models import Identity, Person
from webapp.extensions import db


class NoSuchOrganization(Exception):
    """No organization has this slug."""


@dataclass(slots=True)
class Summary:
    """What was brought over, counted, and whom it was not."""

    counts: Counter[str] = field(default_factory=Counter)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)


def bring_over(
    dump: Path, *, organization: str | None = None, issuers: Mapping[str, str] | None = None, rehearse: bool = False
) -> Summary:
    """Bring everybody of a dump over, in one transaction; with `rehearse` it is rolled back in the end.

    `issuers` names the issuer of a provider where the dump does not. Raises dumps.Unreadable, NoSuchOrganization.
    """
    found = dumps.read(dump, ("user", "account", "session", "verification"))
    if not found["user"]:
        raise dumps.Unreadable("There is nobody in this dump: it has no rows of a table “user”.")
    summary = Summary()
    summary.counts["sessions"], summary.counts["verifications"] = len(found["session"]), len(found["verification"])
    theirs: dict[str, list[Row]] = {}
    for account in found["account"]:
        theirs.setdefault(str(account.get("userid")), []).append(account)
    with tenancy.everywhere():
        home = _organization(organization) if organization else None
        for user in found["user"]:
            _bring(user, theirs.get(str(user.get("id")), []), home, newcomers.ISSUERS | dict(issuers or {}), summary)
        if rehearse:
            db.session.rollback()
        else:
            db.session.commit()
    return summary


def _organization(slug: str) -> UUID:
    found = db.session.scalar(text("SELECT id FROM organizations WHERE slug = :slug"), {"slug": slug})
    if found is None:
        raise NoSuchOrganization(slug)
    return found  # type: ignore[no-any-return]


def _bring(user: Row, accounts: list[Row], home: UUID | None, issuers: Mapping[str, str], summary: Summary) -> None:
    try:
        newcomer = newcomers.newcomer(user, accounts, issuers)
        with db.session.begin_nested():
            counts = _store(newcomer, home)
        summary.counts.update(counts)
        if counts["unproven"]:
            summary.unproven.append(newcomer.person["email"])
    except Broken as reason:
        summary.skipped.append((_called(user), str(reason)))
    except DBAPIError as error:
        summary.skipped.append((_called(user), f"the database refuses it: {type(error.orig).__name__}"))


def _called(user: Row) -> str:
    return str(user.get("email") or user.get("id") or "somebody without an address")


def _store(newcomer: Newcomer, home: UUID | None) -> Counter[str]:
    """Make the account, unless its address has one, and give it what it lacks. Return what that was."""
    counts: Counter[str] = Counter()
    found = select(Person.id, Person.email_verified_at).where(Person.email == newcomer.person["email"])
    known = db.session.execute(found).one_or_none()
    if known is None:
        db.session.execute(insert(Person).values(newcomer.person))
        counts["people"] += 1
        counts["passwords"] += bool(newcomer.person["password_hash"])
    else:
        counts["known"] += 1
    id_ = known.id if known else newcomer.person["id"]
    for issuer, subject in newcomer.identities:
        made = _link(id_, issuer, subject, newcomer)
        counts["identities"] += made
        counts["unproven"] += bool(made and known and not known.email_verified_at)
    if home:
        counts["members"] += _admit(id_, home)
    return counts


def _link(person_id: UUID, issuer: str, subject: str, newcomer: Newcomer) -> bool:
    """Link an identity, unless it is linked already. Raises Broken where that is to somebody else."""
    made = db.session.scalar(
        insert(Identity)
        .values(
            person_id=person_id,
            issuer=issuer,
            subject=subject,
            email=newcomer.person["email"],
            email_verified=newcomer.verified,
        )
        .on_conflict_do_nothing(index_elements=["issuer", "subject"])
        .returning(Identity.id)
    )
    if made is None:
        its = (Identity.issuer == issuer) & (Identity.subject == subject)
        if db.session.scalar(select(Identity.person_id).where(its)) != person_id:
            raise Broken("has an outside identity that belongs to somebody else here")
    return made is not None


def _admit(person_id: UUID, organization_id: UUID) -> bool:
    made = db.session.execute(
        text(
            "INSERT INTO memberships (organization_id, person_id, role) VALUES (:organization, :person, 'member')"
            " ON CONFLICT DO NOTHING RETURNING person_id"
        ),
        {"organization": organization_id, "person": person_id},
    )
    return made.first() is not None
