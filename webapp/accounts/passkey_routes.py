"""Passkeys: naming and removing them, and signing in with one.

Challenges are fetched by `<passkey-button>` at the moment of use. What the browser makes of one comes back as a field
of an ordinary form.
"""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, jsonify, request
from flask_login import login_required
from sqlalchemy.exc import IntegrityError

from webapp.accounts import passkeys, proving
from webapp.accounts.arrival import next_page
from webapp.accounts.forms import PasskeyForm, SignIn
from webapp.accounts.identities import LastWayIn
from webapp.accounts.joining import bring_along
from webapp.accounts.passkeys import PasskeyKnown, PasskeyRefused
from webapp.accounts.proving import proved_first
from webapp.accounts.visitor import signed_in_person, start_session, visitor
from webapp.extensions import db, limiter
from webapp.web.fragments import page, see_other

bp = Blueprint("passkeys", __name__)
bp.add_app_template_global(passkeys.possible, "passkeys_possible")

LIMIT = "30 per minute"
LONGEST = 20_000


def _address_limit() -> str:
    return f"passkey:{request.remote_addr}"


def _own_limit() -> str:
    return f"passkey:{visitor().key}"


@bp.post("/login/passkey/challenge")
@limiter.limit(LIMIT, key_func=_address_limit)
def create_session_challenge() -> Response:
    return jsonify(passkeys.sign_in_options())


@bp.post("/login/passkey")
@limiter.limit(LIMIT, key_func=_address_limit)
def create_session() -> Response:
    guest = visitor().guest
    try:
        person = passkeys.sign_in_with(request.form.get("credential", "")[:LONGEST])
    except PasskeyRefused:
        db.session.rollback()
        form = SignIn(formdata=None)
        form.form_errors.append("This passkey did not sign you in. Try it again, or use your password.")
        return page("accounts/login.html", form=form, next=next_page(), status=422)
    bring_along(guest, person)
    start_session(person, how="passkey")
    db.session.commit()
    return see_other(next_page() or "assistants.index")


@bp.get("/profile/security/passkeys")
@login_required  # type: ignore[untyped-decorator]
def index() -> Response:
    return _index(PasskeyForm())


def _index(form: PasskeyForm, status: int = 200) -> Response:
    known = passkeys.passkeys(signed_in_person())
    return page("accounts/passkeys.html", status=status, form=form, passkeys=known, proved=proving.proved())


@bp.post("/profile/security/passkeys/challenge")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(LIMIT, key_func=_own_limit)
@proved_first("passkeys.index")
def create_challenge() -> Response:
    return jsonify(passkeys.registration(signed_in_person()))


@bp.post("/profile/security/passkeys")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(LIMIT, key_func=_own_limit)
@proved_first("passkeys.index")
def create() -> Response:
    form = PasskeyForm.sent()
    if form.validate():
        try:
            passkeys.register(signed_in_person(), form.name.data, (form.credential.data or "")[:LONGEST])
            db.session.commit()
            flash(f"“{form.name.data}” is registered. It signs you in without a password.", "success")
            return see_other("passkeys.index")
        except PasskeyRefused:
            form.form_errors.append("The browser made no passkey that we could use. Try it again.")
        except (PasskeyKnown, IntegrityError):
            form.form_errors.append("This device has a passkey here already.")
        db.session.rollback()
    return _index(form, 422)


@bp.post("/profile/security/passkeys/<uuid:id>/removal")
@login_required  # type: ignore[untyped-decorator]
def create_removal(id: UUID) -> Response:
    try:
        if not passkeys.remove(signed_in_person(), id):
            abort(404)
        db.session.commit()
        flash("That passkey signs you in no longer. Remove it from the device as well.", "success")
    except LastWayIn:
        db.session.rollback()
        flash("It is your only way to sign in. Choose a password first.", "error")
    return see_other("passkeys.index")
