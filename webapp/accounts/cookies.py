"""The two cookies: a person's session and a guest. Each holds a token, of which only the digest is ever stored."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from flask import Response, after_this_request, request

SESSION_COOKIE, GUEST_COOKIE = "session_token", "guest_token"
SESSION_LIFE, GUEST_LIFE = timedelta(days=30), timedelta(days=30)


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """Return what is kept of a token."""
    return sha256(token.encode()).digest()


def sent(name: str) -> bytes | None:
    """Return the digest of the token that this request carries in a cookie."""
    token = request.cookies.get(name)
    return digest(token) if token else None


def carried() -> frozenset[bytes]:
    """Return the digests of all tokens that this request carries."""
    return frozenset(filter(None, (sent(SESSION_COOKIE), sent(GUEST_COOKIE))))


def give(name: str, token: str, life: timedelta) -> None:
    """Let this request's response set a cookie."""
    _answer_with(
        lambda response: response.set_cookie(
            name, token, max_age=life, httponly=True, samesite="Lax", secure=request.is_secure
        )
    )


def take_back(name: str) -> None:
    """Let this request's response delete a cookie."""
    _answer_with(lambda response: response.delete_cookie(name))


def _answer_with(change: Callable[[Response], None]) -> None:
    def apply(response: Response) -> Response:
        change(response)
        return response

    after_this_request(apply)
