"""Sign-up, sign-in, sign-out, and a person's own account."""

from operator import attrgetter
from uuid import UUID

from flask import Blueprint, Response, abort, flash, request
from flask_login import login_required
from sqlalchemy.exc import IntegrityError

from webapp.accounts import links, second_factor, second_step, sessions, theme
from webapp.accounts.arrival import may_run_deployment, next_page
from webapp.accounts.forms import PasswordForm, Profile, SignIn, SignUp
from webapp.accounts.joining import EmailTaken, bring_along, sign_in, sign_up
from webapp.accounts.models import Person, Purpose, Theme
from webapp.accounts.passwords import hash_password
from webapp.accounts.proving import proved_first
from webapp.accounts.visitor import signed_in, signed_in_person, start_session, visitor
from webapp.audit.models import Action
from webapp.audit.trail import note_of_account
from webapp.extensions import db, limiter
from webapp.mail import posting
from webapp.web.forms import tidy
from webapp.web.fragments import page, see_other

bp = Blueprint("accounts", __name__)


@bp.get("/signup")
def signup() -> Response:
    if signed_in():
        return see_other("assistants.index")
    return page("accounts/signup.html", form=SignUp(), next=next_page(), setup=request.args.get("setup", ""))


@bp.post("/signup")
@limiter.limit("20 per minute", key_func=lambda: f"signup:{request.remote_addr}")
def create_person() -> Response:
    form = SignUp.sent()
    if form.validate():
        guest = visitor().guest
        try:
            person = sign_up(form, may_run_deployment=may_run_deployment())
            bring_along(guest, person)
            start_session(person, how="sign-up")
            db.session.commit()
            _say_what_was_sent(person)
            return see_other(next_page() or "assistants.index")
        except (EmailTaken, IntegrityError):
            db.session.rollback()
            form.email.errors = ["This address already has an account. Sign in instead."]
    return page("accounts/signup.html", form=form, next=next_page(), setup=request.form.get("setup", ""), status=422)


def _say_what_was_sent(person: Person) -> None:
    """Point to the mail in which the address is verified, unless the reader is on their way to something else."""
    if posting.possible() and not next_page():
        flash(f"A mail is on its way to {person.email}. Open its link once, and we know that the address is yours.")


@bp.get("/login")
def login() -> Response:
    if signed_in():
        return see_other("assistants.index")
    return page("accounts/login.html", form=SignIn(), next=next_page())


@bp.post("/login")
@limiter.limit("30 per minute", key_func=lambda: f"login:{request.remote_addr}")
@limiter.limit("10 per minute", key_func=lambda: f"login:{tidy(request.form.get('email')).lower()[:320]}")
def create_session() -> Response:
    form = SignIn.sent()
    if form.validate():
        guest = visitor().guest
        person = sign_in(form.email.data or "", form.password.data or "")
        if person and second_factor.counts(person):
            second_step.postpone(person, next_page())
            return see_other("second_factor.new_attempt")
        if person:
            bring_along(guest, person)
            start_session(person)
            db.session.commit()
            return see_other(next_page() or "assistants.index")
        db.session.commit()
        form.password.errors = ["The address and the password do not fit together."]
    return page("accounts/login.html", form=form, next=next_page(), status=422)


@bp.post("/logout")
def logout() -> Response:
    sessions.end_own()
    db.session.commit()
    return see_other("assistants.index")


@bp.get("/profile")
@login_required  # type: ignore[untyped-decorator]
def profile() -> Response:
    return page("accounts/profile.html", form=Profile(obj=signed_in_person()))


@bp.post("/profile")
@login_required  # type: ignore[untyped-decorator]
def update_profile() -> Response:
    form = Profile.sent()
    if not form.validate():
        return page("accounts/profile.html", form=form, status=422)
    form.populate_obj(signed_in_person())
    theme.remember(Theme(form.theme.data))
    db.session.commit()
    flash("Your profile was saved.", "success")
    return see_other("accounts.profile")


@bp.get("/profile/sessions")
@login_required  # type: ignore[untyped-decorator]
def index_sessions() -> Response:
    return page("accounts/sessions.html", devices=sessions.devices(signed_in_person()))


@bp.post("/profile/sessions/<uuid:id>/end")
@login_required  # type: ignore[untyped-decorator]
def create_session_end(id: UUID) -> Response:
    if not sessions.end(signed_in_person(), id):
        abort(404)
    db.session.commit()
    flash("That browser is signed out.", "success")
    return see_other("accounts.index_sessions")


@bp.post("/profile/sessions/end")
@login_required  # type: ignore[untyped-decorator]
def create_other_sessions_end() -> Response:
    count = sessions.end_others(signed_in_person())
    db.session.commit()
    flash(_ended(count) or "You are signed in nowhere else.", "success")
    return see_other("accounts.index_sessions")


def _ended(count: int) -> str:
    return f"{count} other browser{' is' if count == 1 else 's are'} signed out." if count else ""


@bp.get("/profile/security")
@login_required  # type: ignore[untyped-decorator]
def edit_password() -> Response:
    return page("accounts/security.html", form=PasswordForm.of(signed_in_person()))


@bp.post("/profile/security")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit("10 per minute", key_func=lambda: f"password:{visitor().key}")
@proved_first("accounts.edit_password", unless=attrgetter("has_password"))
def update_password() -> Response:
    person = signed_in_person()
    form = PasswordForm.of(person, request.form)
    if form.validate():
        person.password_hash = hash_password(form.password.data)
        links.use_up(person, Purpose.RESET, Purpose.CHANGE)
        note_of_account(Action.PASSWORD_CHANGED, person)
        count = sessions.end_others(person)
        db.session.commit()
        flash(f"Your password was changed. {_ended(count)}".strip(), "success")
        return see_other("accounts.profile")
    return page("accounts/security.html", form=form, status=422)
