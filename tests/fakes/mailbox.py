"""A mail server on one's own machine, which keeps what it is given: aiosmtpd, speaking SMTP itself.

It refuses `refused@…` for good and `busy@…` for now. With `auth` it wants the name "colloquy" and the password
"let me in"; with `context` it offers STARTTLS, and with `tls` as well it speaks TLS from the first byte.
Its address is known before it listens: until then it is a server that is away.
"""

from __future__ import annotations

import email
import re
import socket
import ssl
from email.message import EmailMessage
from email.policy import default
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "colloquy", "let me in"


class Mailbox:
    """The server. `mails` are the messages that it took, `asked` the recipients that it was asked about."""

    def __init__(self, *, auth: bool = False, context: ssl.SSLContext | None = None, tls: bool = False) -> None:
        self.mails: list[EmailMessage] = []
        self.asked: list[str] = []
        self.port = _free_port()
        self.url = f"{'smtps' if tls else 'smtp'}://127.0.0.1:{self.port}"
        self._options = {"auth": auth, "context": context, "tls": tls}

    def __enter__(self) -> Self:
        self._controller = _Controller(self, self.port, **self._options)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    # What aiosmtpd asks of a handler.

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.asked.append(address)
        if address.startswith("refused@"):
            return "550 No such person here"
        if address.startswith("busy@"):
            return "451 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 Taken"


class _Controller(Controller):
    def __init__(self, box: Mailbox, port: int, *, auth: Any, context: Any, tls: Any) -> None:
        self._auth, self._offered = auth, None if tls else context
        super().__init__(box, hostname="127.0.0.1", port=port, ssl_context=context if tls else None)

    def factory(self) -> SMTP:
        return SMTP(
            self.handler,
            hostname="mail.example.org",
            enable_SMTPUTF8=False,
            tls_context=self._offered,
            auth_required=self._auth,
            auth_require_tls=False,
            authenticator=_authenticate if self._auth else None,
        )


def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def text_of(message: EmailMessage) -> str:
    """Return the plain words of a mail."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(text: str) -> str:
    """Return the path that the first link of a mail leads to."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return found[1]
