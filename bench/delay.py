"""How long the product thinks before it asks the model: from sending a question to the model's hearing of it."""

import http.client
import re
import statistics
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bench.checking import NUMBERED
from bench.deployment import Web
from bench.seed import House, token
from local.ports import LOOPBACK
from tests.fakes.provider import StandIn

REPEATED = 30
WORDS = 6
BY_SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#turns"}


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds from sending a question to the model's hearing of it, for first questions and for follow-ups."""

    first: list[float]
    follow_up: list[float]

    @property
    def medians(self) -> tuple[float, float]:
        return statistics.median(self.first), statistics.median(self.follow_up)


def measure(web: Web, model: StandIn, house: House, repeated: int = REPEATED) -> Delays:
    """Ask one question after the other, each with a follow-up, and compare the clocks of both ends."""
    reader = _Reader(web.port, house)
    for number in range(3):
        reader.ask_twice(-number)
    model.forget()
    sent = [reader.ask_twice(number) for number in range(1, repeated + 1)]
    heard = dict(_heard(model.requests()))
    first = [heard[2 * number] - at for number, (at, _) in enumerate(sent, 1)]
    return Delays(first, [heard[2 * number + 1] - at for number, (_, at) in enumerate(sent, 1)])


def _heard(requests: list[dict[str, Any]]) -> list[tuple[int, float]]:
    chats = (request for request in requests if request["path"] == "/v1/chat/completions")
    return [(int(NUMBERED.findall(chat["body"]["messages"][-1]["content"])[-1]), chat["at"]) for chat in chats]


class _Reader:
    """Somebody who is signed in, on one connection."""

    def __init__(self, port: int, house: House) -> None:
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
        self._house = house

    def ask_twice(self, number: int) -> tuple[float, float]:
        """Ask a first question and, when it is answered, a follow-up; return when each was sent."""
        first, moved = self._send(f"/assistants/{self._house.slug}/conversations", 2 * number, {})
        page = moved.getheader("Location") or ""
        moved.read()
        self._wait_for_answer(page)
        second, part = self._send(f"{page}/messages", 2 * number + 1, BY_SCRIPT)
        part.read()
        self._wait_for_answer(page)
        return first, second

    def _send(self, path: str, number: int, more: dict[str, str]) -> tuple[float, http.client.HTTPResponse]:
        form = urlencode({"message": self._house.question(abs(number), WORDS)})
        headers = {"Content-Type": "application/x-www-form-urlencoded", **self._browser(), **more}
        at = time.time()
        self._connection.request("POST", path, form, headers)
        response = self._connection.getresponse()
        if response.status >= 400:  # noqa: PLR2004
            raise RuntimeError(f"A question was answered {response.status}.")
        return at, response

    def _wait_for_answer(self, path: str) -> None:
        for _ in range(200):
            self._connection.request("GET", path, headers=self._browser())
            page = self._connection.getresponse().read().decode()
            if not re.search(r'aria-busy="true"', page):
                return
            time.sleep(0.05)
        raise RuntimeError("An answer does not end.")

    def _browser(self) -> dict[str, str]:
        return {"Cookie": f"session_token={token(0)}", "Sec-Fetch-Site": "same-origin"}
