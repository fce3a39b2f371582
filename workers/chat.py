"""Jobs on conversations."""

from uuid import UUID

from webapp import tenancy
from webapp.ai.errors import ProviderError
from webapp.chat.support import checking
from workers.context import app


def check_support(*ids: str) -> None:
    """Check whether the sentences of some answers stand in what they cite. The ids are of organization and answer.

    Where a provider is in trouble with one the others are checked all the same. The queue then tries all of them again,
    and finds the others done.
    """
    troubles: list[ProviderError] = []
    for organization, message in zip(ids[::2], ids[1::2], strict=True):
        with app.app_context(), tenancy.seeing(UUID(organization)):
            try:
                checking.check(UUID(message))
            except ProviderError as trouble:
                troubles.append(trouble)
    if troubles:
        raise ExceptionGroup("some answers could not be checked", troubles)
