"""An issuer of OpenID Connect: the public mock of one, in a process of its own on a free port.

It vouches for anybody. What it claims of somebody is told to it beforehand; a person signs in to it in a form, which
`approve` sends as a browser would.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from contextlib import closing, suppress
from typing import Self
from urllib.parse import quote, urlencode, urlsplit

from tests.fakes.ports import free_port

PATIENCE = 30
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Issuer:
    """The issuer as a child process."""

    def __enter__(self) -> Self:
        self.port = free_port()
        command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(self.port), "--require-nonce", "true"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, "the issuer did not start"
            assert time.monotonic() < until, "the issuer never answered"
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def claim(self, subject: str, **claims: object) -> None:
        """Say this of somebody from now on."""
        body = json.dumps(claims)
        status, _ = self._call("PUT", f"/users/{quote(subject)}", body, {"Content-Type": "application/json"})
        assert status == http.client.NO_CONTENT

    def approve(self, address: str, subject: str) -> str:
        """Sign in to the issuer as somebody; return where it sends the browser."""
        asked = urlsplit(address)
        assert asked.netloc == f"127.0.0.1:{self.port}", address
        status, location = self._call("POST", f"{asked.path}?{asked.query}", urlencode({"sub": subject}), FORM)
        assert status == http.client.FOUND, status
        return location

    def _answers(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self._call("GET", "/.well-known/openid-configuration", "", {})[0] == http.client.OK
        return False

    def _call(self, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.getheader("Location") or ""
