"""A model provider that runs on one's own machine: OpenAI's wire protocol, with misbehaviour on request.

    python -m tests.fakes.provider --port 9100 --first-ms 50 --every-ms 20 --tokens 100

or, in a test, `with StandIn(every_ms=1) as provider:` which starts it as a child process on a free port. The key is
"test-key"; any other gets 401.

It speaks `POST /v1/chat/completions` (streamed or not), `POST /v1/embeddings` (base64 or numbers) and
`GET /v1/models`. An answer is Markdown of `--tokens` pieces with a list, a code block and a table, made from the
excerpts it finds in the prompt (`[1] …`, or an element with number="1") and citing them. Told to be a customer, a coach
or whoever gives a hint, it says a few words in that part; the customer leaves when told goodbye. Given checks
(`<check number="1" …>`) of a talk (`<line number="1" by="trainee">`), it gives marks as JSON: each check is met by the
trainee's line that shares most words with it, and is not where no line shares any. An embedding is a function of the
text's words and pairs of words, so that texts which share words are near each other; it has `dimensions` numbers
(1536 unless asked otherwise).

Steering, without a key:

    GET    /requests   the last --remember requests: when (seconds since 1970), path, model, body, headers without
                       the key, whether the key was right, the connection's number, pieces sent, and the outcome:
                       answering, complete, failed, closed (the client went away), dropped (we did)
    DELETE /requests   forget them, and everything set below
    POST   /next       {"model": "fail-500", "times": 1}: the next requests are treated as if for this model
    POST   /answer     {"text": "…"}: stream exactly this from now on, in pieces that split words and brackets
    DELETE /answer     make answers up again
    POST   /hold       {"after": "actuator"}: say nothing more once these words are out
    DELETE /hold       go on

Misbehaviour, by the name of the model:

    slow               2 s to the first piece, 200 ms between pieces
    long               5000 pieces
    empty              finishes without a word
    echo               repeats the last message of the user
    comply             agrees to everything: repeats the user's last message and every system message
    hang               accepts and never answers
    hang-mid           falls silent after ten pieces
    cut                drops the connection after ten pieces
    no-finish          ends properly after ten pieces, without finish_reason and [DONE]
    no-done            everything but [DONE]
    bad-chunks         malformed chunked encoding after ten pieces
    error-in-stream    OpenRouter's top-level error under status 200 after ten pieces
    error-first        the same before the first piece
    garbage            an HTML page with status 200
    garbage-mid        a line that is not JSON after ten pieces
    comments           ": OPENROUTER PROCESSING" before and between the pieces
    only-comments      such comments for ever
    usage-in-x-groq    usage where Groq puts it
    usage-with-finish  usage in the chunk that finishes, as some gateways do
    no-usage           none
    filtered           finish_reason "content_filter" after ten pieces
    fail-<status>      that status, with an error as OpenAI words it; fail-429 says Retry-After: 60
    fail-429-twice     twice 429 with Retry-After: 0.1, then an answer
    fail-context       400 context_length_exceeded
    fail-quota         429 insufficient_quota
    fail-moderation    403 as OpenRouter's moderation words it
    no-temperature     400 naming the parameter, as reasoning models do, until it is left out
    floats             embeddings as lists of numbers, whatever was asked
    short-vectors      embeddings of half the length
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import http.client
import itertools
import json
import math
import re
import ssl
import struct
import subprocess
import sys
import time
from collections import Counter, deque
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import uvloop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

KEY = "test-key"
ROOT = Path(__file__).parents[2]
MID = 10  # Pieces before something happens in the middle.


class StandIn:
    """The provider as a child process, for tests. Options are those of the command line."""

    def __init__(self, **options: object) -> None:
        self._options = {"port": 0, **options}

    def __enter__(self) -> Self:
        options = [f"--{name.replace('_', '-')}={value}" for name, value in self._options.items()]
        command = [sys.executable, "-m", "tests.fakes.provider", *options]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())  # It prints its port once it listens.
        scheme = "https" if "certificate" in self._options else "http"
        self.base_url = f"{scheme}://127.0.0.1:{self.port}/v1"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)
        assert self._process.stdout
        self._process.stdout.close()

    def requests(self) -> list[dict[str, Any]]:
        """Return what was asked since the last `forget`, oldest first."""
        seen: list[dict[str, Any]] = self._call("GET", "/requests")
        return seen

    def prompts(self) -> list[list[dict[str, str]]]:
        """Return the messages of every prompt that a model was told, oldest first."""
        return [seen["body"]["messages"] for seen in self.requests() if seen["path"] == "/v1/chat/completions"]

    def embedded(self) -> list[list[str]]:
        """Return the texts of every request for vectors, oldest first."""
        return [seen["body"]["input"] for seen in self.requests() if seen["path"] == "/v1/embeddings"]

    def forget(self) -> None:
        """Forget all requests and all that was set."""
        self._call("DELETE", "/requests")

    def next(self, model: str, times: int = 1) -> None:
        """Treat the next requests as if they were for `model`."""
        self._call("POST", "/next", {"model": model, "times": times})

    def answer(self, text: str | None) -> None:
        """Stream exactly this from now on; None goes back to answers that are made up."""
        self._call("DELETE", "/answer") if text is None else self._call("POST", "/answer", {"text": text})

    @contextmanager
    def held(self, after: str) -> Iterator[None]:
        """Say nothing more once these words are out, until the end of the block."""
        self._call("POST", "/hold", {"after": after})
        try:
            yield
        finally:
            self._call("DELETE", "/hold")

    def outcome(self, model: str | None = None, *, within: float = 5) -> str:
        """Return how the last request ended, or the last for this model, waiting until it has."""

        def last() -> Any:
            return [seen["outcome"] for seen in self.requests() if model in (None, seen["model"])][-1]

        until = time.monotonic() + within
        while (outcome := last()) == "answering" and time.monotonic() < until:
            time.sleep(0.01)
        return str(outcome)

    def _call(self, method: str, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        if "certificate" in self._options:
            context = ssl._create_unverified_context()  # noqa: S323, SLF001  # It is our own child.
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=10, context=context)
        try:
            connection.request(method, path, json.dumps(body) if body else None)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


# What it says


def pieces_of(text: str) -> list[str]:
    """Cut a text as a tokenizer might, also inside words and brackets: `[12]` comes as `[`, `12]`, or `[1`, `2]`."""
    sizes = itertools.cycle((3, 1, 4, 2, 5, 1, 3, 6))
    pieces, position = [], 0
    while position < len(text):
        size = next(sizes)
        pieces.append(text[position : position + size])
        position += size
    return pieces


def made_up_answer(messages: list[dict[str, Any]], tokens: int) -> list[str]:
    """Return Markdown in exactly `tokens` pieces which says something of each excerpt in the prompt and cites it."""
    excerpts = _excerpts(messages) or {1: "the documents say so", 2: "there is more to read"}
    cited = itertools.cycle(excerpts.items())
    text = ""
    for section in itertools.count(1):
        first, second, third = (next(cited) for _ in range(3))
        text += (
            f"According to the documents, {first[1]} [{first[0]}].\n\n"
            f"- **First**, {second[1]} [{second[0]}].\n- Then {third[1]} [{third[0]}][{first[0]}].\n\n"
            f"```python\nsection = {section}\nprint(section)\n```\n\n"
            f"| What | Where |\n| --- | --- |\n| Section {section} | [{second[0]}] |\n\n"
        )
        if len(text) >= 4 * tokens:
            break
    cuts = [index * len(text) // tokens for index in range(tokens + 1)]
    return [text[start:end] for start, end in itertools.pairwise(cuts)]


LINES = (
    "School, work, the dog in the woods. Sixty kilometres on most days.",
    "That sounds reasonable. But what does it cost me in a month?",
    "My husband would like to hear that too. Could we come back together?",
)


def acted(messages: list[dict[str, Any]]) -> str | None:
    """Return what is said in a part that the prompt gives: as a customer, as a coach, as a hint, or as marks."""
    system = "\n".join(str(message["content"]) for message in messages if message["role"] == "system")
    said = [str(message["content"]) for message in messages if message["role"] == "user"]
    if '<check number="1"' in "\n".join(said):
        return marks("\n".join(said))
    if "<goodbye>" in system:
        if "goodbye" in said[-1].lower():
            return "Thank you, that helped me. Goodbye. <goodbye>"
        return LINES[(len(said) - 1) % len(LINES)]
    if "<drill " in system:
        excerpt = _first_excerpt(messages)
        known = set(re.findall(r"\w{5,}", excerpt.lower())) & set(re.findall(r"\w{5,}", said[-1].lower()))
        mark = "right" if known else "wrong"
        return f'It says: {excerpt} [1].\n\nWhat would you tell a customer?\n\n<drill answer="{mark}" open="yes">'
    if "whisper a hint" in system:
        excerpt = _first_excerpt(messages)
        return f"Ask what worries them most. {f'It may help that {excerpt} [1].' if excerpt else ''}"
    return None


def _first_excerpt(messages: list[dict[str, Any]]) -> str:
    return next(iter(_excerpts(messages).values()), "")


def _excerpts(messages: list[dict[str, Any]]) -> dict[int, str]:
    """Return the first words of each numbered excerpt."""
    text = "\n\n".join(str(message.get("content")) for message in messages)
    marks = list(re.finditer(r"^\s*\[(\d{1,3})\]|\b(?:number|id|n)=\"(\d{1,3})\"[^>]*>", text, re.MULTILINE))
    found: dict[int, str] = {}
    for mark, following in itertools.zip_longest(marks, marks[1:]):
        excerpt = text[mark.end() : following.start() if following else None].strip()
        words = re.findall(r"\w+", re.split(r"\n\n|</", excerpt)[0])[:12]
        if words:
            found.setdefault(int(mark[1] or mark[2]), " ".join(words))
    return found


def marks(prompt: str) -> str:
    """Return marks for the checks in a prompt, by the words that they share with the trainee's lines."""
    checks = re.findall(r'<check number="(\d+)" kind="(\w+)">(.*?)</check>', prompt, re.DOTALL)
    lines = re.findall(r'<line number="(\d+)" by="trainee">(.*?)</line>', prompt, re.DOTALL)
    cites = 1 if '<excerpt number="1">' in prompt else None
    made = []
    for number, kind, text in checks:
        wanted = _long_words(text)
        line, words = max(lines, key=lambda each: len(wanted & _long_words(each[1])), default=("0", ""))
        policy = kind == "policy"
        met = bool(wanted & _long_words(words)) or (policy and bool(lines))
        made.append(
            {
                "number": int(number),
                "verdict": "yes" if met else "no",
                "line": int(line) if met else None,
                "quote": " ".join(words.split()[:12]) if met else "",
                "passage": cites if policy else None,
                "advice": "That helped." if met else "Try to do this next time.",
            }
        )
    last = int(lines[-1][0]) if lines else None
    told = {"checks": made, "strengths": ["You listened."], "next_step": "Name a day.", "next_line": last}
    return json.dumps(told, ensure_ascii=False)


def _long_words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w{5,}", text.lower()) if word != "trainee"}


def embedding(text: str, dimensions: int) -> list[float]:
    """Return the text's words and pairs of words, hashed into a vector of unit length."""
    words = [re.sub(r"(?<=\w{3})(?:ing|ed|es|s)$", "", word) for word in re.findall(r"\w+", text.lower())]
    features = Counter(words) + Counter(f"{one} {two}" for one, two in itertools.pairwise(words))
    vector = [0.0] * dimensions
    for feature, count in features.items():
        digest = int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "little")
        vector[digest % dimensions] += math.sqrt(count) * (1 if digest >> 63 else -1)
    length = math.hypot(*vector)
    return [number / length for number in vector] if length else [1.0, *vector[1:]]


# How it says it


class Provider:
    """One server: what it was asked, what it was told to do, and how it answers."""

    def __init__(self, *, first_ms: float = 50, every_ms: float = 20, tokens: int = 100, remember: int = 1000) -> None:
        self.first = first_ms / 1000
        self.every = every_ms / 1000
        self.tokens = tokens
        self.remember = remember
        self.connections = itertools.count(1)
        self.forget()

    def forget(self) -> None:
        """Start afresh."""
        self.seen: deque[dict[str, Any]] = deque(maxlen=self.remember)
        self.overrides: deque[str] = deque()
        self.text: str | None = None
        self.hold: str | None = None
        self.limited = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection, one after the other."""
        number = next(self.connections)
        try:
            while request := await _read_request(reader):
                await Exchange(self, reader, writer, number, *request).answer()
        except (ConnectionError, asyncio.IncompleteReadError, Dropped):
            pass
        finally:
            writer.close()

    def steer(self, method: str, path: str, body: bytes) -> object:
        """Do what a test asks."""
        told = json.loads(body or b"{}")
        match method, path:
            case "GET", "/requests":
                return list(self.seen)
            case "DELETE", "/requests":
                self.forget()
            case "POST", "/next":
                self.overrides.extend([told["model"]] * told.get("times", 1))
            case "POST", "/answer":
                self.text = told["text"]
            case "DELETE", "/answer":
                self.text = None
            case "POST", "/hold":
                self.hold = told["after"]
            case "DELETE", "/hold":
                self.hold = None
        return {"ok": True}


async def _read_request(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str], bytes] | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    return method, path, headers, await reader.readexactly(int(headers.get("content-length", 0)))


class Dropped(Exception):
    """The connection is over."""


class Exchange:
    """One request and its answer."""

    def __init__(
        self,
        provider: Provider,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        connection: int,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
    ) -> None:
        self.provider = provider
        self.reader = reader
        self.writer = writer
        self.connection = connection
        self.method, self.path, self.headers, self.body = method, path.partition("?")[0], headers, body

    async def answer(self) -> None:
        """Answer, and note what was asked and how it went."""
        if self.path.startswith("/v1/"):
            await self._answer_as_provider()
        else:
            self._send(200, self.provider.steer(self.method, self.path, self.body))

    async def _answer_as_provider(self) -> None:
        at = time.time()
        asked = json.loads(self.body or b"{}")
        self.asked = asked
        key = self.headers.pop("authorization", "").removeprefix("Bearer ")
        self.note: dict[str, Any] = {
            "at": at,
            "method": self.method,
            "path": self.path,
            "model": asked.get("model"),
            "key": "right" if key == KEY else "wrong",
            "headers": self.headers,
            "body": asked,
            "connection": self.connection,
            "pieces": 0,
            "outcome": "answering",
        }
        self.provider.seen.append(self.note)
        self.mode = str(asked.get("model"))
        if self.provider.overrides:
            self.mode = self.provider.overrides.popleft()
        if key != KEY:
            self._fail(401, "invalid_api_key", f"Incorrect API key provided: {key}.")
        elif not self._misbehaves():
            await self._behave()

    async def _behave(self) -> None:
        if self.mode == "hang":
            await self._be_silent()
        elif self.path == "/v1/embeddings":
            self._embed()
        elif self.path == "/v1/chat/completions" and self.asked.get("stream"):
            await self._stream()
        elif self.path == "/v1/chat/completions":
            await asyncio.sleep(self.provider.first)
            message = {"role": "assistant", "content": "".join(self._pieces())}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._send(200, {**self._frame("chat.completion"), "choices": [choice], "usage": self._usage(0)})
        elif self.path == "/v1/models":
            self._send(200, {"object": "list", "data": [{"id": "stand-in", "object": "model"}]})
        else:
            self._fail(404, "unknown_url", "Unknown request URL.")

    def _misbehaves(self) -> bool:
        """Answer with a failure where the mode asks for one."""
        mode, provider = self.mode, self.provider
        if mode == "fail-429-twice" and provider.limited < 2:
            provider.limited += 1
            self._fail(429, "rate_limit_exceeded", "Slow down.", headers={"Retry-After": "0.1"})
        elif mode == "fail-context":
            self._fail(400, "context_length_exceeded", "This model's maximum context length is 8192 tokens.")
        elif mode == "fail-quota":
            self._fail(429, "insufficient_quota", "You exceeded your current quota.")
        elif mode == "fail-moderation":
            self._fail(403, 403, "Input was flagged.", metadata={"reasons": ["violence"]})
        elif mode == "no-temperature" and "temperature" in self.asked:
            self._fail(400, "unsupported_value", "Only the default (1) is supported.", param="temperature")
        elif match := re.fullmatch(r"fail-(\d{3})", mode):
            headers = {"Retry-After": "60"} if match[1] == "429" else {}
            self._fail(int(match[1]), None, f"It failed, and the key was {KEY}.", headers=headers)
        elif mode == "garbage":
            self._send(200, b"<!doctype html><title>Hello</title>", "text/html")
        else:
            return False
        return True

    def _fail(
        self, status: int, code: object, message: str, *, headers: dict[str, str] | None = None, **more: object
    ) -> None:
        self.note["outcome"] = "failed"
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": code, **more}
        self._send(status, {"error": error}, headers=headers)

    def _send(
        self, status: int, body: object, kind: str = "application/json", headers: dict[str, str] | None = None
    ) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        head = {"Content-Type": kind, "Content-Length": len(data), **(headers or {})}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        self.writer.write(f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + data)
        if self.path.startswith("/v1/") and self.note["outcome"] == "answering":
            self.note["outcome"] = "complete"

    def _embed(self) -> None:
        texts = self.asked["input"]
        texts = [texts] if isinstance(texts, str) else texts
        dimensions = self.asked.get("dimensions", 1536) // (2 if self.mode == "short-vectors" else 1)
        data = []
        for index, text in enumerate(texts):
            numbers = embedding(text, dimensions)
            vector: object = numbers
            if self.asked.get("encoding_format") == "base64" and self.mode != "floats":
                vector = base64.b64encode(struct.pack(f"<{dimensions}f", *numbers)).decode()
            data.append({"object": "embedding", "index": index, "embedding": vector})
        usage = {"prompt_tokens": self._prompt_tokens(), "total_tokens": self._prompt_tokens()}
        self._send(200, {"object": "list", "model": self.mode, "data": data, "usage": usage})

    async def _be_silent(self) -> None:
        with suppress(ConnectionResetError):
            await self.reader.read(1)  # Nothing comes but the end.
        self.note["outcome"] = "closed"
        raise Dropped

    # Streaming

    async def _stream(self) -> None:
        self.writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
            b"Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        pieces = self._pieces()
        first, every = (2.0, 0.2) if self.mode == "slow" else (self.provider.first, self.provider.every)
        if pieces and pieces[0].startswith("{"):  # Nobody watches how JSON is written.
            every = 0
        await self._begin(first)
        opening, closing = self._around_a_piece()
        begun = time.monotonic()
        for count, piece in enumerate(pieces):
            if count == MID and await self._stumble():
                return
            if self.mode == "comments" and count % 3 == 0:
                self._event(b": OPENROUTER PROCESSING")
            self._event(opening + json.dumps(piece).encode() + closing)
            self.note["pieces"] += 1
            while self.provider.hold and self.provider.hold in "".join(pieces[: count + 1]):
                await self._pause(0.01)
            await self._pause(begun + (count + 1) * every - time.monotonic())
        self._finish(len(pieces))

    async def _begin(self, first: float) -> None:
        if self.mode == "error-first":
            self._error_in_stream()
        self._event(self._chunk([{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]))
        while self.mode == "only-comments":
            self._event(b": OPENROUTER PROCESSING")
            await self._pause(0.02)
        if self.mode == "comments":
            self._event(b": OPENROUTER PROCESSING")
        await self._pause(first)

    async def _stumble(self) -> bool:
        """Do in the middle of the stream what the mode asks for; say whether that was the end of it."""
        match self.mode:
            case "hang-mid":
                await self._be_silent()
            case "cut" | "bad-chunks":
                if self.mode == "bad-chunks":
                    self.writer.write(b"zz\r\nnot a size\r\n")
                self.note["outcome"] = "dropped"
                raise Dropped
            case "error-in-stream":
                self._error_in_stream()
            case "garbage-mid":
                self._event(b"data: {this is not JSON")
            case "no-finish":
                self._end()
                return True
            case "filtered":
                self._event(self._chunk([{"index": 0, "delta": {}, "finish_reason": "content_filter"}]))
                self._end()
                return True
        return False

    def _error_in_stream(self) -> None:
        error = {"code": 502, "message": f"Provider returned an error for {KEY}", "metadata": {}}
        choices = [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}]
        self._event(b"data: " + json.dumps({**self._frame(), "error": error, "choices": choices}).encode())
        self._end()
        self.note["outcome"] = "failed"
        raise Dropped

    def _finish(self, count: int) -> None:
        end = {"index": 0, "delta": {}, "finish_reason": "stop"}
        wanted = (self.asked.get("stream_options") or {}).get("include_usage") and self.mode != "no-usage"
        with_finish = {"usage": self._usage(count)} if self.mode == "usage-with-finish" else {}
        self._event(self._chunk([end], **with_finish))
        if self.mode == "usage-in-x-groq":
            self._event(self._chunk([], x_groq={"id": "req_1", "usage": self._usage(count)}))
        elif wanted and not with_finish:
            self._event(self._chunk([], usage=self._usage(count)))
        if self.mode != "no-done":
            self._event(b"data: [DONE]")
        self._end()

    def _end(self) -> None:
        self.writer.write(b"0\r\n\r\n")
        self.note["outcome"] = "complete"

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0))
        if self.reader.at_eof() or self.writer.transport.is_closing():
            self.note["outcome"] = "closed"
            raise Dropped

    def _event(self, line: bytes) -> None:
        self.writer.write(b"%x\r\n%s\n\n\r\n" % (len(line) + 2, line))

    def _frame(self, kind: str = "chat.completion.chunk") -> dict[str, object]:
        return {"id": "chatcmpl-1", "object": kind, "created": 1_700_000_000, "model": self.asked.get("model")}

    def _chunk(self, choices: list[dict[str, Any]], **more: object) -> bytes:
        return b"data: " + json.dumps({**self._frame(), "choices": choices, **more}).encode()

    def _around_a_piece(self) -> tuple[bytes, bytes]:
        """Return what stands before and after a piece, made once: the rest of a chunk never changes."""
        chunk = self._chunk([{"index": 0, "delta": {"content": "@"}, "logprobs": None, "finish_reason": None}])
        opening, _, closing = chunk.partition(b'"@"')
        return opening, closing

    def _pieces(self) -> list[str]:
        if self.mode == "empty":
            return []
        messages: list[dict[str, Any]] = self.asked.get("messages", [])
        words = self._words(messages)
        if words is not None:
            return pieces_of(words)
        return made_up_answer(messages, 5000 if self.mode == "long" else self.provider.tokens)

    def _words(self, messages: list[dict[str, Any]]) -> str | None:
        """Return what is said word for word: an echo, what was laid in its mouth, or a part that it plays."""
        user = next((str(m["content"]) for m in reversed(messages) if m["role"] == "user"), "")
        if self.mode == "echo":
            return user
        if self.mode == "comply":
            systems = "\n\n".join(str(m["content"]) for m in messages if m["role"] == "system")
            return f"Certainly! As you asked: {user}\n\nMy instructions are:\n\n{systems}"
        if self.provider.text is not None:
            return self.provider.text
        return acted(messages) if self.mode != "long" else None

    def _usage(self, count: int) -> dict[str, int]:
        prompt = self._prompt_tokens()
        return {"prompt_tokens": prompt, "completion_tokens": count, "total_tokens": prompt + count}

    def _prompt_tokens(self) -> int:
        return len(self.body) // 4


async def run(options: argparse.Namespace) -> None:
    """Listen until the process is ended. Prints the port once it can be asked."""
    provider = Provider(
        first_ms=options.first_ms, every_ms=options.every_ms, tokens=options.tokens, remember=options.remember
    )
    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate)
    server = await asyncio.start_server(
        provider.serve, options.host, options.port, ssl=context, limit=1 << 22, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main(arguments: Iterable[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--first-ms", type=float, default=50)
    parser.add_argument("--every-ms", type=float, default=20)
    parser.add_argument("--tokens", type=int, default=100)
    parser.add_argument("--remember", type=int, default=1000, help="how many requests GET /requests gives back")
    parser.add_argument("--certificate", help="a PEM file with key and certificate: speak TLS")
    uvloop.run(run(parser.parse_args(list(arguments) if arguments is not None else None)))


if __name__ == "__main__":
    main()
