"""Who is asking: a person who signed in, a guest, or somebody who has done nothing yet."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, abort, g, request
from flask_login import current_user
from sqlalchemy import Text, bindparam, cast, delete, func, select, true

from webapp import tenancy
from webapp.accounts import cookies
from webapp.accounts.cookies import GUEST_COOKIE, GUEST_LIFE, SESSION_COOKIE, SESSION_LIFE, digest, new_token
from webapp.accounts.models import Guest, Person, Session
from webapp.audit.models import Action
from webapp.audit.trail import note_of_account
from webapp.extensions import db, login
from webapp.records import now
from webapp.web.fragments import leave_for, wants_part


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever sent the request, the organizations that they can reach, and the digest of the cookie that says so.

    A super admin reaches every organization, and may act for one of them.
    """

    person: Person | None
    guest: Guest | None
    organizations: tuple[UUID, ...]
    cookie: bytes | None = None
    acting_for: UUID | None = None

    @property
    def key(self) -> str | None:
        """Return what the visitor's limits are counted under, or None before a guest's first question."""
        known = self.person or self.guest
        return f"{type(known).__name__}:{known.id.hex}" if known else None


def visitor() -> Visitor:
    """Return who sent this request. The first call looks it up, in one query, and opens the second wall that far.

    Where that fails, whoever it is counts as nobody from then on, so that the error page still stands.
    """
    if "visitor" not in g:
        g.visitor = Visitor(None, None, ())
        g.visitor = _look_up()
        tenancy.seen(g.visitor.organizations)
    return g.visitor  # type: ignore[no-any-return]


def current_person() -> Person | None:
    """Return the person who signed in, or None."""
    return visitor().person


def signed_in_person() -> Person:
    """Return the person who signed in, or answer 401."""
    return current_person() or abort(401)


def _look_up() -> Visitor:
    token = cookies.sent(SESSION_COOKIE)
    if token:
        found = db.session.execute(_SIGNED_IN, {"hash": token}).first()
        if found:
            acting_for = found.acting_for_id if found.Person.super_admin else None
            return Visitor(found.Person, None, tuple(found.reach), token, acting_for)
    token = cookies.sent(GUEST_COOKIE)
    guest = db.session.scalar(_GUEST, {"hash": token}) if token else None
    found = db.session.execute(_ANYONE).one()
    return Visitor(None, guest, tuple(found.reach), token if guest else None)


def _told(reach: Any) -> Any:
    """Return what tells the transaction in hand which organizations were found."""
    return func.set_config(tenancy.SETTING, cast(reach, Text), True)  # noqa: FBT003


_theirs = func.reachable_organizations(Person.id).column_valued("reach")
_SIGNED_IN = (
    select(Person, Session.acting_for_id, _theirs, _told(_theirs))
    .join(Session, Session.person_id == Person.id)
    .join(_theirs.scalar_alias, true())
    .where(Session.token_hash == bindparam("hash"), Session.expires_at > func.now())
)
_GUEST = select(Guest).where(Guest.token_hash == bindparam("hash"))
_everybodys = func.reachable_organizations(None).column_valued("reach")
_ANYONE = select(_everybodys, _told(_everybodys))


@login.request_loader  # type: ignore[untyped-decorator]
def _load(_request: object) -> Person | None:
    return visitor().person


@login.unauthorized_handler  # type: ignore[untyped-decorator]  # Flask-Login carries no types.
def _sign_in_first() -> Response:
    """Send somebody whom nobody knows to sign in, and from there back to the page that they wanted."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" and not wants_part() else None
    return leave_for("accounts.login", next=wanted)


def start_session(person: Person, how: str = "password") -> Session:
    """Sign the person in on this browser: a new row, its token in the answer's cookie, and no guest any more."""
    token = new_token()
    session = Session(
        person=person,
        token_hash=digest(token),
        agent=request.user_agent.string[:400],
        expires_at=now() + SESSION_LIFE,
    )
    db.session.add(session)
    note_of_account(Action.SESSION_STARTED, person, how=how)
    cookies.give(SESSION_COOKIE, token, SESSION_LIFE)
    cookies.take_back(GUEST_COOKIE)
    return session


def known_guest() -> Guest:
    """Return the guest who sent this request, and remember them by a cookie if this is the first question."""
    guest = visitor().guest
    if guest is None:
        token = new_token()
        guest = Guest(token_hash=digest(token))
        db.session.add(guest)
        db.session.flush()
        g.visitor = Visitor(None, guest, visitor().organizations, digest(token))
        cookies.give(GUEST_COOKIE, token, GUEST_LIFE)
    return guest


def forget_expired() -> None:
    """Remove sessions that have run out; for maintenance."""
    db.session.execute(delete(Session).where(Session.expires_at < now()))


def signed_in() -> bool:
    """Tell whether the request comes from a person with an account."""
    return bool(current_user.is_authenticated)
