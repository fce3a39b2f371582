"""The whole deployment, as those see it who run it: organizations, people, and what happened day by day.

Knowledge and conversations stand above this domain, so they are counted by their tables.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, func, or_, select, text, update

from webapp import tenancy
from webapp.accounts import cookies, letters, second_factor, sessions
from webapp.accounts.cookies import SESSION_COOKIE
from webapp.accounts.models import Person, SecondFactor, Session
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.extensions import db
from webapp.organizations import founding, members
from webapp.organizations.models import INTRUDERS, Membership, Organization, Role

DAYS = 30
PER_PAGE = 50


class LastSuperAdmin(Exception):
    """Nobody would be left to run the deployment."""


@dataclass(frozen=True, slots=True)
class Figures:
    """An organization, and how much there is of it."""

    id: UUID
    name: str
    slug: str
    logo_version: str | None
    created_at: datetime
    people: int
    assistants: int
    documents: int
    passages: int
    conversations: int
    questions: int


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as the deployment sees them: where they are in, when they last signed in, whether it takes a code."""

    person: Person
    memberships: list[Membership]
    last_session_at: datetime | None
    second_factor: bool


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day, in UTC."""

    day: date
    questions: int
    failed: int
    conversations: int
    visitors: int
    documents: int
    people: int


def organizations() -> list[Figures]:
    """Return every organization with its figures, by name; questions are those of the last 30 days."""
    with tenancy.everywhere():
        return [Figures(**row) for row in db.session.execute(_FIGURES, {"days": DAYS}).mappings()]


_FIGURES = text("""
    SELECT o.id, o.name, o.slug, o.logo_version, o.created_at,
           (SELECT count(*) FROM memberships WHERE organization_id = o.id) AS people,
           (SELECT count(*) FROM assistants WHERE organization_id = o.id) AS assistants,
           (SELECT count(*) FROM documents WHERE organization_id = o.id) AS documents,
           (SELECT count(*) FROM passages WHERE organization_id = o.id AND searchable) AS passages,
           (SELECT count(*) FROM conversations WHERE organization_id = o.id) AS conversations,
           (SELECT count(*) FROM messages WHERE organization_id = o.id AND role = 'question'
              AND created_at > now() - make_interval(days => :days)) AS questions
    FROM organizations o ORDER BY o.name, o.id
""")


def days() -> list[Day]:
    """Return the last 30 days of the whole deployment, today last."""
    with tenancy.everywhere():
        return [Day(**row) for row in db.session.execute(_DAYS, {"days": DAYS}).mappings()]


# Days are UTC's, whatever zone the database is set to.
_DAYS = text("""
    WITH d AS (
        SELECT (now() AT TIME ZONE 'UTC')::date - n AS day FROM generate_series(0, CAST(:days AS int) - 1) n
    ), since AS (SELECT min(day)::timestamp AT TIME ZONE 'UTC' AS at FROM d),
    q AS (
        SELECT (m.created_at AT TIME ZONE 'UTC')::date AS day, count(*) FILTER (WHERE m.role = 'question') AS questions,
               count(*) FILTER (WHERE m.role = 'answer' AND m.state = 'failed') AS failed,
               count(DISTINCT coalesce(c.person_id, c.guest_id)) AS visitors
        FROM messages m JOIN conversations c ON c.id = m.conversation_id, since
        WHERE m.created_at >= since.at GROUP BY 1
    ), c AS (
        SELECT (created_at AT TIME ZONE 'UTC')::date AS day, count(*) AS conversations
        FROM conversations, since WHERE created_at >= since.at GROUP BY 1
    ), v AS (
        SELECT (finished_at AT TIME ZONE 'UTC')::date AS day, count(*) AS documents
        FROM document_versions, since
        WHERE finished_at >= since.at AND state IN ('complete', 'replaced') GROUP BY 1
    ), p AS (
        SELECT (created_at AT TIME ZONE 'UTC')::date AS day, count(*) AS people
        FROM people, since WHERE created_at >= since.at GROUP BY 1
    )
    SELECT d.day, coalesce(q.questions, 0) AS questions, coalesce(q.failed, 0) AS failed,
           coalesce(c.conversations, 0) AS conversations, coalesce(q.visitors, 0) AS visitors,
           coalesce(v.documents, 0) AS documents, coalesce(p.people, 0) AS people
    FROM d LEFT JOIN q USING (day) LEFT JOIN c USING (day) LEFT JOIN v USING (day) LEFT JOIN p USING (day)
    ORDER BY d.day
""")


def found_organization(name: str, slug: str, email: str, by: Person) -> str:
    """Make an organization and let somebody run it: whoever has an account with this address at once, anybody else by
    an invitation, whose token is returned. Raises SlugTaken, or IntegrityError at the same time."""
    with tenancy.everywhere():
        organization = founding.found(name, slug, by)
        person = db.session.scalar(select(Person).where(Person.email == email))
        if person is None:
            return members.invite(organization, email, Role.ADMIN, by)
        db.session.add(Membership(organization_id=organization.id, person_id=person.id, role=Role.ADMIN))
        db.session.flush()
        note(Action.ROLE_CHANGED, organization.id, by=by, subject=email, subject_id=person.id, after=Role.ADMIN)
    return ""


def people(query: str, number: int) -> tuple[list[Someone], bool]:
    """Return a page of the people whose name or address has these words, by name, and whether there are more."""
    with tenancy.everywhere():
        last = select(func.max(Session.created_at)).where(Session.person_id == Person.id).scalar_subquery()
        code = exists().where(SecondFactor.person_id == Person.id, SecondFactor.confirmed_at.is_not(None))
        wanted = select(Person, last, code).where(~Person.email.endswith(INTRUDERS))
        wanted = wanted.order_by(func.lower(Person.name), Person.id)
        if query:
            places = (Person.name, Person.email)
            wanted = wanted.where(or_(*(place.icontains(query, autoescape=True) for place in places)))
        found = db.session.execute(wanted.offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)).all()
        theirs = _memberships([person.id for person, *_ in found])
    shown = [Someone(person, theirs.get(person.id, []), at, code) for person, at, code in found[:PER_PAGE]]
    return shown, len(found) > PER_PAGE


def _memberships(people: list[UUID]) -> dict[UUID, list[Membership]]:
    found: dict[UUID, list[Membership]] = {}
    joined = select(Membership, Organization).join(Membership.organization).where(Membership.person_id.in_(people))
    for membership, _ in db.session.execute(joined.order_by(Organization.name)):
        found.setdefault(membership.person_id, []).append(membership)
    return found


def person(id_: UUID) -> Person | None:
    """Return anybody with an account."""
    return db.session.get(Person, id_)


def let_run(person: Person, by: Person, *, super_admin: bool) -> None:
    """Let somebody run the deployment, or no longer. Raises LastSuperAdmin."""
    if super_admin == person.super_admin:
        return
    if not super_admin:
        _keep_a_super_admin(person)
        db.session.execute(update(Session).where(Session.person_id == person.id).values(acting_for_id=None))
    person.super_admin = super_admin
    before, after = ("person", "super admin") if super_admin else ("super admin", "person")
    note(Action.ROLE_CHANGED, None, by=by, subject=person.email, subject_id=person.id, before=before, after=after)
    sessions.reopen(person)


def _keep_a_super_admin(person: Person) -> None:
    """Raise LastSuperAdmin if this is the only one. Two who step down at the same time wait for each other here."""
    running = select(Person.id).where(Person.super_admin).order_by(Person.id).with_for_update()
    if set(db.session.scalars(running)) <= {person.id}:
        raise LastSuperAdmin


def end_sessions(person: Person, by: Person) -> int:
    """Sign somebody out everywhere, but for the browser that asks, and return how many browsers that were."""
    count = sessions.end_others(person)
    note(Action.SESSION_ENDED, None, by=by, subject=person.email, subject_id=person.id, count=count)
    return count


def take_second_factor(person: Person, by: Person) -> bool:
    """Let somebody who lost their app and their codes sign in with the password alone, tell them so, and sign them out
    everywhere else. Return whether they had a second factor."""
    if not second_factor.forget(person):
        return False
    note(Action.SECOND_FACTOR_REMOVED, None, by=by, subject=person.email, subject_id=person.id, kind="app")
    end_sessions(person, by)
    letters.second_factor_taken(person)
    return True


def act_for(organization: Organization | None) -> None:
    """Let this browser act for an organization, or for none any more."""
    db.session.execute(
        update(Session)
        .where(Session.token_hash == cookies.sent(SESSION_COOKIE))
        .values(acting_for_id=organization.id if organization else None)
    )
