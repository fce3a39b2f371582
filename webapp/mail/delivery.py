"""Sending what was written: the worker's side.

The queue tries four times within half a minute. What is pending after that maintenance hands over again, ever more
seldom, until a day has passed. A mail that a server took just before its worker died goes out twice, never not at all.
"""

from datetime import timedelta
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy import delete, select

from webapp.config import Settings
from webapp.extensions import db, settings
from webapp.mail.errors import Refused, Unavailable
from webapp.mail.letter import Letter
from webapp.mail.mailgun import Mailgun
from webapp.mail.models import Mail, State
from webapp.mail.posting import PATIENCE, send_later
from webapp.mail.smtp import Smtp
from webapp.records import now

log = structlog.get_logger()

GIVEN_UP_AFTER, FORGOTTEN_AFTER = timedelta(days=1), timedelta(days=30)
LONGEST = timedelta(hours=1)


class Carrier(Protocol):
    """Whoever takes mails."""

    def send(self, letter: Letter) -> None:
        """Hand a mail over. Raises Refused or Unavailable."""


def carrier(chosen: Settings) -> Carrier:
    """Return what sends this deployment's mail. Raises Unavailable where nothing is set any more."""
    if chosen.smtp_url:
        return Smtp(chosen.smtp_url)
    if chosen.mailgun_api_key and chosen.mailgun_domain:
        return Mailgun(chosen.mailgun_api_key, chosen.mailgun_domain, chosen.mailgun_base_url)
    raise Unavailable("No mail server is set.")


def deliver(mail_id: UUID, *, last_attempt: bool = True) -> None:
    """Send a mail that is pending. It owns its transactions: none is open while a server is waited for.

    Raises Unavailable, leaving it pending, when the queue is to try once more.
    """
    mail = db.session.scalar(select(Mail).where(Mail.id == mail_id, Mail.state == State.PENDING).with_for_update())
    if mail is None:
        return
    mail.attempts += 1
    mail.due_at = now() + _pause(mail.attempts)
    letter = Letter.of(mail, settings().mail_from or "")
    db.session.commit()
    trouble = _send(letter)
    _note(mail, trouble)
    db.session.commit()
    if isinstance(trouble, Unavailable) and not last_attempt:
        raise trouble


def _send(letter: Letter) -> Refused | Unavailable | None:
    try:
        carrier(settings()).send(letter)
    except (Refused, Unavailable) as trouble:
        log.warning("mail_not_sent", mail=letter.id, kind=type(trouble).__name__, reason=str(trouble))
        return trouble
    return None


def _note(mail: Mail, trouble: Refused | Unavailable | None) -> None:
    mail.error = str(trouble) if trouble else None
    if trouble is None:
        mail.state, mail.sent_at = State.SENT, now()
        mail.empty()
    elif isinstance(trouble, Refused):
        mail.give_up()


def _pause(attempts: int) -> timedelta:
    """Return how long maintenance leaves a mail alone: longer than an attempt lasts, and longer each time."""
    return min(PATIENCE * (1 << min(attempts, 10)), LONGEST)


def send_lost() -> None:
    """Hand over again what is pending and in nobody's hands, and give up what is too old; for maintenance."""
    for mail in db.session.scalars(select(Mail).where(Mail.state == State.PENDING, Mail.due_at < now())):
        if mail.created_at < now() - GIVEN_UP_AFTER:
            mail.give_up()
        else:
            send_later(mail.id)


def forget_old() -> None:
    """Remove mails that nobody asks about any more; for maintenance."""
    db.session.execute(delete(Mail).where(Mail.created_at < now() - FORGOTTEN_AFTER, Mail.state != State.PENDING))
