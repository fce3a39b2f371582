"""The page that asks people who are signed in who they are, and leads back to where they were."""

from flask import Blueprint, Response, request
from flask_login import login_required

from webapp.accounts import identities, passkeys, proving, second_factor
from webapp.accounts.arrival import next_page
from webapp.accounts.forms import ProofForm
from webapp.accounts.passkey_routes import LONGEST
from webapp.accounts.passkeys import PasskeyRefused
from webapp.accounts.second_factor_routes import LIMIT
from webapp.accounts.visitor import signed_in_person
from webapp.extensions import db, limiter
from webapp.web.fragments import page, see_other

bp = Blueprint("proofs", __name__)


def _own_limit() -> str:
    return f"proof:{signed_in_person().id.hex}"


@bp.get("/profile/security/proof")
@login_required  # type: ignore[untyped-decorator]
def new() -> Response:
    return _new(ProofForm.of(signed_in_person()))


def _new(form: ProofForm, status: int = 200) -> Response:
    person = signed_in_person()
    elsewhere = [] if person.has_password else [identities.provider_of(each) for each in identities.identities(person)]
    return page(
        "accounts/proof.html",
        status=status,
        form=form,
        typed=person.has_password or second_factor.counts(person),
        passkeys=passkeys.passkeys(person),
        providers=[provider for provider in elsewhere if provider],
        next=next_page(),
    )


@bp.post("/profile/security/proof")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(LIMIT, key_func=_own_limit)
def create() -> Response:
    form = ProofForm.of(signed_in_person(), request.form)
    return _proved() if proving.fits(form) else _new(form, 422)


@bp.post("/profile/security/proof/passkey")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(LIMIT, key_func=_own_limit)
def create_by_passkey() -> Response:
    try:
        if passkeys.sign_in_with(request.form.get("credential", "")[:LONGEST]) == signed_in_person():
            return _proved()
    except PasskeyRefused:
        pass
    db.session.rollback()
    form = ProofForm.of(signed_in_person())
    form.form_errors.append("This passkey is none of yours, or it did not answer. Try it again.")
    return _new(form, 422)


def _proved() -> Response:
    proving.prove()
    db.session.commit()
    return see_other(next_page() or "accounts.edit_password")
