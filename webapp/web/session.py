"""Flask's session cookie. It carries what one page tells the next, and is signed; who somebody is stands elsewhere."""

from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface


class CookieSession(SecureCookieSessionInterface):
    """Flask's own, with one signer for all requests: it makes one for each, also where there is no cookie to read."""

    def __init__(self) -> None:
        self._signer: Any = None

    def get_signing_serializer(self, app: Flask) -> Any:
        """Return the signer of the application that this belongs to."""
        self._signer = self._signer or super().get_signing_serializer(app)
        return self._signer
