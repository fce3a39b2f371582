"""One's own account beside the profile: its picture, how pages look, taking everything along, and leaving."""

from operator import attrgetter
from uuid import UUID

from flask import Blueprint, Response, abort, flash, request, stream_with_context
from flask_login import login_required

from webapp.accounts import cookies, erasure, export, pictures, theme
from webapp.accounts.arrival import next_page
from webapp.accounts.cookies import SESSION_COOKIE
from webapp.accounts.forms import DeletionForm, PictureForm
from webapp.accounts.models import Theme
from webapp.accounts.proving import proved_first
from webapp.accounts.visitor import current_person, signed_in_person, visitor
from webapp.extensions import db, limiter
from webapp.records import now
from webapp.web.fragments import leave_for, page, see_other
from webapp.web.pictures import answer_with

bp = Blueprint("own_account", __name__)


@bp.post("/theme")
def update_theme() -> Response:
    wanted = request.form.get("theme", "")
    if wanted not in set(Theme):
        abort(422)
    theme.remember(Theme(wanted))
    if person := current_person():
        person.theme = wanted
        db.session.commit()
    return see_other(next_page() or "assistants.index")


@bp.get("/profile/picture")
@login_required  # type: ignore[untyped-decorator]
def edit_picture() -> Response:
    return page("accounts/picture.html", form=PictureForm())


@bp.post("/profile/picture")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit("20 per minute", key_func=lambda: f"picture:{visitor().key}")
def update_picture() -> Response:
    form = PictureForm.sent()
    if not form.validate() or not form.picture.data:
        return page("accounts/picture.html", form=form, status=422)
    pictures.keep(signed_in_person(), form.picture.data)
    db.session.commit()
    flash("Your picture was saved.", "success")
    return see_other("accounts.profile")


@bp.post("/profile/picture/removal")
@login_required  # type: ignore[untyped-decorator]
def create_picture_removal() -> Response:
    pictures.remove(signed_in_person())
    db.session.commit()
    flash("Your picture was removed.", "success")
    return see_other("accounts.profile")


@bp.get("/people/<uuid:id>/picture")
@login_required  # type: ignore[untyped-decorator]
def picture(id: UUID) -> Response:
    found = pictures.seen_by_visitor(id) or abort(404)
    return answer_with(found, found.person.picture)


@bp.get("/profile/data")
@login_required  # type: ignore[untyped-decorator]
def data() -> Response:
    return page("accounts/data.html")


@bp.get("/profile/export")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit("10 per hour", key_func=lambda: f"export:{visitor().key}")
def show_export() -> Response:
    pieces = export.archive(signed_in_person(), request.host)
    response = Response(stream_with_context(pieces), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"colloquy-{now():%Y-%m-%d}.zip")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/profile/deletion")
@login_required  # type: ignore[untyped-decorator]
def new_deletion() -> Response:
    return _deletion(DeletionForm.of(signed_in_person()))


def _deletion(form: DeletionForm, status: int = 200) -> Response:
    return page("accounts/deletion.html", form=form, obstacles=erasure.obstacles(signed_in_person()), status=status)


@bp.post("/profile/deletion")
@login_required  # type: ignore[untyped-decorator]
@limiter.limit("10 per minute", key_func=lambda: f"password:{visitor().key}")
@proved_first("own_account.new_deletion", unless=attrgetter("has_password"))
def create_deletion() -> Response:
    person = signed_in_person()
    form = DeletionForm.of(person, request.form)
    if not form.validate():
        return _deletion(form, status=422)
    try:
        counts = erasure.erase(person)
    except erasure.Held:
        db.session.rollback()
        return _deletion(form, status=422)
    db.session.commit()
    cookies.take_back(SESSION_COOKIE)
    return leave_for("own_account.show_receipt", token=erasure.receipt(counts))


@bp.get("/erased/<token>")
def show_receipt(token: str) -> Response:
    counts = erasure.read_receipt(token)
    return page("accounts/receipt.html", counts=abort(404) if counts is None else counts)
