"""Showing once more who one is, before a deed that would let somebody else in: a browser left open is not enough.

Signing in counts for a quarter of an hour. After that a password is asked for, or of people who have none, a passkey,
their account elsewhere, or a code of their app.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Response, url_for
from sqlalchemy import select, update

from webapp.accounts import second_factor
from webapp.accounts.forms import ProofForm
from webapp.accounts.models import Person, Session
from webapp.accounts.second_factor import WRONG, WrongCode
from webapp.accounts.visitor import signed_in_person, visitor
from webapp.extensions import db
from webapp.records import now
from webapp.web.fragments import see_other

FRESH = timedelta(minutes=15)

View = Callable[..., Response]


def proved() -> bool:
    """Tell whether whoever signed in on this browser showed a short while ago who they are."""
    at = db.session.scalar(select(Session.proved_at).where(Session.token_hash == visitor().cookie))
    return bool(at and at > now() - FRESH)


def prove() -> None:
    """Note that they did so now."""
    db.session.execute(update(Session).where(Session.token_hash == visitor().cookie).values(proved_at=now()))


def proved_first(back: str, *, unless: Callable[[Person], Any] = lambda _: False) -> Callable[[View], View]:
    """Let people come to a view only once they have proved who they are, and then by way of the page `back`.

    `unless` tells of whom this is not asked, because the view itself asks for their password.
    """

    def decorated(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> Response:
            if unless(signed_in_person()) or proved():
                return view(**values)
            return see_other("proofs.new", next=url_for(back))

        return guarded

    return decorated


def fits(form: ProofForm) -> bool:
    """Tell whether what was typed shows that it is really them; if not, the form says so beside its field."""
    if not form.validate() or form.code is None:
        return not form.errors
    try:
        second_factor.check(form.person, form.code.data)
    except WrongCode:
        form.code.errors = [WRONG]
        return False
    return True
