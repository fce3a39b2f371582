"""Jobs on what readers said of answers."""

from uuid import UUID

from webapp import tenancy
from webapp.feedback import rebuilding
from workers.context import app


def rebuild(organization_id: str, report_id: str) -> None:
    """Build the prompt of a reported answer again."""
    with app.app_context(), tenancy.seeing(UUID(organization_id)):
        rebuilding.rebuild(UUID(report_id))
