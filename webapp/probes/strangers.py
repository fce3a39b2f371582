"""What the probes need and nobody keeps: intruders of this organization, and another organization to break into.

All of it is made before a run and removed after it. What a process that died left behind goes with the next run, or
with maintenance.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete

from webapp import tenancy
from webapp.accounts.cookies import GUEST_COOKIE, SESSION_COOKIE, digest, new_token
from webapp.accounts.models import Guest, Person, Session
from webapp.assistants.models import Assistant, Audience, Mode
from webapp.chat.models import Citation, Conversation, Message
from webapp.chat.models import Role as Part
from webapp.extensions import db
from webapp.feedback.models import Gap, GapQuestion, Report
from webapp.knowledge.models import Collection, Document, FilePart, Passage, State, Version
from webapp.organizations.models import INTRUDERS, Invitation, Membership, Organization, Role
from webapp.records import now, uuid7
from webapp.scenarios.models import Scenario
from webapp.scorecards.models import Check, Kind, Ruling, Scorecard, Verdict
from webapp.scorecards.models import State as Marking

NO_PASSWORD = "!"  # noqa: S105  It is the hash of nothing.
LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Intruder:
    """Somebody who tries: as what, and with which cookie."""

    role: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Strangers:
    """An organization that is nobody's: its addresses, the ids of everything in it, and a word that stands in all its
    names and texts, and in no address that a page might repeat."""

    organization: str
    assistant: str
    ids: dict[str, list[UUID]]
    canary: str


@contextmanager
def intruders(organization_id: UUID) -> Iterator[list[Intruder]]:
    """Let an admin, a member and a guest of the organization be there for the work inside."""
    with tenancy.everywhere():
        admin, member = (_person(f"Probe, {role}") for role in (Role.ADMIN, Role.MEMBER))
        tokens = [_signed_in(admin), _signed_in(member), new_token()]
        guest = Guest(id=uuid7(), token_hash=digest(tokens[2]))
        for person, role in ((admin, Role.ADMIN), (member, Role.MEMBER)):
            db.session.add(Membership(organization_id=organization_id, person_id=person.id, role=role))
        db.session.add(guest)
        people, guest_id = [admin.id, member.id], guest.id
        db.session.commit()
    try:
        names = (SESSION_COOKIE, SESSION_COOKIE, GUEST_COOKIE)
        yield [
            Intruder(role, f"{name}={token}")
            for role, name, token in zip(("admin", "member", "guest"), names, tokens, strict=True)
        ]
    finally:
        with tenancy.everywhere():
            db.session.rollback()
            db.session.execute(delete(Person).where(Person.id.in_(people)))
            db.session.execute(delete(Guest).where(Guest.id == guest_id))
            db.session.commit()


def _person(name: str) -> Person:
    person = Person(id=uuid7(), name=name, email=uuid7().hex + INTRUDERS, password_hash=NO_PASSWORD)
    db.session.add(person)
    db.session.flush()
    return person


def _signed_in(person: Person) -> str:
    token = new_token()
    db.session.add(Session(person_id=person.id, token_hash=digest(token), agent="A probe", expires_at=now() + LIFE))
    return token


@contextmanager
def strangers() -> Iterator[Strangers]:
    """Let another organization with one of everything be there for the work inside."""
    with tenancy.everywhere():
        canary, slug = uuid7().hex, f"probe-{uuid7().hex}"
        organization = Organization(id=uuid7(), name=f"Stranger {canary}", slug=slug)
        db.session.add(organization)
        db.session.flush()
        person = _person(f"Stranger {canary}")
        ids = {"person": [person.id], **_furnish(organization, person, canary)}
        organization_id, person_id = organization.id, person.id
        db.session.commit()
    try:
        yield Strangers(slug, _assistant_of(slug), ids, canary)
    finally:
        with tenancy.everywhere():
            db.session.rollback()
            db.session.execute(delete(Organization).where(Organization.id == organization_id))
            db.session.execute(delete(Person).where(Person.id == person_id))
            db.session.commit()


def _assistant_of(slug: str) -> str:
    return f"{slug}-ask"


def _furnish(organization: Organization, person: Person, canary: str) -> dict[str, list[UUID]]:
    """Put one of everything into an organization, and return the ids by what they are of."""
    home = organization.id
    db.session.add(Membership(organization_id=home, person_id=person.id, role=Role.ADMIN))
    session = Session(
        id=uuid7(), person_id=person.id, token_hash=digest(new_token()), agent=canary, expires_at=now() + LIFE
    )
    invitation = Invitation(
        id=uuid7(),
        organization_id=home,
        email=canary + INTRUDERS,
        role=Role.ADMIN,
        token_hash=digest(new_token()),
        expires_at=now() + LIFE,
    )
    collection = Collection(id=uuid7(), organization_id=home, name=canary)
    assistant = Assistant(
        id=uuid7(),
        organization_id=home,
        slug=_assistant_of(organization.slug),
        name=f"Stranger {canary}",
        audience=Audience.ORGANIZATION,
    )
    db.session.add_all([session, invitation, collection, assistant])
    db.session.flush()
    assistant.search_in(collection)
    scenario = Scenario(
        id=uuid7(),
        organization_id=home,
        assistant_id=assistant.id,
        title=canary,
        customer=canary,
        persona=canary,
        situation=canary,
        goal=canary,
        opening_line=canary,
    )
    db.session.add(scenario)
    read = _document(home, collection.id, canary)
    said = _conversation(home, assistant, person, read["passage"][0], canary)
    marked = _marked(home, assistant, person, canary)
    return {
        "session": [session.id],
        "invitation": [invitation.id],
        "collection": [collection.id],
        "assistant": [assistant.id],
        "scenario": [scenario.id],
        **read,
        **said,
        "conversation": said["conversation"] + marked.pop("conversation"),
        **marked,
    }


def _document(home: UUID, collection_id: UUID, canary: str) -> dict[str, list[UUID]]:
    document = Document(id=uuid7(), organization_id=home, collection_id=collection_id, name=f"{canary}.txt")
    data = canary.encode()
    version = Version(
        id=uuid7(),
        organization_id=home,
        document_id=document.id,
        number=1,
        state=State.COMPLETE,
        content_hash=sha256(data).digest(),
        byte_count=len(data),
        title=canary,
        blocks=[],
        finished_at=now(),
    )
    passage = Passage(
        id=uuid7(),
        organization_id=home,
        collection_id=collection_id,
        document_id=document.id,
        version_id=version.id,
        ordinal=0,
        text=canary,
        heading_path=[canary],
        start=0,
        end=len(canary),
        fingerprint=sha256(data).digest()[:16],
        language="english",
    )
    for row in (
        document,
        version,
        FilePart(version_id=version.id, ordinal=0, organization_id=home, data=data),
        passage,
    ):
        db.session.add(row)
        db.session.flush()
    return {"document": [document.id], "version": [version.id], "passage": [passage.id]}


def _conversation(
    home: UUID, assistant: Assistant, person: Person, passage_id: UUID, canary: str
) -> dict[str, list[UUID]]:
    conversation = Conversation(
        id=uuid7(), organization_id=home, assistant_id=assistant.id, person_id=person.id, title=canary, message_count=2
    )
    common = {"organization_id": home, "conversation_id": conversation.id, "text": canary}
    question = Message(id=uuid7(), position=0, role=Part.QUESTION, **common)
    answer = Message(id=uuid7(), position=1, role=Part.ANSWER, question_id=question.id, **common)
    citation = Citation(
        message_id=answer.id, number=1, organization_id=home, passage_id=passage_id, rank=1, relevance=90
    )
    report = Report(id=uuid7(), organization_id=home, message_id=answer.id, note=canary)
    gap = Gap(id=uuid7(), organization_id=home, assistant_id=assistant.id)
    asked = GapQuestion(
        message_id=question.id,
        organization_id=home,
        gap_id=gap.id,
        words=canary,
        embedding_model=canary,
        embedding=[1.0],
    )
    for row in (conversation, question, answer, citation, report, gap, asked):
        db.session.add(row)
        db.session.flush()
    return {
        "conversation": [conversation.id],
        "question": [question.id],
        "answer": [answer.id],
        "report": [report.id],
        "gap": [gap.id],
    }


def _marked(home: UUID, assistant: Assistant, person: Person, canary: str) -> dict[str, list[UUID]]:
    """Put a play there that was marked, with a check that was disputed and decided."""
    play = Conversation(
        id=uuid7(),
        organization_id=home,
        assistant_id=assistant.id,
        person_id=person.id,
        title=canary,
        mode=Mode.ROLEPLAY,
        scene={"title": canary, "customer": canary, "goal": canary},
        ended_at=now(),
    )
    scorecard = Scorecard(
        id=uuid7(), organization_id=home, conversation_id=play.id, state=Marking.COMPLETE, next_step=canary
    )
    check = Check(
        id=uuid7(),
        organization_id=home,
        scorecard_id=scorecard.id,
        position=0,
        kind=Kind.GENERAL,
        text=canary,
        verdict=Verdict.NO,
        quote=canary,
        dispute=canary,
        disputed_at=now(),
    )
    ruling = Ruling(check_id=check.id, organization_id=home, verdict=Verdict.YES, note=canary)
    for row in (play, scorecard, check, ruling):
        db.session.add(row)
        db.session.flush()
    return {"conversation": [play.id], "scorecard": [scorecard.id], "check": [check.id]}


def clear_away() -> None:
    """Remove what runs have left behind that never came to their end; for maintenance."""
    with tenancy.everywhere():
        long_ago = now() - LIFE
        db.session.execute(
            delete(Organization).where(
                Organization.slug.regexp_match("^probe-[0-9a-f]{32}$"), Organization.created_at < long_ago
            )
        )
        db.session.execute(delete(Person).where(Person.email.endswith(INTRUDERS), Person.created_at < long_ago))
