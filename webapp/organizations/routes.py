"""An organization's people: its members, those who are invited, and one's own place in it."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash
from flask_login import login_required

from webapp.accounts.visitor import current_person, signed_in_person, visitor
from webapp.extensions import db, limiter
from webapp.mail import posting
from webapp.organizations import access, members
from webapp.organizations.forms import InvitationForm, RoleForm
from webapp.organizations.models import Invitation, Membership, Organization, Role
from webapp.web.fragments import page, see_other

bp = Blueprint("organizations", __name__)

ONE_LEFT = "An organization keeps one admin. Make somebody else an admin first."


@bp.get("/organizations/<slug>/")
def show(slug: str) -> Response:
    organization, membership = access.joined(slug)
    return page("organizations/show.html", organization=organization, membership=membership)


@bp.get("/organizations/<slug>/departure")
def new_departure(slug: str) -> Response:
    organization, membership = access.joined(slug)
    return page("organizations/new_departure.html", organization=organization, membership=membership or abort(404))


@bp.post("/organizations/<slug>/departure")
def create_departure(slug: str) -> Response:
    organization, membership = access.joined(slug)
    name = organization.name
    try:
        members.remove(membership or abort(404), signed_in_person())
        db.session.commit()
    except members.LastAdmin:
        db.session.rollback()
        flash(ONE_LEFT, "error")
        return see_other("organizations.show", slug=slug)
    flash(f"You left {name}.", "success")
    return see_other("assistants.index")


@bp.get("/organizations/<slug>/members")
def index(slug: str) -> Response:
    return _index(access.administered(slug), InvitationForm())


def _index(organization: Organization, form: InvitationForm, link: str = "", status: int = 200) -> Response:
    return page(
        "organizations/members.html",
        status=status,
        organization=organization,
        memberships=members.members(organization),
        invitations=members.open_invitations(organization),
        form=form,
        link=link,
    )


@bp.post("/organizations/<slug>/members/<uuid:id>/role")
def update_role(slug: str, id: UUID) -> Response:
    membership, form = _membership(slug, id), RoleForm.sent()
    if not form.validate():
        abort(422)
    try:
        members.change_role(membership, Role(form.role.data), signed_in_person())
        db.session.commit()
    except members.LastAdmin:
        db.session.rollback()
        flash(ONE_LEFT, "error")
    return see_other("organizations.index", slug=slug)


@bp.get("/organizations/<slug>/members/<uuid:id>/removal")
def new_removal(slug: str, id: UUID) -> Response:
    membership = _membership(slug, id)
    return page("organizations/new_removal.html", organization=membership.organization, member=membership.person)


@bp.post("/organizations/<slug>/members/<uuid:id>/removal")
def create_removal(slug: str, id: UUID) -> Response:
    membership = _membership(slug, id)
    name, myself = membership.person.name, membership.person == current_person()
    try:
        members.remove(membership, signed_in_person())
        db.session.commit()
    except members.LastAdmin:
        db.session.rollback()
        flash(ONE_LEFT, "error")
    else:
        flash("You left the organization." if myself else f"{name} is no longer a member.", "success")
        if myself:
            return see_other("assistants.index")
    return see_other("organizations.index", slug=slug)


@bp.post("/organizations/<slug>/invitations")
@limiter.limit("200 per hour", key_func=lambda: f"invitation:{visitor().key}")
def create_invitation(slug: str) -> Response:
    organization, form = access.administered(slug), InvitationForm.sent()
    if not form.validate():
        return _index(organization, form, status=422)
    try:
        token = members.invite(organization, form.email.data, Role(form.role.data), signed_in_person())
    except members.AlreadyMember:
        form.email.errors = ["Somebody with this address is a member already."]
        return _index(organization, form, status=422)
    db.session.commit()
    link = posting.address_for("organizations.show_invitation", token=token)
    return _index(organization, InvitationForm(formdata=None), link)


@bp.post("/organizations/<slug>/invitations/<uuid:id>/revocation")
def create_revocation(slug: str, id: UUID) -> Response:
    organization = access.administered(slug)
    invitation = db.session.get(Invitation, id)
    if invitation is None or invitation.organization_id != organization.id:
        abort(404)
    members.revoke(invitation, signed_in_person())
    db.session.commit()
    flash(f"The invitation to {invitation.email} was taken back.", "success")
    return see_other("organizations.index", slug=slug)


@bp.get("/invitations/<token>")
def show_invitation(token: str) -> Response:
    return page("organizations/invitation.html", invited=members.invited_by(token) or abort(404), token=token)


@bp.post("/invitations/<token>")
@login_required  # type: ignore[untyped-decorator]
def create_acceptance(token: str) -> Response:
    invited = members.invited_by(token) or abort(404)
    name = invited.organization.name
    members.accept(invited, signed_in_person())
    db.session.commit()
    flash(f"Welcome to {name}.", "success")
    return see_other("assistants.index")


def _membership(slug: str, person_id: UUID) -> Membership:
    return members.membership_of(access.administered(slug), person_id) or abort(404)
