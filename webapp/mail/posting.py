"""Writing a mail. It stands in the transaction of the deed that it tells of, and goes out after the commit."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import url_for

from webapp import jobs
from webapp.extensions import db, settings
from webapp.mail.letter import one_line
from webapp.mail.models import Mail, State
from webapp.records import now, uuid7
from webapp.web.fragments import fragment, path_for

PATIENCE = timedelta(minutes=1)


def possible() -> bool:
    """Tell whether mail goes anywhere from here: to a server, or to the outbox of a developer's machine."""
    return by_server() or settings().embedded


def by_server() -> bool:
    """Tell whether a server is set that sends it."""
    return bool(settings().smtp_url or settings().mailgun_api_key)


def post(template: str, recipient: str, subject: str, **words: str) -> None:
    """Write a mail from a template and the text of the same name beside it. Where none goes out, nothing is written.

    No word of it brings line ends of its own, so that a name cannot pass for a paragraph or a header.
    """
    if not possible():
        return
    context = {name: one_line(value) for name, value in (words | {"subject": subject}).items()}
    mail = Mail(
        id=uuid7(),
        recipient=recipient,
        subject=context["subject"],
        text=fragment(f"{template.removesuffix('.html')}.txt", **context),
        html=fragment(template, **context),
        due_at=now() + PATIENCE,
    )
    db.session.add(mail)
    if by_server():
        send_later(mail.id)
    else:
        mail.state, mail.sent_at = State.SENT, now()


def send_later(mail_id: UUID) -> None:
    """Have a worker send the mail once the transaction has committed."""
    jobs.enqueue("mail.send", mail_id, queue="mail", timeout=120, once=True)


def address_for(endpoint: str, **values: Any) -> str:
    """Return a page's address with its host, as a mail needs it: the deployment's, or else that of the request."""
    public = settings().public_url
    return public + path_for(endpoint, **values) if public else url_for(endpoint, **values, _external=True)
