"""Logs: one line of key=value for each event, with the request's id; traces without anybody's words or keys in them."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# What must never be read in a log, should a library put it into a message.
_SECRETS = re.compile(r"(?i)(bearer\s+)\S+|\b(sk|gsk|pk|key)[-_][\w.-]{8,}|(://[^:/\s]+:)[^@\s]+(?=@)")


def configure() -> None:
    """Send structured events, and warnings of libraries, to standard output."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redact,
            structlog.processors.LogfmtRenderer(key_order=("timestamp", "level", "event"), bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")


def _redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: redacted(value) if isinstance(value, str) else value for name, value in event.items()}


def redacted(text: str) -> str:
    """Return the text without anything that looks like a key or a password in an address."""
    return _SECRETS.sub(lambda found: f"{found.group(1) or found.group(3) or ''}…", text)
