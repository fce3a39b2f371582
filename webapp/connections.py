"""Connections to PostgreSQL: when they are asked whether they are still there, and how a reading transaction ends.

One that has lain idle is asked before it is used. SQLAlchemy's own `pool_pre_ping` asks each time, which is a round
trip in nine of a turn.
"""

import time
from contextlib import suppress
from typing import Any

import psycopg
from flask import Response, request
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import Pool

from webapp.extensions import db
from webapp.web.origin import SAFE

FRESH = 5.0


def end_reading(response: Response) -> Response:
    """Commit what a request that writes nothing has read, before its answer goes out.

    After a ROLLBACK psycopg forgets what it has prepared on the connection, and PostgreSQL parses and plans it anew.
    """
    session = db.session()
    if request.method in SAFE and session.in_transaction() and not (session.new or session.dirty or session.deleted):
        session.expire_on_commit = False  # What was read may still be on its way into the answer.
        with suppress(SQLAlchemyError):
            session.commit()
    return response


@event.listens_for(Pool, "checkin")
def _note(_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


@event.listens_for(Pool, "checkout")
def _ask(connection: psycopg.Connection[Any], record: Any, _proxy: Any) -> None:
    if time.monotonic() - record.info.get("used_at", time.monotonic()) > FRESH:
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except psycopg.Error as gone:
            raise DisconnectionError from gone
