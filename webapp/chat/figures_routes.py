"""Figures of an organization, for its admins, and of a person, for themselves."""

from flask import Blueprint, Response, request
from flask_login import login_required

from webapp.chat import figures
from webapp.chat.figures import Period
from webapp.organizations import access
from webapp.web.fragments import page

bp = Blueprint("figures", __name__)


@bp.get("/organizations/<slug>/analytics")
def show(slug: str) -> Response:
    organization = access.administered(slug)
    which, period = figures.of_organization(organization), Period.of(request.args.get("days"))
    return page(
        "chat/figures.html",
        organization=organization,
        period=period,
        days=figures.by_day(which, period),
        assistants=figures.by_assistant(which, period),
        answers=figures.answers(which, period),
        models=figures.by_model(which, period),
        documents=figures.most_cited(which, period),
    )


@bp.get("/profile/figures")
@login_required  # type: ignore[untyped-decorator]
def show_own() -> Response:
    which, period = figures.of_visitor(), Period.of(request.args.get("days"))
    return page(
        "chat/own_figures.html",
        period=period,
        days=figures.by_day(which, period),
        assistants=figures.by_assistant(which, period),
        models=figures.by_model(which, period),
    )
