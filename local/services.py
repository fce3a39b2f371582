"""PostgreSQL and Redis in a folder, for as long as somebody needs them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.children import Log, say
from local.keys import Keys
from local.lock import only_instance
from local.postgres import Postgres
from local.redis import Redis


@dataclass(frozen=True)
class Services:
    """Where the two services answer: the application's role, the owner's, and Redis."""

    database_url: str
    owner_url: str
    redis_url: str


@contextmanager
def services(data: Path, *, log: Log = say) -> Iterator[Services]:
    """Run both services with their data in `data`, and stop them afterwards. Raises LocalError.

    Call it from the main thread; see `Child`.
    """
    with ExitStack() as stack:
        stack.enter_context(only_instance(data))
        keys = Keys.of(data)
        postgres, redis = Postgres(data / "postgres", keys, log=log), Redis(data / "redis", keys, log=log)
        for service in (postgres, redis):
            stack.callback(service.child.stop)
            service.start()
        yield Services(postgres.database_url, postgres.owner_url, redis.url)
