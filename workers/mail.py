"""Jobs on mails."""

from uuid import UUID

from rq import get_current_job

from webapp.mail import delivery
from workers.context import app


def send(mail_id: str) -> None:
    """Send one mail."""
    job = get_current_job()
    with app.app_context():
        delivery.deliver(UUID(mail_id), last_attempt=not (job and job.retries_left))
