"""The queue hears of work after the commit, and of nothing that was rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from rq import Queue

from webapp import jobs
from webapp.extensions import db

if TYPE_CHECKING:
    from flask import Flask

    from tests.builders import Builder


def waiting(app: Flask) -> int:
    return Queue("default", connection=app.extensions["redis"]).count


def enqueue() -> None:
    db.session.connection()
    jobs.enqueue("knowledge.embed_missing", uuid4())


def test_work_is_handed_over_after_the_commit_and_once(app: Flask, build: Builder) -> None:
    with build.inside() as session:
        enqueue()
        assert waiting(app) == 0
        session.commit()
        assert waiting(app) == 1
        session.commit()
        assert waiting(app) == 1


def test_a_rollback_takes_work_back(app: Flask, build: Builder) -> None:
    with build.inside() as session:
        enqueue()
        session.rollback()
        session.commit()
        assert waiting(app) == 0


def test_a_savepoint_that_is_released_still_waits_for_the_commit(app: Flask, build: Builder) -> None:
    with build.inside() as session:
        with session.begin_nested():
            with session.begin_nested():
                enqueue()
            enqueue()
        assert waiting(app) == 0
        session.commit()
        assert waiting(app) == 2


def test_a_savepoint_that_is_rolled_back_takes_only_its_own_work_back(app: Flask, build: Builder) -> None:
    with build.inside() as session:
        enqueue()
        with session.begin_nested():
            enqueue()
        with session.begin_nested() as savepoint:
            with session.begin_nested():
                enqueue()
            savepoint.rollback()
        session.commit()
        assert waiting(app) == 2


def test_the_same_work_waits_once(app: Flask, build: Builder) -> None:
    organization = uuid4()
    with build.inside() as session:
        for _ in range(2):
            db.session.connection()
            jobs.enqueue("knowledge.embed_missing", organization, once=True)
            session.commit()
        assert waiting(app) == 1


def test_with_redis_away_the_commit_stands(app: Flask, build: Builder, capfd: pytest.CaptureFixture[str]) -> None:
    import redis

    away = redis.Redis(port=1, socket_connect_timeout=1)
    app.extensions["redis"], there = away, app.extensions["redis"]
    try:
        with build.inside() as session:
            enqueue()
            session.commit()
    finally:
        app.extensions["redis"] = there
        away.close()
    assert "not_enqueued" in capfd.readouterr().out
