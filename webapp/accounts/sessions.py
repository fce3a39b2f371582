"""The browsers in which a person is signed in: what they are, and ending them from afar."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select

from webapp import jobs
from webapp.accounts import cookies
from webapp.accounts.cookies import SESSION_COOKIE
from webapp.accounts.models import Person, Session
from webapp.accounts.presence import presence
from webapp.extensions import db

# The first that fits: most browsers claim to be several.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "a Mac"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Device:
    """A signed-in browser as its person sees it."""

    id: UUID
    name: str
    since: datetime
    current: bool


def devices(person: Person) -> list[Device]:
    """Return where the person is signed in: this browser first, then the newest."""
    found = db.session.scalars(
        select(Session)
        .where(Session.person_id == person.id, Session.expires_at > func.now())
        .order_by(Session.token_hash != _own_hash(), Session.created_at.desc())
    )
    return [Device(each.id, described(each.agent), each.created_at, each.token_hash == _own_hash()) for each in found]


def end(person: Person, session_id: UUID) -> bool:
    """Sign one of the person's browsers out. Return whether there was one."""
    return _end((Session.person_id == person.id) & (Session.id == session_id)) > 0


def end_others(person: Person) -> int:
    """Sign the person out everywhere but here, and return how many browsers that were."""
    return _end((Session.person_id == person.id) & (Session.token_hash != _own_hash()))


def end_all(person: Person) -> None:
    """Sign the person out everywhere."""
    _end(Session.person_id == person.id)


def end_own() -> None:
    """Sign this browser out, on the server first. Doing it twice is harmless."""
    _end(Session.token_hash == _own_hash())
    cookies.take_back(SESSION_COOKIE)


def _end(which: ColumnElement[bool]) -> int:
    """Forget sessions; with the commit, what they hold open ends as well."""
    ended = db.session.scalars(delete(Session).where(which).returning(Session.token_hash)).all()
    jobs.after_commit(lambda: presence().close(ended))
    return len(ended)


def reopen(person: Person) -> None:
    """Close what the person holds open, with the commit. Their browsers ask again for what they may see by then."""
    held = db.session.scalars(select(Session.token_hash).where(Session.person_id == person.id)).all()
    jobs.after_commit(lambda: presence().close(held))


def described(agent: str) -> str:
    """Return what a browser calls itself, for people: `Firefox on Linux`."""
    browser = next((name for sign, name in _BROWSERS if f"{sign}/" in agent), "A browser")
    system = next((name for sign, name in _SYSTEMS if sign in agent), None)
    return f"{browser} on {system}" if system else browser


def _own_hash() -> bytes:
    return cookies.sent(SESSION_COOKIE) or b""
