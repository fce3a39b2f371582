"""Scorecards for whoever runs an organization: what is disputed, and how its people get on."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from webapp.accounts.models import Person
from webapp.accounts.visitor import signed_in_person
from webapp.chat.models import Conversation
from webapp.extensions import db
from webapp.organizations import access as organizations
from webapp.organizations.models import Organization
from webapp.scorecards import access, disputing, progress
from webapp.scorecards.forms import RulingForm
from webapp.scorecards.lines import said
from webapp.scorecards.models import Check, Ruling, Scorecard
from webapp.web.fragments import page, see_other

bp = Blueprint("scorecards_admin", __name__)


@bp.get("/organizations/<slug>/scorecards")
def index(slug: str) -> Response:
    organization = organizations.administered(slug)
    return page(
        "scorecards/index.html",
        organization=organization,
        disputes=_open_disputes(organization),
        trainees=progress.trainees(organization.id),
        checks=progress.checks(Scorecard.organization_id == organization.id),
        rulings=progress.rulings(organization.id),
    )


def _open_disputes(organization: Organization) -> list[tuple[Check, Person | None]]:
    """Return what waits for an admin with whose it is, the longest wait first."""
    found = (
        select(Check, Person)
        .join(Check.scorecard)
        .join(Scorecard.conversation)
        .outerjoin(Person, Person.id == Conversation.person_id)
        .outerjoin(Check.ruling)
        .where(Check.organization_id == organization.id, Check.disputed_at.is_not(None), Ruling.check_id.is_(None))
        .options(contains_eager(Check.scorecard).contains_eager(Scorecard.conversation))
        .order_by(Check.disputed_at, Check.id)
    )
    return [(check, person) for check, person in db.session.execute(found)]


@bp.get("/organizations/<slug>/scorecards/<uuid:id>")
def show(slug: str, id: UUID) -> Response:
    return _show(*access.administered(slug, id))


def _show(
    organization: Organization,
    scorecard: Scorecard,
    form: RulingForm | None = None,
    ruled: Check | None = None,
    status: int = 200,
) -> Response:
    """Answer with the scorecard. What was said in the play is shown only where the trainee has disputed a check."""
    person_id = scorecard.conversation.person_id
    disputed = any(check.disputed_at for check in scorecard.checks)
    return page(
        "scorecards/administered.html",
        status=status,
        organization=organization,
        scorecard=scorecard,
        person=db.session.get(Person, person_id) if person_id else None,
        lines=said(scorecard.conversation_id) if disputed else [],
        form=form or RulingForm(formdata=None),
        ruled=ruled,
    )


@bp.post("/organizations/<slug>/scorecards/<uuid:id>/checks/<uuid:check_id>/ruling")
def create_ruling(slug: str, id: UUID, check_id: UUID) -> Response:
    organization, scorecard, check = access.disputed_check(slug, id, check_id)
    form = RulingForm.sent()
    if not form.validate():
        return _show(organization, scorecard, form, check, status=422)
    disputing.rule(check, form.verdict.data, form.note.data, signed_in_person())
    db.session.commit()
    flash("Your verdict stands, here and in every figure.", "success")
    return see_other("scorecards_admin.show", slug=slug, id=id, _anchor=f"check_{check_id.hex}")


@bp.get("/organizations/<slug>/trainees/<uuid:id>")
def show_trainee(slug: str, id: UUID) -> Response:
    organization = organizations.administered(slug)
    theirs = Conversation.person_id == id, Scorecard.organization_id == organization.id
    played = progress.plays(*theirs)
    person = db.session.get(Person, id) if played else None
    return page(
        "scorecards/trainee.html",
        organization=organization,
        person=person or abort(404),
        plays=played,
        scenarios=progress.by_scenario(played),
        checks=progress.checks(*theirs),
    )
