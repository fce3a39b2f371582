"""What an organization's probes found, and running them."""

from flask import Blueprint, Response, current_app, flash
from sqlalchemy import select

from webapp.accounts.visitor import signed_in_person, visitor
from webapp.extensions import db, limiter
from webapp.organizations import access
from webapp.probes import running
from webapp.probes.models import ProbeRun
from webapp.web.fragments import page, see_other

bp = Blueprint("probes", __name__)


@bp.get("/organizations/<slug>/probes")
def index(slug: str) -> Response:
    organization = access.administered(slug)
    found = db.session.scalar(
        select(ProbeRun)
        .where(ProbeRun.organization_id == organization.id)
        .order_by(ProbeRun.created_at.desc(), ProbeRun.id.desc())
        .limit(1)
    )
    return page("probes/index.html", organization=organization, run=found)


@bp.post("/organizations/<slug>/probes")
@limiter.limit("6 per minute", key_func=lambda: f"probes:{visitor().key}")
def create_run(slug: str) -> Response:
    organization = access.administered(slug)
    done = running.run(current_app._get_current_object(), organization, signed_in_person())  # type: ignore[attr-defined]  # noqa: SLF001
    failed = done.failed_count
    db.session.commit()
    if failed:
        flash("Something came through. It stands first.", "error")
    return see_other("probes.index", slug=slug)
