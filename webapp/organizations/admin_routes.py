"""The deployment's administration. For everybody but super admins there is nothing at these addresses."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, request, url_for
from sqlalchemy.exc import IntegrityError

from webapp import tenancy
from webapp.accounts import second_factor
from webapp.accounts.visitor import current_person, signed_in_person
from webapp.audit import reading
from webapp.audit.forms import AuditFilter, page_number
from webapp.extensions import db
from webapp.organizations import access, audit_routes, deleting, deployment
from webapp.organizations.changing import SlugTaken
from webapp.organizations.forms import OrganizationForm
from webapp.web.forms import tidy
from webapp.web.fragments import page, see_other

bp = Blueprint("admin", __name__, url_prefix="/admin")

ONE_LEFT = "The deployment keeps one super admin. Make somebody else one first."
TAKEN = "Another organization has this address."


def _for_super_admins(view: Callable[..., Response]) -> Callable[..., Response]:
    @wraps(view)
    def guarded(**values: Any) -> Response:
        person = current_person()
        if person is None or not person.super_admin:
            abort(404)
        return view(**values)

    return guarded


@bp.get("/")
@bp.get("/organizations")
@_for_super_admins
def index_organizations() -> Response:
    return page(
        "admin/organizations.html",
        organizations=deployment.organizations(),
        receipts=deleting.receipts(),
        walled=tenancy.second_wall(),
    )


@bp.get("/organizations/new")
@_for_super_admins
def new_organization() -> Response:
    return page("admin/new_organization.html", form=OrganizationForm())


@bp.post("/organizations")
@_for_super_admins
def create_organization() -> Response:
    form = OrganizationForm.sent()
    if form.validate():
        try:
            token = deployment.found_organization(form.name.data, form.slug.data, form.email.data, signed_in_person())
            db.session.commit()
        except (SlugTaken, IntegrityError):
            db.session.rollback()
            form.slug.errors = [TAKEN]
        else:
            return _founded(form, token)
    return page("admin/new_organization.html", form=form, status=422)


def _founded(form: OrganizationForm, token: str) -> Response:
    """Answer with the link of the invitation, which is shown once, or with the list."""
    if not token:
        flash(f"{form.name.data} is made, and {form.email.data} runs it.", "success")
        return see_other("admin.index_organizations")
    link = url_for("organizations.show_invitation", token=token, _external=True)
    return page("admin/organization_founded.html", name=form.name.data, email=form.email.data, link=link)


@bp.post("/organizations/<slug>/acting")
@_for_super_admins
def create_acting(slug: str) -> Response:
    deployment.act_for(access.visible(slug))
    db.session.commit()
    return see_other("assistants.index")


@bp.post("/acting/end")
@_for_super_admins
def create_acting_end() -> Response:
    deployment.act_for(None)
    db.session.commit()
    return see_other("admin.index_organizations")


@bp.get("/people")
@_for_super_admins
def index_people() -> Response:
    query, number = tidy(request.args.get("q"))[:200], page_number()
    people, more = deployment.people(query, number)
    return page("admin/people.html", people=people, query=query, number=number, more=more)


@bp.post("/people/<uuid:id>/super-admin")
@_for_super_admins
def update_super_admin(id: UUID) -> Response:
    person = deployment.person(id) or abort(404)
    name, super_admin = person.name, request.form.get("super_admin") == "yes"
    try:
        deployment.let_run(person, signed_in_person(), super_admin=super_admin)
        db.session.commit()
    except deployment.LastSuperAdmin:
        db.session.rollback()
        flash(ONE_LEFT, "error")
    else:
        flash(f"{name} {'runs the deployment' if super_admin else 'no longer runs the deployment'}.", "success")
        if not signed_in_person().super_admin:
            return see_other("assistants.index")
    return see_other("admin.index_people")


@bp.post("/people/<uuid:id>/sessions/end")
@_for_super_admins
def create_sessions_end(id: UUID) -> Response:
    person = deployment.person(id) or abort(404)
    count = deployment.end_sessions(person, signed_in_person())
    db.session.commit()
    flash(f"{person.name} was signed out of {count} browser{'' if count == 1 else 's'}.", "success")
    return see_other("admin.index_people")


@bp.get("/people/<uuid:id>/second-factor/removal")
@_for_super_admins
def new_second_factor_removal(id: UUID) -> Response:
    person = deployment.person(id) or abort(404)
    return page("admin/second_factor_removal.html", person=person, counts=second_factor.counts(person))


@bp.post("/people/<uuid:id>/second-factor/removal")
@_for_super_admins
def create_second_factor_removal(id: UUID) -> Response:
    person = deployment.person(id) or abort(404)
    if deployment.take_second_factor(person, signed_in_person()):
        db.session.commit()
        flash(f"From now on {person.name} signs in with the password alone.", "success")
    return see_other("admin.index_people", q=person.email)


@bp.get("/analytics")
@_for_super_admins
def analytics() -> Response:
    return page("admin/analytics.html", days=deployment.days())


@bp.get("/audit")
@_for_super_admins
def audit() -> Response:
    form = AuditFilter(request.args)
    status = 200 if form.validate() else 422
    number, everything = page_number(), _everything()
    entries, more = reading.page_of(form.wanted(None, everything=everything), number)
    shown = audit_routes.shown(entries)
    return page(
        "admin/audit.html", status=status, form=form, entries=shown, number=number, more=more, everything=everything
    )


@bp.get("/audit.csv")
@_for_super_admins
def audit_table() -> Response:
    form = AuditFilter(request.args)
    form.validate()
    return audit_routes.streamed(form.wanted(None, everything=_everything()), "audit.csv")


def _everything() -> bool:
    return request.args.get("of") == "all"
