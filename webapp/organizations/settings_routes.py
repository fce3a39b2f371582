"""What an organization is called and looks like, and its end."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash
from flask_login import login_required
from sqlalchemy.exc import IntegrityError

from webapp.accounts.visitor import signed_in_person
from webapp.extensions import db
from webapp.organizations import accents, access, changing, deleting
from webapp.organizations.forms import DeletionForm, SettingsForm
from webapp.organizations.models import Logo, Organization
from webapp.web.fragments import page, see_other
from webapp.web.headers import keep_version
from webapp.web.pictures import answer_with

bp = Blueprint("organization_settings", __name__)

SPRUCE = "#24564d"
TAKEN = "Another organization has this address."


@bp.get("/organizations/<slug>/settings")
def edit(slug: str) -> Response:
    organization = access.administered(slug)
    form = SettingsForm(
        name=organization.name,
        slug=organization.slug,
        own_accent=organization.accent is not None,
        accent=organization.accent or SPRUCE,
    )
    return _edit(organization, form)


def _edit(organization: Organization, form: SettingsForm, **kept: Any) -> Response:
    return page("organizations/settings.html", organization=organization, form=form, **kept)


@bp.post("/organizations/<slug>/settings")
def update(slug: str) -> Response:
    organization, form = access.administered(slug), SettingsForm.sent()
    if not form.validate():
        return _edit(organization, form, status=422)
    try:
        _change(organization, form)
        db.session.commit()
    except (changing.SlugTaken, IntegrityError):
        form.slug.errors = [TAKEN]
    else:
        flash("The settings were saved.", "success")
        return see_other("organization_settings.edit", slug=form.slug.data)
    db.session.rollback()
    return _edit(access.administered(slug), form, status=422)


def _change(organization: Organization, form: SettingsForm) -> None:
    person = signed_in_person()
    accent = form.accent.data if form.own_accent.data else None
    if form.logo.data:
        changing.show_logo(organization, form.logo.data, person)
    elif form.remove_logo.data:
        changing.remove_logo(organization, person)
    changing.change(organization, form.name.data, form.slug.data, accent, person)


@bp.get("/organizations/<slug>/logo")
def logo(slug: str) -> Response:
    organization = access.visible(slug)
    found = db.session.get(Logo, organization.id) or abort(404)
    return answer_with(found, organization.logo_version)


@bp.get("/organizations/<slug>/accent.css")
def accent(slug: str) -> Response:
    organization = access.visible(slug)
    chosen = organization.accent or abort(404)
    return keep_version(Response(accents.stylesheet(chosen), mimetype="text/css"), chosen.removeprefix("#"))


@bp.get("/organizations/<slug>/deletion")
def new_deletion(slug: str) -> Response:
    return page("organizations/new_deletion.html", organization=access.administered(slug), form=DeletionForm())


@bp.post("/organizations/<slug>/deletion")
def create_deletion(slug: str) -> Response:
    organization, form = access.administered(slug), DeletionForm.sent()
    if form.slug.data != organization.slug:
        form.slug.errors = [f"Type {organization.slug} to say that this is the one."]
        return page("organizations/new_deletion.html", organization=organization, form=form, status=422)
    receipt_id = deleting.delete_organization(organization, signed_in_person()).id
    db.session.commit()
    return see_other("organization_settings.receipt", id=receipt_id)


@bp.get("/receipts/<uuid:id>")
@login_required  # type: ignore[untyped-decorator]
def receipt(id: UUID) -> Response:
    found = deleting.receipt_for(id, signed_in_person()) or abort(404)
    return page("organizations/receipt.html", receipt=found, counts=deleting.in_words(found))
