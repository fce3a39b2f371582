"""Mailgun's HTTP API on one's own machine: what is sent stays here, and it misbehaves on request.

    python -m tests.fakes.mailgun --port 9200

The key is "test-key" and the domain "mg.example.org"; others get 401 and 404, as from Mailgun. It speaks
`POST /v3/<domain>/messages`: HTTP Basic with the user "api", multipart or plain form fields.
"""

from __future__ import annotations

import argparse
import base64
import json
import threading
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl

KEY, DOMAIN = "test-key", "mg.example.org"
NEEDED = ("from", "to", "subject")


class Mailgun(ThreadingHTTPServer):
    """The service. `messages` are the fields of all mails it took; `fail_with` are statuses for the next requests."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.base_url = f"http://127.0.0.1:{self.server_port}"
        self.messages: list[dict[str, str]] = []
        self.fail_with: list[int] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Mailgun

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        expected = base64.b64encode(f"api:{KEY}".encode()).decode()
        if self.server.fail_with:
            self._answer(self.server.fail_with.pop(0), {"message": "Something is wrong here."})
        elif self.headers.get("Authorization") != f"Basic {expected}":
            self._answer(401, b"Forbidden")
        elif self.path != f"/v3/{DOMAIN}/messages":
            self._answer(404, {"message": "Domain not found: " + self.path.split("/")[2]})
        else:
            self._take(_fields(self.headers.get("Content-Type", ""), body))

    def _take(self, fields: dict[str, str]) -> None:
        for name in NEEDED:
            if not fields.get(name):
                self._answer(400, {"message": f"{name} parameter is missing"})
                return
        if "@" not in fields["to"] or fields["to"].startswith("refused@"):
            self._answer(400, {"message": "to parameter is not a valid address. please check documentation"})
            return
        self.server.messages.append(fields)
        self._answer(200, {"id": f"<{len(self.server.messages)}@{DOMAIN}>", "message": "Queued. Thank you."})

    def _answer(self, status: int, body: Any) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if isinstance(body, bytes) else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _fields(kind: str, body: bytes) -> dict[str, str]:
    if not kind.startswith("multipart/form-data"):
        return dict(parse_qsl(body.decode()))
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    return {
        str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True).decode()
        for part in message.iter_parts()
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9200)
    with Mailgun(parser.parse_args().port) as service:
        print(service.base_url, flush=True)
        threading.Event().wait()
