"""Connections to PostgreSQL: one that has lain idle is asked whether it is still there before it is used.

SQLAlchemy's own `pool_pre_ping` asks each time, which is a round trip in nine of a turn.
"""

import time
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import Pool

FRESH = 5.0


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
