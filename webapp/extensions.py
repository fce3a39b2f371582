"""The extensions that the application is made with. They are bound to it in `create_app`."""

import flask_limiter
import redis
from flask import current_app
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase

from webapp.ai import Embedder, LanguageModel
from webapp.config import Settings


class Base(DeclarativeBase):
    """What every model inherits from."""


class Limiter(flask_limiter.Limiter):
    """A limiter of views alone: no other request is looked up for limits before its view is known."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:  # noqa: FBT001, FBT002
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


db = SQLAlchemy(model_class=Base)
migrate = Migrate()
login = LoginManager()
limiter = Limiter(
    key_func=lambda: "",  # Every limit names its own key.
    strategy="sliding-window-counter",
    swallow_errors=True,
    in_memory_fallback_enabled=True,
)


def settings() -> Settings:
    """Return the settings of the application in hand."""
    return current_app.extensions["settings"]  # type: ignore[no-any-return]


def redis_client() -> redis.Redis:
    """Return the process's Redis client. It gives up after five seconds, so it must not block for longer."""
    return current_app.extensions["redis"]  # type: ignore[no-any-return]


def connect_redis(chosen: Settings, patience: float | None = 5.0) -> redis.Redis:
    """Return a client that waits so many seconds for an answer. Nothing is sent before the first use."""
    return redis.Redis.from_url(
        chosen.redis_url,
        socket_timeout=patience,
        socket_connect_timeout=2,
        health_check_interval=30,
        **chosen.redis_options,
    )


def language_model() -> LanguageModel | None:
    """Return the deployment's language model, or None where answers are quotations."""
    return current_app.extensions["language_model"]  # type: ignore[no-any-return]


def embedder() -> Embedder:
    """Return what turns text into vectors."""
    return current_app.extensions["embedder"]  # type: ignore[no-any-return]
