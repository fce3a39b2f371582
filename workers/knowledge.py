"""Jobs on documents."""

from uuid import UUID

from rq import get_current_job

from webapp import tenancy
from webapp.knowledge import ingestion
from workers.context import app


def ingest(organization_id: str, version_id: str) -> None:
    """Take one version of a document in."""
    job = get_current_job()
    with app.app_context(), tenancy.seeing(UUID(organization_id)):
        ingestion.ingest(UUID(version_id), last_attempt=not (job and job.retries_left))


def embed_missing(organization_id: str) -> None:
    """Give vectors to an organization's passages that have none of the model in use."""
    with app.app_context(), tenancy.seeing(UUID(organization_id)):
        ingestion.embed_missing(UUID(organization_id))
