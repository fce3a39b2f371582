"""The load generator, a process of its own: `python -m bench.load` reads a plan in JSON and writes what happened.

A viewer does what a browser does on the open page of a conversation: it sends the question, is given its place in the
page, and listens to the events that are named there, over one connection. One who begins a new
conversation with each question sends the form of a page without script, and follows the 303 to the conversation's page.
Style sheets and scripts are in their caches. Each viewer begins at a time of its own and asks one question after the
other. A control does the same with the model itself, which takes one request.
"""

import asyncio
import gc
import json
import re
import resource
import sys
import time
from html import unescape
from typing import Any
from urllib.parse import quote_plus

import uvloop

from bench import wire
from bench.wire import Connection

LONGEST = 120.0
_EVENTS = re.compile(r'hx-sse:connect="([^"]+)"')
_FORM = "Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-User: ?1\r\nUpgrade-Insecure-Requests: 1\r\n"
_SCRIPT = "HX-Request: true\r\nHX-Request-Type: partial\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"


class Trouble(Exception):
    """Something came back that no reader should see; with its status, where it has one."""

    def __init__(self, said: str, status: int = 0) -> None:
        super().__init__(said)
        self.status = status


def _cookie(task: dict[str, Any]) -> str:
    return f"session_token={task['token']}"


async def _place(connection: Connection, task: dict[str, Any]) -> str:
    """Ask, and return the part of the page, or the whole page, that the answer will appear in."""
    cookie, form = _cookie(task), f"message={quote_plus(task['question'])}".encode()
    if "conversation" in task:
        asked = wire.post(f"/conversations/{task['conversation']}/messages", cookie, form, _SCRIPT)
    else:
        moved = await connection.ask(wire.post(f"/assistants/{task['slug']}/conversations", cookie, form, _FORM))
        if moved.status != 303:  # noqa: PLR2004
            raise Trouble(f"the form was answered {moved.status}", moved.status)
        asked = wire.get(moved.headers["location"], cookie, _FORM)
    place = await connection.ask(asked)
    if place.status != 200:  # noqa: PLR2004
        raise Trouble(f"the question was answered {place.status}", place.status)
    return wire.decoded(place)


async def view(port: int, task: dict[str, Any]) -> dict[str, Any]:
    """Ask a question through the product, and read the answer."""
    connection = await Connection.open(port)
    try:
        begun = time.time()
        html = await _place(connection, task)
        events = _EVENTS.search(html)
        if events is None and 'data-state="complete"' in html:  # It was answered before the page was there.
            return {"first": time.time() - begun, "whole": time.time() - begun, "bytes": 0}
        if events is None:
            raise Trouble("the page names no events")
        answer = await connection.ask(wire.get(unescape(events[1]), _cookie(task), _SCRIPT), wire.answer_has_words)
        if answer.status != 200 or b"event: done" not in answer.body:  # noqa: PLR2004
            raise Trouble(f"the events ended without their end, status {answer.status}", answer.status)
        if b'data-state="complete"' not in answer.body:
            raise Trouble("the answer did not end complete")
        return {
            "first": (answer.noticed_at or answer.ended_at) - begun,
            "whole": answer.ended_at - begun,
            "bytes": len(answer.body),
        }
    finally:
        connection.close()


async def listen(port: int, task: dict[str, Any]) -> dict[str, Any]:
    """Ask the model itself, and read the answer."""
    connection = await Connection.open(port)
    try:
        begun = time.time()
        answer = await connection.ask(wire.completion(task["key"], task["prompt"]), wire.model_has_words)
        if answer.status != 200 or b"[DONE]" not in answer.body:  # noqa: PLR2004
            raise Trouble(f"the model answered {answer.status}", answer.status)
        return {"first": (answer.noticed_at or 0) - begun, "whole": answer.ended_at - begun, "bytes": len(answer.body)}
    finally:
        connection.close()


async def _viewer(port: int, delay: float, tasks: list[dict[str, Any]], results: list[dict[str, Any]]) -> None:
    await asyncio.sleep(delay)
    for task in tasks:
        try:
            async with asyncio.timeout(LONGEST):
                results.append(await (view if "token" in task else listen)(port, task))
        except Trouble as trouble:
            results.append({"error": str(trouble), "status": trouble.status})
        except (OSError, TimeoutError, ValueError, KeyError) as error:
            results.append({"error": f"{type(error).__name__}: {error}"[:200], "status": 0})


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Run a plan: a port, and for each viewer when to begin and what to ask."""
    results: list[dict[str, Any]] = []
    await asyncio.gather(
        *(_viewer(plan["port"], viewer["delay"], viewer["tasks"], results) for viewer in plan["viewers"])
    )
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"results": results, "cpu": used.ru_utime + used.ru_stime}


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # One connection for each viewer.
    chosen = json.load(sys.stdin)
    gc.freeze()
    json.dump(uvloop.run(run(chosen)), sys.stdout)
