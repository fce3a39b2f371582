"""Answers from any endpoint that speaks OpenAI's chat completions.

The client's own types are left out, in both directions: what we send has no surprises, and looking through it for them
costs 3 ms; and the stream is read line by line and parsed with `json`, at half the CPU of parsing it through pydantic.

Only fields that every such endpoint knows are sent: model, messages of role and content, temperature, the limit of
tokens, and streaming with usage. Two of these differ: api.openai.com and Azure call the limit `max_completion_tokens`,
which their newer models insist on; everybody else calls it `max_tokens`. Where a model still dislikes a field, as
reasoning models do the temperature, it says which; the field is left out or renamed, and that is remembered of it.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import openai

from webapp.ai import Usage, errors
from webapp.ai.endpoint import OPENAI, ErrorInside, Patience, Timeouts, connect, translated

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Generator, Iterator, Sequence

    import httpx2

    from webapp.ai import Prompt

_HEADERS = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
_LONGEST_LINE = 1 << 20
_DONE = b"[DONE]"
_OTHER_FIELDS = (b"event:", b"id:", b"retry:")
_RENAMED = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_DISPENSABLE = {"temperature", "stream_options"}


class OpenAIChat:
    """The models behind an OpenAI-compatible endpoint, one of which answers where a prompt names none.

    One instance serves any number of streams at once. Between two reads of one it `rest`s so many seconds.
    """

    def __init__(  # noqa: PLR0913  # Settings, all by name.
        self,
        *,
        api_key: str,
        model: str,
        base_url: str = OPENAI,
        timeouts: Timeouts | None = None,
        verify: ssl.SSLContext | None = None,
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = model
        self._timeouts = timeouts or Timeouts()
        self._client = connect(api_key, base_url, self._timeouts, verify, rest)
        endpoints = _limit_field(base_url or OPENAI)
        self._limit_fields: defaultdict[str, str] = defaultdict(lambda: endpoints)
        self._unwanted: defaultdict[str, set[str]] = defaultdict(set)

    def stream(self, prompt: Prompt) -> Generator[str | Usage, None, None]:
        """Yield pieces of text as they arrive, then one `Usage` when the provider gave one.

        Before the first piece of text passing failures are tried again twice; after it every failure is raised.
        """
        patience = Patience(self._timeouts.first)
        spoken = False
        while True:
            try:
                with closing(self._stream_once(prompt)) as pieces:
                    for piece in pieces:
                        spoken = True
                        yield piece
            except errors.ProviderError as error:
                if spoken:
                    raise
                if not self._learned_from(error, prompt.model or self.name):
                    patience.bear(error)
            else:
                return

    def close(self) -> None:
        """Close idle connections."""
        self._client.close()

    def _stream_once(self, prompt: Prompt) -> Generator[str | Usage, None, None]:
        with translated(self._client):
            stream = self._client.post(
                "/chat/completions",
                body=self._fields(prompt),
                options={"headers": _HEADERS},
                cast_to=object,
                stream=True,
                stream_cls=openai.Stream[object],
            )
            with stream:
                yield from _read(stream.response, self._timeouts.between)

    def _fields(self, prompt: Prompt) -> dict[str, Any]:
        model = prompt.model or self.name
        fields: dict[str, Any] = {
            "model": model,
            "messages": [{"role": message.role, "content": message.content} for message in prompt.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": prompt.temperature,
            self._limit_fields[model]: prompt.max_tokens,
        }
        return {name: value for name, value in fields.items() if name not in self._unwanted[model]}

    def _learned_from(self, error: errors.ProviderError, model: str) -> bool:
        """Say whether the model disliked a field that we can do without, and do without it from now on."""
        name = error.parameter if isinstance(error, errors.Refused) else None
        unwanted = self._unwanted[model]
        if name == self._limit_fields[model] and _RENAMED[name] not in unwanted:
            unwanted.add(name)
            self._limit_fields[model] = _RENAMED[name]
        elif name in _DISPENSABLE and name not in unwanted:
            unwanted.add(name)
        else:
            return False
        return True


def _limit_field(base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    newer = host == "api.openai.com" or host.endswith(".openai.azure.com")
    return "max_completion_tokens" if newer else "max_tokens"


def _read(response: httpx2.Response, silence: float) -> Iterator[str | Usage]:
    """Yield what a response says, as much at a time as arrived. Raises `Cut` when it ends without having finished."""
    # One read time-out covers the head and the body; both transports look it up again when the body begins.
    response.request.extensions["timeout"]["read"] = silence
    answer = _Answer(silence)
    for lines in _lines(response):
        trouble: Exception | None = None
        try:
            answer.hear(lines)
        except (errors.ProviderError, ErrorInside) as error:
            trouble = error
        if words := answer.said():
            yield words
        if trouble:
            raise trouble
        if answer.over:
            break
    if not answer.finished:
        raise errors.Cut
    if answer.refused:
        raise errors.Refused
    if answer.usage:
        yield answer.usage


def _lines(response: httpx2.Response) -> Iterator[list[bytes]]:
    """Yield the lines that arrived together; a body of JSON, which is no stream, as one that ends it."""
    if "json" in response.headers.get("content-type", ""):
        yield [b"data:" + b"".join(response.iter_bytes()).replace(b"\n", b" "), b"data:" + _DONE]
        return
    rest = b""
    for block in response.iter_bytes():
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > _LONGEST_LINE:
            raise errors.Garbage
        yield lines
    yield [rest]


class _Answer:
    """What a stream has told so far."""

    def __init__(self, silence: float) -> None:
        self.finished = False
        self.over = False
        self.refused = False
        self.usage: Usage | None = None
        self._said: list[str] = []
        self._silence = silence
        self._heard_at = time.monotonic()

    def said(self) -> str:
        """Return the words that came since the last time."""
        words = "".join(self._said)
        self._said.clear()
        return words

    def hear(self, lines: Sequence[bytes]) -> None:
        """Understand some lines. Raises `Garbage` for what is none of this protocol's."""
        for line in lines:
            if line.startswith(b"data:"):
                data = line[5:].strip()
                if data == _DONE:
                    self.finished = self.over = True
                    return
                self._take(_parsed(data))
                self._heard_at = time.monotonic()
            elif line.startswith(b":"):  # A comment keeps the connection alive, but it is no answer.
                if time.monotonic() - self._heard_at > self._silence:
                    raise errors.TimedOut
            elif line.strip() and not line.startswith(_OTHER_FIELDS):
                raise errors.Garbage

    def _take(self, event: dict[str, Any]) -> None:
        choices = event.get("choices")
        choice = choices[0] if choices else {}
        if error := event.get("error") or choice.get("error"):
            raise ErrorInside(error)
        if reason := choice.get("finish_reason"):
            self.finished = True
            self.refused = reason == "content_filter"
        if usage := event.get("usage") or (event.get("x_groq") or {}).get("usage"):
            self.usage = Usage(int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0))
        said = choice.get("delta") or choice.get("message") or {}  # An endpoint that does not stream has a message.
        text = said.get("content") or said.get("refusal") or ""
        if isinstance(text, str):
            self._said.append(text)


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        event = json.loads(data.decode())
    except ValueError:
        raise errors.Garbage from None
    if not isinstance(event, dict):
        raise errors.Garbage
    return event
