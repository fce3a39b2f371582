"""Signing up and signing in, with what a guest brings along."""

from blinker import Namespace
from email_validator import EmailNotValidError
from sqlalchemy import func, select, text

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
    if db.session.scalar(select(Person.id).where(Person.email == form.email.data)):
        raise EmailTaken
    person = Person(
        name=form.name.data,
        email=form.email.data,
        password_hash=hash_password(form.password.data or ""),
        software_background=form.software_background.data,
        hardware_background=form.hardware_background.data,
    )
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('first account'))"))
    person.super_admin = may_run_deployment and not db.session.scalar(
        select(func.count()).select_from(Person).where(Person.super_admin)
    )
    db.session.add(person)
    db.session.flush()
    if person.super_admin:
        first_person_joined.send(person)
    return person


def sign_in(email: str, password: str) -> Person | None:
    """Return the person with this address and password, in the same time whether the address is known or not."""
    try:
        known = normal_email(email)
    except EmailNotValidError:
        known = ""
    person = db.session.scalar(select(Person).where(Person.email == known))
    right = matches(person.password_hash if person else NOBODY, password)
    if person and right and outdated(person.password_hash):
        person.password_hash = hash_password(password)
    if person:
        note_of_account(Action.SESSION_STARTED if right else Action.SESSION_REFUSED, person)
    return person if right else None


def bring_along(guest: Guest | None, person: Person) -> None:
    """Give the person what they did as a guest."""
    if guest:
        guest_joined.send(guest, person=person)
