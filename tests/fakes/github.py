"""A small GitHub: the three addresses that signing in with it needs, on a thread of the test.

It checks what GitHub checks: the client, the code (once), the redirect and the verifier of the code. `person` and
`addresses` are what its API says; `down` makes it fail.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT, SECRET, TOKEN = "our-client", "our-secret", "gho_an-access-token"


class GitHub:
    """The server, and what it has been told."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {"id": 583231, "login": "octo", "name": "Octo Cat"}
        self.addresses: list[dict[str, Any]] = [{"email": "octo@example.org", "primary": True, "verified": True}]
        self.down = False
        self._codes: dict[str, dict[str, str]] = {}

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def approve(self, address: str) -> str:
        """Let the person who is signed in there agree; return where the browser is sent."""
        asked = urlsplit(address)
        assert f"{asked.scheme}://{asked.netloc}{asked.path}" == f"{self.url}/login/oauth/authorize"
        wanted = {name: values[0] for name, values in parse_qs(asked.query).items()}
        assert wanted["client_id"] == CLIENT
        assert wanted["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = wanted
        return f"{wanted['redirect_uri']}?{urlencode({'code': code, 'state': wanted['state']})}"

    def token(self, sent: dict[str, str]) -> dict[str, str]:
        """Exchange a code, as GitHub does: mistakes come with status 200."""
        wanted = self._codes.pop(sent.get("code", ""), None)
        proof = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET):
            return {"error": "incorrect_client_credentials"}
        if not wanted or base64.urlsafe_b64encode(proof).decode().rstrip("=") != wanted["code_challenge"]:
            return {"error": "bad_verification_code", "error_description": "The code is incorrect or expired."}
        if sent.get("redirect_uri") != wanted["redirect_uri"]:
            return {"error": "redirect_uri_mismatch"}
        return {"access_token": TOKEN, "token_type": "bearer", "scope": "read:user,user:email"}


def _handler(github: GitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if self.path == "/login/oauth/access_token":
                self._answer(github.token({name: values[0] for name, values in sent.items()}))

        def do_GET(self) -> None:
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                self._answer({"message": "Bad credentials"}, 401)
            elif self.path == "/api/v3/user":
                self._answer(github.person)
            elif self.path == "/api/v3/user/emails":
                self._answer(github.addresses)

        def _answer(self, told: object, status: int = 200) -> None:
            body = json.dumps(told).encode()
            self.send_response(503 if github.down else status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    return Handler
