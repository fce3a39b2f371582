"""Pages around mailed links: a forgotten password, an address that is verified or changed.

Opening a link shows a page with a button, and only the button uses it: mail scanners open every link.
"""

from operator import attrgetter

from flask import Blueprint, Response, flash, request
from flask_login import login_required
from sqlalchemy.exc import IntegrityError

from webapp.accounts import by_mail, letters, links
from webapp.accounts.forms import EmailForm, ForgottenForm, ResetForm
from webapp.accounts.joining import EmailTaken
from webapp.accounts.models import Purpose
from webapp.accounts.proving import proved_first
from webapp.accounts.visitor import signed_in, signed_in_person, visitor
from webapp.extensions import db, limiter
from webapp.mail import posting
from webapp.web.forms import tidy
from webapp.web.fragments import page, see_other

bp = Blueprint("links", __name__)

ADDRESS = (Purpose.VERIFICATION, Purpose.CHANGE)
TAKEN = "This address already has an account."


@bp.get("/password/forgot")
def forgot() -> Response:
    return page("accounts/forgot.html", form=ForgottenForm())


@bp.post("/password/forgot")
@limiter.limit("30 per hour", key_func=lambda: f"forgot:{request.remote_addr}")
@limiter.limit("5 per hour", key_func=lambda: f"forgot:{tidy(request.form.get('email')).lower()[:320]}")
def create_reset_link() -> Response:
    form = ForgottenForm.sent()
    if not form.validate() or not posting.possible():
        return page("accounts/forgot.html", form=form, status=422)
    by_mail.send_reset(form.email.data)
    db.session.commit()
    return see_other("links.forgotten")


@bp.get("/password/forgot/sent")
def forgotten() -> Response:
    return page("accounts/forgotten.html")


@bp.get("/password/reset/<token>")
def edit_reset(token: str) -> Response:
    link = links.opened(token, Purpose.RESET)
    return page("accounts/reset.html", form=ResetForm(), token=token, email=link.email) if link else _gone()


@bp.post("/password/reset/<token>")
@limiter.limit("20 per minute", key_func=lambda: f"reset:{request.remote_addr}")
def create_reset(token: str) -> Response:
    form, link = ResetForm.sent(), links.opened(token, Purpose.RESET)
    if link is None:
        return _gone()
    form.about = (link.person.name, link.email)
    if not form.validate():
        return page("accounts/reset.html", form=form, token=token, email=link.email, status=422)
    if not by_mail.reset(link, form.password.data):
        return _gone()
    db.session.commit()
    flash("Your password was changed, and every browser is signed out. Sign in with the new one.", "success")
    return see_other("accounts.login")


@bp.get("/verify/<token>")
def show_verification(token: str) -> Response:
    link = links.opened(token, *ADDRESS)
    return page("accounts/verification.html", link=link, token=token) if link else _gone()


@bp.post("/verify/<token>")
def create_verification(token: str) -> Response:
    link = links.opened(token, *ADDRESS)
    if link is None:
        return _gone()
    try:
        by_mail.confirm(link)
        db.session.commit()
    except (EmailTaken, IntegrityError):
        db.session.rollback()
        flash(TAKEN, "error")
        return see_other("assistants.index")
    flash(f"{link.email} is verified.", "success")
    return see_other("accounts.profile" if signed_in() else "assistants.index")


@bp.post("/profile/verification")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit("5 per hour", key_func=lambda: f"verification:{visitor().key}")
def create_verification_link() -> Response:
    person = signed_in_person()
    if person.email_verified_at is None and posting.possible():
        letters.verify(person)
        db.session.commit()
        flash(f"A link is on its way to {person.email}.", "success")
    return see_other("accounts.profile")


@bp.get("/profile/email")
@login_required  # type: ignore[untyped-decorator]
def edit_email() -> Response:
    return page("accounts/email.html", form=EmailForm.of(signed_in_person()))


@bp.post("/profile/email")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit("10 per hour", key_func=lambda: f"email:{visitor().key}")
@proved_first("links.edit_email", unless=attrgetter("has_password"))
def create_email_change() -> Response:
    person = signed_in_person()
    form = EmailForm.of(person, request.form)
    if form.validate() and posting.possible():
        if form.email.data == person.email:
            form.email.errors = ["This is your address already."]
        else:
            try:
                by_mail.ask_for_change(person, form.email.data)
                db.session.commit()
                flash(f"Open the link that is on its way to {form.email.data}. Until then nothing changes.", "success")
                return see_other("accounts.profile")
            except EmailTaken:
                form.email.errors = [TAKEN]
    return page("accounts/email.html", form=form, status=422)


def _gone() -> Response:
    return page("accounts/link_gone.html", status=404)
