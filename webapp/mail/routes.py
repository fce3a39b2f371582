"""The outbox: on a developer's own machine, where no server is set, the mails that would have gone out."""

import ipaddress
import re
from itertools import zip_longest
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, request
from markupsafe import Markup, escape
from sqlalchemy import select

from webapp.extensions import db, settings
from webapp.mail import posting
from webapp.mail.models import Mail
from webapp.web.fragments import page

bp = Blueprint("mail", __name__)

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
SHOWN = 100
_HERE = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")
_ADDRESS = re.compile(r"(https?://\S+)")


bp.add_app_template_global(posting.possible, "mail_possible")


@bp.app_template_global()
def outbox_open() -> bool:
    """Tell whether this request may read the outbox: it comes from this machine, and to a name of this machine."""
    if not settings().embedded or posting.by_server():
        return False
    return bool(_HERE.fullmatch(request.host)) and ipaddress.ip_address(request.remote_addr or "::").is_loopback


@bp.before_request
def _only_here() -> None:
    if not outbox_open():
        abort(404)


@bp.get("/outbox")
def index() -> Response:
    return page("outbox/index.html", mails=db.session.scalars(select(Mail).order_by(Mail.id.desc()).limit(SHOWN)).all())


@bp.get("/outbox/<uuid:id>")
def show(id: UUID) -> Response:
    mail = _mail(id)
    return page("outbox/show.html", mail=mail, words=_linked(mail.text))


@bp.get("/outbox/<uuid:id>/html")
def show_html(id: UUID) -> Response:
    """Answer with the mail's other form, as a mail program shows it."""
    return Response(_mail(id).html, headers={"Content-Security-Policy": POLICY})


def _mail(id_: UUID) -> Mail:
    return db.session.get(Mail, id_) or abort(404)


def _linked(text: str) -> Markup:
    """Return a mail's text with its addresses made into links."""
    pieces: list[Any] = _ADDRESS.split(text)
    pairs = zip_longest(pieces[::2], pieces[1::2], fillvalue="")
    return Markup().join(
        escape(words) + (Markup('<a href="{0}">{0}</a>').format(link) if link else "") for words, link in pairs
    )
