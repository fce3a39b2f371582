"""Signing in with an account elsewhere, and which of them a person has linked."""

from typing import Any
from uuid import UUID

import structlog
from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_login import login_required
from sqlalchemy.exc import IntegrityError

from webapp.accounts import identities, pending, proving
from webapp.accounts.arrival import may_run_deployment, next_page
from webapp.accounts.joining import bring_along
from webapp.accounts.providers import Claims, IssuerAway, IssuerRefused, Provider, providers
from webapp.accounts.proving import proved_first
from webapp.accounts.visitor import current_person, signed_in_person, start_session, visitor
from webapp.extensions import db, limiter
from webapp.web.fragments import page, see_other

bp = Blueprint("identities", __name__)
log = structlog.get_logger()

SIGN_IN, LINK = "identity_sign_in", "identity_link"
LIMIT = "30 per minute"


class Stopped(Exception):
    """The way to an issuer and back ended early, for a reason that is told to whoever went it."""

    def __init__(self, title: str, sentence: str, status: int = 422) -> None:
        super().__init__(title)
        self.title, self.sentence, self.status = title, sentence, status


bp.add_app_template_global(lambda: list(providers().values()), "identity_providers")


@bp.errorhandler(Stopped)
def explain(stopped: Stopped) -> Response:
    """Answer with a page that says what happened, and has a way on."""
    db.session.rollback()
    provider = providers().get((request.view_args or {}).get("provider", ""))
    return page("accounts/identity_stopped.html", status=stopped.status, stopped=stopped, provider=provider)


@bp.get("/auth/<provider>")
@limiter.limit(LIMIT, key_func=lambda: f"auth:{request.remote_addr}")
def start(provider: str) -> Response:
    asked = _provider(provider)
    try:
        begun = asked.begin(url_for("identities.callback", provider=provider, _external=True))
    except (IssuerAway, IssuerRefused) as error:
        raise _away(asked, error) from error
    pending.keep(SIGN_IN, provider=provider, next=next_page(), **begun)
    return redirect(begun["url"], 303)  # type: ignore[return-value]


@bp.get("/auth/<provider>/callback")
@limiter.limit(LIMIT, key_func=lambda: f"auth:{request.remote_addr}")
def callback(provider: str) -> Response:
    asked = _provider(provider)
    claims, wanted = _claims(asked)
    try:
        if not current_person():
            return _enter(asked, claims, wanted)
        return _prove(wanted) if identities.has(signed_in_person(), claims) else _link_later(claims, wanted)
    except IntegrityError as error:
        raise Stopped("Two at once.", "You came back twice at the same moment. Try it again.") from error


def _claims(asked: Provider) -> tuple[Claims, str]:
    """Return who came back, and where they want to go. Raises Stopped."""
    begun = pending.kept(SIGN_IN)
    returned = (asked.key, request.args.get("state"))
    if request.args.get("error") == "access_denied":
        raise Stopped("That was declined.", f"You said no there, or {asked.name} did. Nothing was changed.")
    if request.args.get("error"):
        raise Stopped(f"Signing in with {asked.name} failed.", "It gave no reason that would help. Try it again.")
    if not begun or (begun["provider"], begun["state"]) != returned or not request.args.get("code"):
        raise Stopped(
            "This sign-in has run out.",
            "It was begun more than ten minutes ago, in another browser, or twice. Begin again.",
        )
    pending.forget(SIGN_IN)
    try:
        return asked.claims(request.args["code"], begun), begun["next"]
    except IssuerAway as error:
        raise _away(asked, error) from error
    except IssuerRefused as error:
        log.warning("identity_refused", provider=asked.key, reason=str(error))
        raise Stopped(
            f"Signing in with {asked.name} failed.", "What came back from there was not good, or was used before."
        ) from error


def _enter(asked: Provider, claims: Claims, wanted: str) -> Response:
    """Start a session for whoever the issuer vouches for, or let them sign in first and link then. Raises Stopped."""
    guest = visitor().guest
    try:
        person, new = identities.arrive(claims, may_run_deployment=may_run_deployment())
    except identities.AddressTaken:
        flash(f"There is an account with your address. Sign in to it once, and {asked.name} is linked.", "message")
        return _link_later(claims, wanted)
    except identities.AddressMissing as error:
        raise Stopped(
            "We need an address.",
            f"We got no verified e-mail address of yours from {asked.name}. Add one there, or create an account here.",
        ) from error
    except identities.AddressUnverified as error:
        raise Stopped(
            "Your address is not verified.",
            f"According to {asked.name} it is not certain yet that {claims.email} is yours. Verify it there first.",
        ) from error
    bring_along(guest, person)
    start_session(person, how=asked.key)
    db.session.commit()
    if new:
        flash("Welcome. Say what you know, and answers meet you where you are.", "success")
    return see_other(wanted or ("accounts.profile" if new else "assistants.index"))


def _prove(wanted: str) -> Response:
    """Take it from the issuer that it is still the same person at this browser."""
    proving.prove()
    db.session.commit()
    return see_other(wanted or "identities.index")


def _link_later(claims: Claims, wanted: str) -> Response:
    """Remember an identity, and ask its person, signed in by then, whether it is to be linked."""
    told = {name: getattr(claims, name) for name in Claims.__slots__}
    pending.keep(LINK, claims=told, next=wanted)
    return see_other("identities.new_identity")


@bp.get("/profile/security/identities")
@login_required  # type: ignore[untyped-decorator]
def index() -> Response:
    linked = [(each, identities.provider_of(each)) for each in identities.identities(signed_in_person())]
    keys = {provider.key for _, provider in linked if provider}
    more = [each for each in providers().values() if each.key not in keys]
    return page("accounts/identities.html", linked=linked, more=more)


@bp.get("/profile/security/identities/new")
@login_required  # type: ignore[untyped-decorator]
@proved_first("identities.new_identity")
def new_identity() -> Response:
    waiting = _waiting()
    if waiting is None:
        return see_other("identities.index")
    return page("accounts/new_identity.html", provider=waiting[0], claims=waiting[1])


@bp.post("/profile/security/identities")
@login_required  # type: ignore[untyped-decorator]
@proved_first("identities.new_identity")
def create_identity() -> Response:
    waiting = _waiting()
    if waiting is None:
        flash("That took more than ten minutes. Begin again.", "error")
        return see_other("identities.index")
    provider, claims, wanted = waiting
    pending.forget(LINK)
    try:
        identities.link(signed_in_person(), claims)
        db.session.commit()
    except (identities.LinkedElsewhere, IntegrityError):
        db.session.rollback()
        flash(f"This account at {provider.name} belongs to another person here.", "error")
        return see_other("identities.index")
    flash(f"You can sign in with {provider.name} from now on.", "success")
    return see_other(wanted or "identities.index")


@bp.post("/profile/security/identities/<uuid:id>/removal")
@login_required  # type: ignore[untyped-decorator]
def create_removal(id: UUID) -> Response:
    try:
        if not identities.unlink(signed_in_person(), id):
            abort(404)
        db.session.commit()
        flash("That account is no longer linked.", "success")
    except identities.LastWayIn:
        db.session.rollback()
        flash("It is your only way to sign in. Choose a password first.", "error")
    return see_other("identities.index")


def _provider(key: str) -> Provider:
    return providers().get(key) or abort(404)


def _waiting() -> tuple[Provider, Claims, str] | None:
    """Return the identity that this browser brought and that waits to be linked."""
    kept: dict[str, Any] = pending.kept(LINK) or {}
    claims = Claims(**kept["claims"]) if kept else None
    provider = next((each for each in providers().values() if claims and each.issuer == claims.issuer), None)
    return (provider, claims, kept["next"]) if provider and claims else None


def _away(asked: Provider, error: Exception) -> Stopped:
    log.warning("issuer_away", provider=asked.key, reason=str(error))
    return Stopped(
        f"No answer from {asked.name}.", "It could not be reached just now. Try it again, or sign in another way.", 502
    )
