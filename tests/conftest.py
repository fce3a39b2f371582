"""What every test may ask for: the services, the application on them, and always the same people.

Ada runs an organization, Ben is its member, Cleo runs another one. Every test starts with empty tables and an empty
Redis, and commits for real, so that a web server, a worker and a turn's greenlet all see what it made.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.browser import Browser, finish_turns
from tests.builders import Builder, Row
from tests.fakes.provider import KEY, StandIn
from webapp import create_app
from webapp.ai.endpoint import Timeouts
from webapp.ai.openai_chat import OpenAIChat
from webapp.ai.openai_embeddings import OpenAIEmbeddings
from webapp.config import Settings
from webapp.extensions import db
from webapp.organizations.models import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from local import Services

pytest_plugins = ["tests.services"]

DIMENSIONS = 512
QUICK = Timeouts(connect=1, first=2, between=1)
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


@pytest.fixture(scope="session")
def stand_in() -> Iterator[StandIn]:
    with StandIn(first_ms=1, every_ms=0, tokens=60) as server:
        yield server


@pytest.fixture
def provider(stand_in: StandIn) -> StandIn:
    """The model provider, which has seen nothing yet and behaves."""
    stand_in.forget()
    return stand_in


@pytest.fixture(scope="session")
def environment(services: Services, stand_in: StandIn) -> dict[str, str]:
    """What a process of the product is told by its environment, in capitals."""
    return {
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.owner_url,
        "REDIS_URL": services.redis_url,
        "SECRET_KEY": "only-for-the-tests-and-nowhere-else",
        "LLM_API_KEY": KEY,
        "LLM_BASE_URL": stand_in.base_url,
        "LLM_MODEL": "stand-in",
        "EMBEDDING_API_KEY": KEY,
        "EMBEDDING_BASE_URL": stand_in.base_url,
        "EMBEDDING_MODEL": "text-embedding-3-small",
        "EMBEDDING_DIMENSIONS": str(DIMENSIONS),
    }


@contextmanager
def _applications(environment: dict[str, str]) -> Iterator[Callable[..., Flask]]:
    """Hand out what makes applications; in the end take their connections away, which are not without number."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        told = {name.lower(): value for name, value in environment.items()} | changes
        settings = Settings(**{name: value for name, value in told.items() if value is not None})
        app = create_app(settings)
        # Providers that hang are given up soon; otherwise these are what create_app makes.
        if settings.llm_api_key:
            app.extensions["language_model"] = OpenAIChat(
                api_key=settings.llm_api_key,
                base_url=settings.llm_base_url,
                model=settings.llm_model,
                timeouts=QUICK,
            )
        if settings.embedding_api_key:
            app.extensions["embedder"] = OpenAIEmbeddings(
                api_key=settings.embedding_api_key,
                base_url=settings.embedding_base_url,
                model=settings.embedding_model,
                dimensions=settings.embedding_dimensions,
                timeouts=QUICK,
            )
        made.append(app)
        return app

    try:
        yield make
    finally:
        for app in made:
            _let_go(app)


def _let_go(app: Flask) -> None:
    finish_turns(app)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    app.extensions["redis"].close()
    for name in ("language_model", "embedder"):
        if close := getattr(app.extensions[name], "close", None):
            close()


@pytest.fixture
def make_app(environment: dict[str, str]) -> Iterator[Callable[..., Flask]]:
    """Make an application with some settings changed; None takes one away."""
    with _applications(environment) as make:
        yield make


@pytest.fixture(scope="session")
def _app(environment: dict[str, str]) -> Iterator[Flask]:
    with _applications(environment) as make:
        yield make()


@pytest.fixture
def empty(services: Services, _app: Flask) -> None:
    """Empty every table and Redis. Row by row: a TRUNCATE would wait for every other connection."""
    with psycopg.connect(services.owner_url, autocommit=True) as owner:
        for table in ("organizations", "people", "guests", "audit_entries", "mails", "receipts"):
            owner.execute(f"DELETE FROM {table}".encode())
    _app.extensions["redis"].flushdb()


@pytest.fixture
def app(_app: Flask, empty: None, provider: StandIn) -> Iterator[Flask]:
    """The application, with nothing in it, a model that answers and an embedder that knows words."""
    yield _app
    finish_turns(_app)
    _app.extensions["live_answers"].draining = False


@pytest.fixture
def build(app: Flask) -> Builder:
    return Builder(app)


@pytest.fixture
def robots(build: Builder) -> Row:
    """Ada's organization."""
    return build.organization("Robots United", "robots")


@pytest.fixture
def clinic(build: Builder) -> Row:
    """Cleo's organization."""
    return build.organization("City Clinic", "clinic")


@pytest.fixture
def ada(build: Builder, robots: Row) -> Browser:
    """Ada, who runs the organization, at her browser."""
    person = build.person("Ada", software_background="Python expert", hardware_background="Arduino user")
    build.membership(person, robots, Role.ADMIN)
    return build.browser(person)


@pytest.fixture
def ben(build: Builder, robots: Row) -> Browser:
    """Ben, a member of Ada's organization."""
    person = build.person("Ben")
    build.membership(person, robots)
    return build.browser(person)


@pytest.fixture
def cleo(build: Builder, clinic: Row) -> Browser:
    """Cleo, who runs another organization and is a stranger here."""
    person = build.person("Cleo")
    build.membership(person, clinic, Role.ADMIN)
    return build.browser(person)


@pytest.fixture
def guest(build: Builder) -> Browser:
    """Somebody without an account."""
    return build.browser()


@pytest.fixture
def handbook(build: Builder, robots: Row) -> Row:
    """A collection of Ada's organization."""
    return build.collection(robots)


@pytest.fixture
def document(build: Builder, handbook: Row) -> Row:
    """A document in it that was taken in."""
    return build.document(handbook)


@pytest.fixture
def tutor(build: Builder, robots: Row, handbook: Row, document: Row) -> Row:
    """An assistant that anyone may ask, and that answers from the document."""
    return build.assistant(robots, "tutor", handbook, name="Tutor")
