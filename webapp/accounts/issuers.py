"""Google, GitHub, and any other issuer of OpenID Connect. Nothing is sent before the first sign-in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask
from joserfc.errors import JoseError
from requests import RequestException

from webapp.accounts.providers import Claims, IssuerAway, IssuerRefused, Provider
from webapp.config import Settings
from webapp.web.forms import tidy

GOOGLE, GITHUB = "https://accounts.google.com", "https://github.com"
PATIENCE = 10.0
LONGEST_SUBJECT = 255
METHOD, BASIC, POST = "token_endpoint_auth_method", "client_secret_basic", "client_secret_post"


class Client(NamedTuple):
    """What an issuer knows this deployment by."""

    id: str
    secret: str


class OpenID:
    """An issuer of OpenID Connect. It is asked for its own description at the first sign-in."""

    def __init__(self, oauth: OAuth, key: str, name: str, issuer: str, client: Client) -> None:
        self.key, self.name, self.issuer = key, name, issuer.rstrip("/")
        self._client_id = client.id
        self._client = oauth.register(
            key,
            client_id=client.id,
            client_secret=client.secret,
            server_metadata_url=f"{self.issuer}/.well-known/openid-configuration",
            client_kwargs=_asking("openid email profile"),
        )

    def begin(self, redirect_uri: str) -> dict[str, Any]:
        """Return where to send the browser, with state, nonce and the verifier of the code."""
        with _translated():
            self._described()
            return {**self._client.create_authorization_url(redirect_uri), "redirect_uri": redirect_uri}

    def claims(self, code: str, begun: dict[str, Any]) -> Claims:
        """Exchange the code, and check the token: its signature, issuer, audience, age and nonce."""
        with _translated():
            described = self._described()
            offered = described.get("token_endpoint_auth_methods_supported") or [BASIC]
            if BASIC not in offered and POST in offered:
                self._client.client_kwargs[METHOD] = POST
            token = _exchanged(self._client, code, begun)
            expected = {
                "iss": {"essential": True, "values": [described["issuer"]]},
                "aud": {"essential": True, "value": self._client_id},
            }
            told = self._client.parse_id_token(token, nonce=begun["nonce"], claims_options=expected)
            if told is None:
                raise IssuerRefused("there was no token about the person")
            if not told.get("email") and described.get("userinfo_endpoint"):
                more = self._client.userinfo(token=token)
                told = {**more, **told} if more.get("sub") == told["sub"] else told
        return Claims(
            self.issuer, _subject(told["sub"]), _text(told, "email"), _verified(told), _text(told, "name", "nickname")
        )

    def _described(self) -> dict[str, Any]:
        """Return what the issuer says about itself, fetched once. Raises IssuerAway where it is about another."""
        described: dict[str, Any] = self._client.load_server_metadata()
        if str(described.get("issuer", "")).rstrip("/") != self.issuer:
            raise IssuerAway("its description is of another issuer")
        return described


class GitHub:
    """GitHub speaks OAuth without OpenID: who somebody is, and which address is theirs, is asked of its API."""

    key, name = "github", "GitHub"

    def __init__(self, oauth: OAuth, url: str, client: Client) -> None:
        self.issuer = url.rstrip("/")
        self._client = oauth.register(
            self.key,
            client_id=client.id,
            client_secret=client.secret,
            authorize_url=f"{self.issuer}/login/oauth/authorize",
            access_token_url=f"{self.issuer}/login/oauth/access_token",
            api_base_url="https://api.github.com/" if self.issuer == GITHUB else f"{self.issuer}/api/v3/",
            client_kwargs=_asking("read:user user:email") | {METHOD: POST},
        )

    def begin(self, redirect_uri: str) -> dict[str, Any]:
        """Return where to send the browser, with state and the verifier of the code."""
        with _translated():
            return {**self._client.create_authorization_url(redirect_uri), "redirect_uri": redirect_uri}

    def claims(self, code: str, begun: dict[str, Any]) -> Claims:
        """Exchange the code, and ask who it is for: the primary address if it is verified, or another that is."""
        with _translated():
            token = _exchanged(self._client, code, begun)
            person, addresses = self._ask("user", token), self._ask("user/emails", token)
            verified = sorted((a for a in addresses if a["verified"]), key=lambda a: not a["primary"])
            email = verified[0]["email"] if verified else ""
            return Claims(self.issuer, _subject(person["id"]), email, bool(email), _text(person, "name", "login"))

    def _ask(self, path: str, token: Any) -> Any:
        answer = self._client.get(path, token=token, headers={"Accept": "application/vnd.github+json"})
        answer.raise_for_status()
        return answer.json()


def issuers(app: Flask, chosen: Settings) -> Iterator[Provider]:
    """Yield the issuers that the settings name, under the names that our addresses have for them."""
    oauth = OAuth(app)
    if chosen.google_client_id and chosen.google_client_secret:
        google = Client(chosen.google_client_id, chosen.google_client_secret)
        yield OpenID(oauth, "google", "Google", GOOGLE, google)
    if chosen.github_client_id and chosen.github_client_secret:
        github = Client(chosen.github_client_id, chosen.github_client_secret)
        yield GitHub(oauth, chosen.github_url, github)
    if chosen.oidc_issuer and chosen.oidc_client_id and chosen.oidc_client_secret:
        own = Client(chosen.oidc_client_id, chosen.oidc_client_secret)
        yield OpenID(oauth, "oidc", chosen.oidc_name, chosen.oidc_issuer, own)


def _asking(scope: str) -> dict[str, Any]:
    return {"scope": scope, "code_challenge_method": "S256", "default_timeout": PATIENCE}


def _exchanged(client: Any, code: str, begun: dict[str, Any]) -> Any:
    return client.fetch_access_token(
        code=code, code_verifier=begun["code_verifier"], redirect_uri=begun["redirect_uri"]
    )


@contextmanager
def _translated() -> Iterator[None]:
    """Say in our words what went wrong on the way to an issuer, at the issuer, or with what it signed."""
    try:
        yield
    except RequestException as error:
        raise IssuerAway(type(error).__name__) from error
    except (AuthlibBaseError, JoseError) as error:
        raise IssuerRefused(str(error.error)) from error
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise IssuerAway(f"an answer that makes no sense: {type(error).__name__}") from error


def _subject(told: Any) -> str:
    """Return the issuer's own name for somebody. Raises IssuerRefused if it could be nobody's."""
    subject = str(told)
    if not (0 < len(subject) <= LONGEST_SUBJECT and subject.isprintable()):
        raise IssuerRefused("a subject that nobody can have")
    return subject


def _text(told: Any, *names: str) -> str:
    return next((tidy(str(told[name])) for name in names if told.get(name)), "")


def _verified(told: Any) -> bool | None:
    """Return what an issuer says of an address. Some write the word and not the value."""
    said = told.get("email_verified")
    return None if said is None else str(said).lower() == "true"
