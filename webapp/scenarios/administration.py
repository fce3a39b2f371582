"""The scenarios of an organization, as its admins see and change them."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, request

from webapp.accounts.visitor import signed_in_person
from webapp.assistants.models import Assistant
from webapp.extensions import db
from webapp.organizations import access as organizations
from webapp.organizations.models import Organization
from webapp.scenarios import access, managing
from webapp.scenarios.forms import ScenarioForm
from webapp.scenarios.models import Scenario
from webapp.scenarios.supplied import SUPPLIED
from webapp.web.fragments import page, see_other

bp = Blueprint("scenarios", __name__)

BLANK = "blank"


@bp.get("/organizations/<slug>/scenarios")
def index(slug: str) -> Response:
    organization = organizations.administered(slug)
    return page(
        "scenarios/index.html",
        organization=organization,
        scenarios=access.all_of(organization),
        trainers=access.trainers(organization),
    )


@bp.get("/organizations/<slug>/scenarios/new")
def new_scenario(slug: str) -> Response:
    organization = organizations.administered(slug)
    trainers, begins_with = access.trainers(organization), request.args.get("from", "")
    if not trainers or (begins_with != BLANK and begins_with not in SUPPLIED):
        return page("scenarios/beginnings.html", organization=organization, trainers=trainers, supplied=SUPPLIED)
    form = ScenarioForm.beginning(SUPPLIED.get(begins_with), trainers[0].id)
    return _new(organization, form.offering(trainers))


@bp.post("/organizations/<slug>/scenarios")
def create_scenario(slug: str) -> Response:
    organization = organizations.administered(slug)
    trainers = access.trainers(organization)
    form = ScenarioForm.sent().offering(trainers)
    if not form.validate():
        return _new(organization, form, 422)
    scenario = managing.create(_chosen(trainers, form.assistant.data), form.columns, signed_in_person())
    db.session.commit()
    flash(f"“{scenario.title}” can be played now.", "success")
    return see_other("scenarios.index", slug=slug)


@bp.post("/organizations/<slug>/scenarios/supplied")
def create_supplied(slug: str) -> Response:
    """Give an assistant the scenarios that come with the product."""
    organization = organizations.administered(slug)
    assistant = _chosen(access.trainers(organization), request.form.get("assistant"))
    count = managing.add_supplied(assistant, signed_in_person())
    db.session.commit()
    plural = "s" if count != 1 else ""
    more = f"{assistant.name} can play {count} more customer{plural}. Change them as you like."
    flash(more if count else f"{assistant.name} has all six already.", "success")
    return see_other("scenarios.index", slug=slug)


@bp.get("/organizations/<slug>/scenarios/<uuid:id>")
def edit(slug: str, id: UUID) -> Response:
    organization, scenario = access.administered(slug, id)
    return _edit(organization, scenario, ScenarioForm.of(scenario).offering(access.trainers(organization)))


@bp.post("/organizations/<slug>/scenarios/<uuid:id>")
def update(slug: str, id: UUID) -> Response:
    organization, scenario = access.administered(slug, id)
    trainers = access.trainers(organization)
    form = ScenarioForm.sent().offering(trainers)
    if not form.validate():
        return _edit(organization, scenario, form, 422)
    managing.change(scenario, _chosen(trainers, form.assistant.data), form.columns, signed_in_person())
    db.session.commit()
    flash("Saved. Plays that have begun go on as they were.", "success")
    return see_other("scenarios.edit", slug=slug, id=id)


@bp.get("/organizations/<slug>/scenarios/<uuid:id>/deletion")
def new_deletion(slug: str, id: UUID) -> Response:
    organization, scenario = access.administered(slug, id)
    return page("scenarios/new_deletion.html", organization=organization, scenario=scenario)


@bp.post("/organizations/<slug>/scenarios/<uuid:id>/deletion")
def create_deletion(slug: str, id: UUID) -> Response:
    _, scenario = access.administered(slug, id)
    title = scenario.title
    managing.remove(scenario, signed_in_person())
    db.session.commit()
    flash(f"“{title}” was deleted. What was played of it stays.", "success")
    return see_other("scenarios.index", slug=slug)


def _chosen(trainers: list[Assistant], id_: str | None) -> Assistant:
    return next((assistant for assistant in trainers if str(assistant.id) == id_), None) or abort(404)


def _new(organization: Organization, form: ScenarioForm, status: int = 200) -> Response:
    return page("scenarios/new.html", status=status, organization=organization, form=form)


def _edit(organization: Organization, scenario: Scenario, form: ScenarioForm, status: int = 200) -> Response:
    return page("scenarios/edit.html", status=status, organization=organization, scenario=scenario, form=form)
