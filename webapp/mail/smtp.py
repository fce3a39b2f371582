"""Sending by SMTP."""

import smtplib
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from webapp.mail.errors import Refused, Unavailable
from webapp.mail.letter import Letter, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT = 20.0
PERMANENT = 500
OUR_FAULT = frozenset({530, 534, 535, 538})  # What a server says to whom it wants to know by name and password.
HERE = frozenset({"127.0.0.1", "localhost", "::1"})


class Smtp:
    """A mail server, as `smtp://user:password@host:587` or `smtps://…`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if self._secure else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")

    def send(self, letter: Letter) -> None:
        """Hand a mail to the server. Raises Refused or Unavailable."""
        try:
            with self._connected() as server:
                _hand_over(server, letter)
        except smtplib.SMTPResponseException as refused:  # It refuses us, and not this mail.
            raise Unavailable(_said(refused.smtp_code, refused.smtp_error)) from refused
        except ssl.SSLError as trouble:
            raise Unavailable("The mail server shows a certificate that cannot be trusted.") from trouble
        except (OSError, smtplib.SMTPException) as trouble:
            raise Unavailable("The mail server cannot be reached.") from trouble

    @contextmanager
    def _connected(self) -> "Iterator[smtplib.SMTP]":
        """Connect, over TLS wherever the server offers it. A password never travels in the clear."""
        context = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=context)
            if self._secure
            else smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
        ) as server:
            secure = self._secure
            server.ehlo()
            if not secure and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
                secure = True
            if self._user:
                if not secure and self._host not in HERE:
                    raise Unavailable("The mail server offers no TLS, and the password is not sent without.")
                server.login(self._user, self._password)
            yield server


def _hand_over(server: smtplib.SMTP, letter: Letter) -> None:
    try:
        server.send_message(letter.message())
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        raise _judged(code, said) from refused
    except smtplib.SMTPDataError as refused:
        raise _judged(refused.smtp_code, refused.smtp_error) from refused
    except smtplib.SMTPNotSupportedError as refused:
        raise Refused("The mail server cannot write to an address with such letters in it.") from refused


def _judged(code: int, said: bytes | str) -> Refused | Unavailable:
    permanent = code >= PERMANENT and code not in OUR_FAULT
    return Refused(_said(code, said)) if permanent else Unavailable(_said(code, said))


def _said(code: int, said: bytes | str) -> str:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"The mail server answered {code}: {one_line(words)[:200]}"
