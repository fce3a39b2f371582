"""Jobs on conversations."""

from uuid import UUID

from webapp import tenancy
from webapp.chat.support import checking
from workers.context import app


def check_support(organization_id: str, message_id: str) -> None:
    """Check whether the sentences of an answer stand in what they cite."""
    with app.app_context(), tenancy.seeing(UUID(organization_id)):
        checking.check(UUID(message_id))
