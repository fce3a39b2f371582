"""Sending by Mailgun's HTTP API."""

from http import HTTPStatus

import httpx2

from webapp.mail.errors import Refused, Unavailable
from webapp.mail.letter import Letter

TIMEOUT = 20.0
THIS_MAIL = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})


class Mailgun:
    """One sending domain at Mailgun."""

    def __init__(self, api_key: str, domain: str, base_url: str) -> None:
        self._api_key = api_key
        self._url = f"{base_url}/v3/{domain}/messages"

    def send(self, letter: Letter) -> None:
        """Hand a mail over. Links stay as they are: a tracked one would be followed by others first.

        Raises Refused or Unavailable.
        """
        fields = {
            "from": letter.sender,
            "to": letter.recipient,
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "o:tracking": "no",
            "h:Message-Id": letter.message_id,
            "h:Auto-Submitted": "auto-generated",
        }
        parts = {name: (None, value.encode()) for name, value in fields.items()}
        try:
            answer = httpx2.post(self._url, auth=("api", self._api_key), files=parts, timeout=TIMEOUT)
        except httpx2.TransportError as trouble:
            raise Unavailable("Mailgun cannot be reached.") from trouble
        if not answer.is_success:
            sentence = f"Mailgun answered {answer.status_code}: {_said(answer)}"
            raise Refused(sentence) if answer.status_code in THIS_MAIL else Unavailable(sentence)


def _said(answer: httpx2.Response) -> str:
    try:
        return str(answer.json()["message"])[:200]
    except (ValueError, KeyError, TypeError):
        return "without a reason."
