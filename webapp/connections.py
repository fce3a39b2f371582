"""Connections to PostgreSQL: how they wait and begin, when they are asked if they are still there, how reading ends.

One that has lain idle is asked before it is used. SQLAlchemy's own `pool_pre_ping` asks each time, which is a round
trip in nine of a turn.
"""

import time
from contextlib import suppress
from typing import Any, Self

import psycopg
from flask import Response, request
from gevent.monkey import is_module_patched
from gevent.socket import wait_read, wait_readwrite, wait_write
from pgvector import HalfVector
from pgvector.psycopg.halfvec import HalfVectorBinaryDumper
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from psycopg.waiting import Ready, Wait
from sqlalchemy import event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import Pool

from webapp import tenancy
from webapp.extensions import db
from webapp.web.origin import SAFE

FRESH = 5.0

# A question's vector is sent in binary. An engine copies what psycopg knows when it is made, which is after this.
psycopg.adapters.register_dumper(HalfVector, HalfVectorBinaryDumper)


def end_reading(response: Response) -> Response:
    """Commit what a request that writes nothing has read, before its answer goes out.

    After a ROLLBACK psycopg forgets what it has prepared on the connection, and PostgreSQL parses and plans it anew.
    """
    if request.method not in SAFE or not db.session.registry.has():
        return response
    session = db.session()
    if session.in_transaction() and not (session.new or session.dirty or session.deleted):
        session.expire_on_commit = False  # What was read may still be on its way into the answer.
        with suppress(SQLAlchemyError):
            session.commit()
    return response


class Connection(psycopg.Connection[Any]):
    """A connection that waits for its socket as gevent does it. psycopg's own way makes a poll object and a timer."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Run what talks to the server, and let other greenlets work while it waits."""
        if timeout is not None or not is_module_patched("select"):
            return super().wait(gen, interval, timeout)
        try:
            state = next(gen)
            while True:
                if state == Wait.R:
                    wait_read(self.fileno())
                    ready = Ready.R
                elif state == Wait.W:
                    wait_write(self.fileno())
                    ready = Ready.W
                else:
                    wait_readwrite(self.fileno())
                    ready = Ready.RW
                state = gen.send(ready)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]

    def begin(self) -> None:
        """Begin a transaction where none is open, in the same breath as PostgreSQL is told what may be seen in it."""
        if self.pgconn.transaction_status == TransactionStatus.IDLE:
            scope = tenancy.scope()
            psycopg.Cursor(self).execute(f"BEGIN; SET LOCAL {tenancy.SETTING} = '{scope}'" if scope else "BEGIN")


class Cursor(psycopg.Cursor[Any]):
    """A cursor whose first statement begins a transaction. psycopg itself would have that cost a round trip more."""

    connection: Connection

    def execute(self, *arguments: Any, **named: Any) -> Self:
        """Execute one statement."""
        self.connection.begin()
        return super().execute(*arguments, **named)

    def executemany(self, *arguments: Any, **named: Any) -> None:
        """Execute one statement with many sets of values."""
        self.connection.begin()
        super().executemany(*arguments, **named)


@event.listens_for(Dialect, "do_connect")
def _connect(_dialect: Dialect, _record: Any, arguments: Any, named: Any) -> psycopg.Connection[Any]:
    return Connection.connect(*arguments, autocommit=True, cursor_factory=Cursor, **named)


@event.listens_for(Pool, "checkin")
def _note(_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


@event.listens_for(Pool, "checkout")
def _ask(connection: psycopg.Connection[Any], record: Any, _proxy: Any) -> None:
    if time.monotonic() - record.info.get("used_at", time.monotonic()) > FRESH:
        try:
            psycopg.Cursor(connection).execute("SELECT 1")
        except psycopg.Error as gone:
            raise DisconnectionError from gone
