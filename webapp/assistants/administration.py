"""The assistants of an organization, as its admins see and change them."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request
from sqlalchemy import select

from webapp.accounts.visitor import signed_in_person
from webapp.assistants import access, managing
from webapp.assistants.forms import AssistantForm, MessageForm, assistant_form
from webapp.assistants.managing import CollectionExists, SlugTaken, Wanted
from webapp.assistants.models import Assistant
from webapp.assistants.presets import PRESETS
from webapp.extensions import db, language_model
from webapp.knowledge.models import Collection
from webapp.organizations import access as organizations
from webapp.organizations.models import Organization
from webapp.web.fragments import page, see_other

bp = Blueprint("assistants_admin", __name__)

TAKEN = "Another assistant has this address. Choose one of its own."
KNOWN = "There is a collection of this name already. Tick it above."
AGAIN = "Choose the picture again; a browser does not keep it."


@bp.get("/organizations/<slug>/assistants")
def index(slug: str) -> Response:
    organization = organizations.administered(slug)
    return page("assistants/list.html", organization=organization, rows=managing.rows(organization))


@bp.get("/organizations/<slug>/assistants/new")
def new_assistant(slug: str) -> Response:
    organization, preset = organizations.administered(slug), PRESETS.get(request.args.get("preset", ""))
    if preset is None:
        return page("assistants/presets.html", organization=organization, presets=PRESETS.values())
    collections = _collections(organization)
    return _new(organization, assistant_form().beginning(preset, organization, collections).offering(collections))


@bp.post("/organizations/<slug>/assistants")
def create_assistant(slug: str) -> Response:
    organization = organizations.administered(slug)
    form = assistant_form().sent().offering(_collections(organization))
    if form.validate():
        try:
            assistant = managing.create(organization, form.preset.data, _wanted(form), signed_in_person())
            db.session.commit()
        except (SlugTaken, CollectionExists) as refusal:
            _say_beside(form, refusal)
        else:
            flash(f"{assistant.name} is ready. Try it here before others do.", "success")
            return see_other("assistants_admin.edit", slug=slug, id=assistant.id)
    return _new(organization, form, 422)


@bp.get("/organizations/<slug>/assistants/<uuid:id>")
def edit(slug: str, id: UUID) -> Response:
    organization, assistant = access.administered(slug, id)
    form = assistant_form().of(assistant).offering(_collections(organization))
    return _edit(organization, assistant, form)


@bp.post("/organizations/<slug>/assistants/<uuid:id>")
def update(slug: str, id: UUID) -> Response:
    organization, assistant = access.administered(slug, id)
    form = assistant_form().sent().offering(_collections(organization))
    if form.validate():
        try:
            managing.change(assistant, _wanted(form), signed_in_person())
            db.session.commit()
        except (SlugTaken, CollectionExists) as refusal:
            _say_beside(form, refusal)
        else:
            flash("Saved. It counts from the next question on.", "success")
            return see_other("assistants_admin.edit", slug=slug, id=id)
    return _edit(organization, assistant, form, 422)


@bp.get("/organizations/<slug>/assistants/<uuid:id>/deletion")
def new_deletion(slug: str, id: UUID) -> Response:
    organization, assistant = access.administered(slug, id)
    count = managing.conversation_count(assistant)
    return page("assistants/new_deletion.html", organization=organization, assistant=assistant, count=count)


@bp.post("/organizations/<slug>/assistants/<uuid:id>/deletion")
def create_deletion(slug: str, id: UUID) -> Response:
    _, assistant = access.administered(slug, id)
    name = assistant.name
    managing.remove(assistant, signed_in_person())
    db.session.commit()
    flash(f"{name} was deleted, with all conversations.", "success")
    return see_other("assistants_admin.index", slug=slug)


def _new(organization: Organization, form: AssistantForm, status: int = 200) -> Response:
    return page("assistants/new.html", status=status, organization=organization, form=form, **_around(form))


def _edit(organization: Organization, assistant: Assistant, form: AssistantForm, status: int = 200) -> Response:
    return page(
        "assistants/edit.html",
        status=status,
        organization=organization,
        assistant=assistant,
        form=form,
        trial_form=MessageForm(formdata=None),
        trial=None,
        **_around(form),
    )


def _around(form: AssistantForm) -> dict[str, Any]:
    """Return what the form's page shows beside it: the deployment's model, and a word about a picture that was lost."""
    chosen = language_model()
    return {"model": chosen.name if chosen else None, "picture_note": AGAIN if form.picture.data else None}


def _wanted(form: AssistantForm) -> Wanted:
    return Wanted(
        settings=form.settings,
        collections={UUID(id_) for id_ in form.collections.data},
        collection_name=form.collection_name.data,
        picture=form.picture.data,
        no_picture=form.picture_removal.data,
    )


def _say_beside(form: AssistantForm, refusal: SlugTaken | CollectionExists) -> None:
    """Put a refusal beside the field that it is about, and forget what was written."""
    db.session.rollback()
    if isinstance(refusal, SlugTaken):
        form.slug.errors = [TAKEN]
    else:
        form.collection_name.errors = [KNOWN]


def _collections(organization: Organization) -> list[Collection]:
    found = select(Collection).where(Collection.organization_id == organization.id)
    return list(db.session.scalars(found.order_by(Collection.name, Collection.id)))
