"""Who vouches for people from outside, as sign-in sees it. No table is known here.

An issuer is asked in two steps: `begin` says where to send the browser and what to remember meanwhile, `claims` what
the issuer tells of whoever came back. Both may wait for the network.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from flask import current_app


class IssuerAway(Exception):
    """The issuer cannot be reached, or says what nobody understands."""


class IssuerRefused(Exception):
    """The issuer does not vouch: the code or the token that came back is not good."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What an issuer says about somebody. `email_verified` is None where it says nothing of that."""

    issuer: str
    subject: str
    email: str
    email_verified: bool | None
    name: str


class Provider(Protocol):
    """One issuer, under the name that our addresses have for it and the one that people have."""

    key: str
    name: str
    issuer: str

    def begin(self, redirect_uri: str) -> dict[str, Any]:
        """Return `url`, where the browser is sent, and what has to be remembered with it. Raises IssuerAway."""

    def claims(self, code: str, begun: dict[str, Any]) -> Claims:
        """Return who came back with this code. Raises IssuerAway and IssuerRefused."""


def providers() -> dict[str, Provider]:
    """Return the issuers of this deployment, by the name that our addresses have for them."""
    return current_app.extensions["identity_providers"]  # type: ignore[no-any-return]
