"""Jobs on scorecards."""

from uuid import UUID

from rq import get_current_job

from webapp import tenancy
from webapp.scorecards import marking
from workers.context import app


def mark(organization_id: str, scorecard_id: str) -> None:
    """Mark one play."""
    job = get_current_job()
    with app.app_context(), tenancy.seeing(UUID(organization_id)):
        marking.mark(UUID(scorecard_id), last_attempt=not (job and job.retries_left))
