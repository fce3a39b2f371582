"""Jobs on conversations."""

from uuid import UUID

from webapp import tenancy
from webapp.chat.support import checking
from workers.context import app


def check_support(*ids: str) -> None:
    """Check whether the sentences of some answers stand in what they cite. The ids are of organization and answer.

    Where one fails the others are checked all the same; the queue then tries all of them again, of which it is alone.
    """
    failed: list[Exception] = []
    for organization, message in zip(ids[::2], ids[1::2], strict=True):
        with app.app_context(), tenancy.seeing(UUID(organization)):
            try:
                checking.check(UUID(message))
            except Exception as error:
                failed.append(error)
    if failed:
        raise failed[0]
