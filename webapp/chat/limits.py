"""How many questions may be asked a minute: so many by one person or guest, and so many by all guests of an address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request

from webapp.accounts.visitor import visitor
from webapp.extensions import limiter, settings

SCOPE = "questions"


def questions_limited(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer 429, with the wait, to whoever asks too fast. Writing to a conversation in any way counts as asking."""
    each = limiter.shared_limit(lambda: f"{settings().questions_per_minute} per minute", SCOPE, key_func=_asker)
    address = limiter.shared_limit(
        lambda: f"{settings().guest_questions_per_minute_and_address} per minute",
        f"{SCOPE}-of-guests",
        key_func=lambda: f"address:{request.remote_addr}",
        exempt_when=lambda: visitor().person is not None,
    )
    limited = each(address(view))

    @wraps(view)
    def after_looking_up(*arguments: Any, **named: Any) -> Any:
        visitor()  # Before the limiter, which swallows errors: a database in trouble must not make a person nobody.
        return limited(*arguments, **named)

    return after_looking_up


def _asker() -> str:
    return visitor().key or f"new:{request.remote_addr}"
