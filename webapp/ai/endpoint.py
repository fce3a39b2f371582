"""What chat and embeddings share: one connection to an OpenAI-compatible endpoint, its time-outs, its failures."""

from __future__ import annotations

import logging
import random
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx2
import openai

from webapp.ai import errors, transport

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)

OPENAI = "https://api.openai.com/v1"
RETRIES = 2
LONGEST_WAIT = 5.0
"""Seconds that somebody looking at an empty answer will put up with; asked to wait longer, we say so instead."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds until we give up: for a connection, for the first byte, and for each next piece."""

    connect: float = 5
    first: float = 30
    between: float = 60


def connect(
    api_key: str,
    base_url: str,
    timeouts: Timeouts,
    verify: ssl.SSLContext | None = None,
    rest: Callable[[float], None] = time.sleep,
) -> openai.OpenAI:
    """Return a client for the endpoint. It does not retry: only we know whether somebody has read something yet."""
    return openai.OpenAI(
        api_key=api_key.strip() or "none",  # Servers on one's own machine want no key, the client insists on one.
        base_url=base_url or OPENAI,
        timeout=httpx2.Timeout(timeouts.first, connect=timeouts.connect),
        max_retries=0,
        http_client=transport.make_client(verify=verify, rest=rest),
    )


class Patience:
    """How long one request goes on trying: two more times, and only while the first byte could still be awaited."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._retries = 0

    def bear(self, error: errors.ProviderError) -> None:
        """Sleep before the next try, or raise `error` where another try is of no use."""
        pause = error.retry_after
        if pause is None:
            pause = 0.5 * 2**self._retries * random.uniform(0.75, 1.25)  # noqa: S311  # Spread, not secrecy.
        late = time.monotonic() + pause > self._until
        if error.permanent or self._retries >= RETRIES or pause > LONGEST_WAIT or late:
            raise error
        self._retries += 1
        time.sleep(pause)


class ErrorInside(Exception):
    """An `error` object inside an answer of status 200."""

    def __init__(self, body: object) -> None:
        super().__init__()
        self.body = body


@contextmanager
def translated(client: openai.OpenAI) -> Iterator[None]:
    """Turn whatever the client raises into our errors. The originals, which may quote the key, are left behind."""

    def note(what: object, theirs: object) -> None:
        log.warning("model provider failed: %s: %s", what, errors.redacted(theirs, client.api_key))

    try:
        yield
    except errors.ProviderError:
        raise
    except openai.APIStatusError as error:
        failure = errors.from_answer(error.status_code, error.body, error.response.headers)
        note(error.status_code, error.body)
    except ErrorInside as error:
        failure = errors.from_stream(error.body)
        note("error inside a 200", error.body)
    except (openai.APIConnectionError, httpx2.HTTPError) as error:
        cause = error.__cause__ if isinstance(error, openai.APIConnectionError) else error
        failure = _from_network(cause)
        note(type(cause).__name__, cause)
    except UnicodeEncodeError:  # A key with characters that no header can carry.
        failure = errors.WrongKey()
    else:
        return
    raise failure from None


def _from_network(cause: BaseException | None) -> errors.ProviderError:
    match cause:
        case httpx2.TimeoutException():
            return errors.TimedOut()
        case httpx2.LocalProtocolError():
            return errors.WrongKey()  # The key is the only thing we send that can make a request unsendable.
        case httpx2.RemoteProtocolError() | httpx2.ReadError() | httpx2.DecodingError():
            return errors.Cut()
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            return errors.Garbage()
        case _:
            return errors.Unreachable()
