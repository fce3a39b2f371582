"""Whether the process is up, and whether everything that it stands on is."""

from typing import Any

from flask import Blueprint, Response, jsonify
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp import tenancy
from webapp.extensions import db, limiter, redis_client, settings
from webapp.jobs import worker_running

bp = Blueprint("health", __name__)
limiter.exempt(bp)


@bp.get("/healthz")
def healthz() -> Response:
    """Answer that this process is up; nothing else is asked."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Answer 200 when PostgreSQL and Redis are there, and say whether a worker and the second wall are."""
    database, redis = _database(), _redis()
    found: dict[str, Any] = {"database": database, "redis": redis, "worker": worker_running() if redis else False}
    if database:
        found["second_wall"] = tenancy.second_wall()
        found["language_model"] = settings().llm_model if settings().llm_api_key else None
    return jsonify(found), 200 if database and redis else 503


def _database() -> bool:
    try:
        db.session.execute(text("SELECT FROM passages LIMIT 0"))
    except SQLAlchemyError:
        return False
    return True


def _redis() -> bool:
    try:
        redis_client().ping()
    except RedisError:
        return False
    return True
