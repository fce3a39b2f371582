"""Signing up and signing in, with what a guest brings along."""

from blinker import Namespace
from email_validator import EmailNotValidError
from sqlalchemy import func, select, text

from webapp.accounts import letters
from webapp.accounts.forms import SignUp, normal_email
from webapp.accounts.models import Guest, Person
from webapp.accounts.passwords import NOBODY, hash_password, matches, outdated
from webapp.audit.models import Action
from webapp.audit.trail import note_of_account
from webapp.extensions import db

_signals = Namespace()
guest_joined = _signals.signal("guest-joined", doc="Sent with a guest and, as `person`, the account they now have.")
first_person_joined = _signals.signal("first-person-joined", doc="Sent with the person who runs the deployment.")


class EmailTaken(Exception):
    """The address already has an account."""


def sign_up(form: SignUp, *, may_run_deployment: bool) -> Person:
    """Return a new person. Whoever may, and comes first, runs the deployment. Raises EmailTaken."""
    if person_with(form.email.data or ""):
        raise EmailTaken
    person = Person(
        name=form.name.data,
        email=form.email.data,
        password_hash=hash_password(form.password.data or ""),
        software_background=form.software_background.data,
        hardware_background=form.hardware_background.data,
    )
    return join(person, may_run_deployment=may_run_deployment)


def person_with(email: str) -> Person | None:
    """Return whose address this is, as it is stored."""
    return db.session.scalar(select(Person).where(Person.email == email))


def join(person: Person, *, may_run_deployment: bool) -> Person:
    """Store a new person. Whoever may, and comes first, runs the deployment."""
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('first account'))"))
    person.super_admin = may_run_deployment and not db.session.scalar(
        select(func.count()).select_from(Person).where(Person.super_admin)
    )
    db.session.add(person)
    db.session.flush()
    if person.super_admin:
        first_person_joined.send(person)
    if person.email_verified_at is None:
        letters.verify(person)
    return person


def sign_in(email: str, password: str) -> Person | None:
    """Return the person with this address and password, in the same time whether the address is known or not."""
    try:
        known = normal_email(email)
    except EmailNotValidError:
        known = ""
    person = person_with(known)
    right = matches((person and person.password_hash) or NOBODY, password)
    if person and right and person.has_password:
        if outdated(person.password_hash):
            person.password_hash = hash_password(password)
        return person
    if person:
        note_of_account(Action.SESSION_REFUSED, person, how="password")
    return None


def bring_along(guest: Guest | None, person: Person) -> None:
    """Give the person what they did as a guest."""
    if guest:
        guest_joined.send(guest, person=person)
