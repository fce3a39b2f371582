"""The second factor: setting it up, turning it off, and the step that it adds to signing in."""

from flask import Blueprint, Response, flash, request
from flask_login import login_required

from webapp.accounts import proving, second_factor, second_step
from webapp.accounts.forms import CodeForm, ProofForm
from webapp.accounts.joining import bring_along
from webapp.accounts.models import Person
from webapp.accounts.proving import proved_first
from webapp.accounts.second_factor import WRONG, WrongCode
from webapp.accounts.visitor import signed_in, signed_in_person, start_session, visitor
from webapp.audit.models import Action
from webapp.audit.trail import note_of_account
from webapp.extensions import db, limiter
from webapp.web.fragments import page, see_other

bp = Blueprint("second_factor", __name__)

LIMIT = "5 per minute; 20 per hour"  # Of a million codes three are right at any moment.


def _own_limit() -> str:
    return f"second_factor:{signed_in_person().id.hex}"


@bp.get("/login/second-factor")
def new_attempt() -> Response:
    if signed_in():
        return see_other("assistants.index")
    if second_step.postponed() is None:
        return see_other("accounts.login")
    return page("accounts/second_step.html", form=CodeForm())


@bp.post("/login/second-factor")
@limiter.limit(LIMIT, key_func=lambda: f"second_step:{second_step.tried_for()}")
def create_attempt() -> Response:
    postponed, form = second_step.postponed(), CodeForm.sent()
    if postponed is None:
        flash("That took more than ten minutes. Enter your password once more.", "error")
        return see_other("accounts.login")
    person, wanted = postponed
    if not form.validate():
        return page("accounts/second_step.html", form=form, status=422)
    guest = visitor().guest
    try:
        kind = second_factor.check(person, form.code.data)
    except WrongCode:
        note_of_account(Action.SESSION_REFUSED, person, how="second factor")
        db.session.commit()
        form.code.errors = [WRONG]
        return page("accounts/second_step.html", form=form, status=422)
    bring_along(guest, person)
    start_session(person, how=f"password and {kind} code")
    second_step.finish()
    left = second_factor.codes_left(person)
    db.session.commit()
    if kind == "recovery":
        flash(f"That recovery code is used up; {left} {'is' if left == 1 else 'are'} left.", "warning")
    return see_other(wanted or "assistants.index")


@bp.get("/profile/security/second-factor")
@login_required  # type: ignore[untyped-decorator]
def show() -> Response:
    return _show(signed_in_person(), CodeForm())


def _show(person: Person, form: CodeForm, status: int = 200) -> Response:
    """Answer with how things stand: none, begun and waiting for its first code, or in use."""
    factor = second_factor.find(person)
    waiting = factor if factor and not factor.confirmed_at and proving.proved() else None
    return _unkept(
        page(
            "accounts/second_factor.html",
            status=status,
            form=form,
            factor=factor,
            waiting=waiting,
            picture=second_factor.picture(waiting, person) if waiting else "",
            secret=second_factor.spelled(waiting) if waiting else "",
            left=second_factor.codes_left(person),
        )
    )


@bp.post("/profile/security/second-factor")
@login_required  # type: ignore[untyped-decorator]
@proved_first("second_factor.show")
def create() -> Response:
    second_factor.begin(signed_in_person())
    db.session.commit()
    return see_other("second_factor.show")


@bp.post("/profile/security/second-factor/confirmation")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(LIMIT, key_func=_own_limit)
@proved_first("second_factor.show")
def create_confirmation() -> Response:
    person, form = signed_in_person(), CodeForm.sent()
    if second_factor.counts(person) or second_factor.find(person) is None:
        return see_other("second_factor.show")
    if form.validate():
        try:
            codes = second_factor.confirm(person, form.code.data)
            db.session.commit()
            return _codes(codes)
        except WrongCode:
            db.session.rollback()
            form.code.errors = [WRONG]
    return _show(person, form, 422)


@bp.get("/profile/security/second-factor/codes")
@login_required  # type: ignore[untyped-decorator]
@proved_first("second_factor.new_codes")
def new_codes() -> Response:
    if not second_factor.counts(signed_in_person()):
        return see_other("second_factor.show")
    return page("accounts/new_codes.html")


@bp.post("/profile/security/second-factor/codes")
@login_required  # type: ignore[untyped-decorator]
@proved_first("second_factor.new_codes")
def create_codes() -> Response:
    person = signed_in_person()
    if not second_factor.counts(person):
        return see_other("second_factor.show")
    codes = second_factor.renew_codes(person)
    db.session.commit()
    return _codes(codes)


@bp.get("/profile/security/second-factor/removal")
@login_required  # type: ignore[untyped-decorator]
def new_removal() -> Response:
    person = signed_in_person()
    if not second_factor.counts(person):
        return see_other("second_factor.show")
    return page("accounts/second_factor_removal.html", form=ProofForm.of(person))


@bp.post("/profile/security/second-factor/removal")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit(LIMIT, key_func=_own_limit)
def create_removal() -> Response:
    person = signed_in_person()
    form = ProofForm.of(person, request.form)
    if second_factor.counts(person) and not proving.fits(form):
        return page("accounts/second_factor_removal.html", form=form, status=422)
    second_factor.remove(person)
    db.session.commit()
    flash("From now on your password alone signs you in.", "success")
    return see_other("second_factor.show")


def _codes(codes: list[str]) -> Response:
    return _unkept(page("accounts/recovery_codes.html", codes=codes))


def _unkept(response: Response) -> Response:
    """Let nobody's cache keep a page with secrets."""
    response.headers["Cache-Control"] = "no-store"
    return response
