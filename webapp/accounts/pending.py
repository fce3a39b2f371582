"""What a browser is in the middle of, such as a sign-in at an issuer: a signed cookie that runs out.

The browser can read it, nobody can alter it, and what is signed for one purpose is worth nothing for another.
"""

from datetime import timedelta
from typing import Any

from flask import request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from webapp.accounts import cookies
from webapp.extensions import settings

LIFE = timedelta(minutes=10)


def keep(purpose: str, **values: Any) -> None:
    """Let this request's answer remember values, in place of what was kept for the purpose before."""
    cookies.give(_cookie(purpose), str(_signer(purpose).dumps(values)), LIFE)


def kept(purpose: str) -> dict[str, Any] | None:
    """Return what this browser was given for the purpose, unless it has run out or was altered."""
    try:
        return _signer(purpose).loads(  # type: ignore[no-any-return]  # The signer carries no types for what it holds.
            request.cookies.get(_cookie(purpose), ""), max_age=LIFE.seconds
        )
    except BadSignature:
        return None


def forget(purpose: str) -> None:
    """Let this request's answer forget what was kept for the purpose."""
    cookies.take_back(_cookie(purpose))


def _cookie(purpose: str) -> str:
    return f"pending_{purpose}"


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt=f"pending {purpose}")
