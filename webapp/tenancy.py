"""Which organizations the work in hand may see: the second wall beneath every query.

A request, a turn and a job each say so once. Every transaction then begins by telling PostgreSQL (`connections.py`),
whose row-level security hides everything else, whatever a query forgot to ask. The choice lives in the application
context, so it ends with the request, turn or job; work that says nothing sees no organization at all.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from flask import g
from sqlalchemy import text
from sqlalchemy.exc import InternalError

from webapp.extensions import db

EVERYWHERE = "everywhere"
SETTING = "app.organizations"


def see(organizations: Collection[UUID]) -> None:
    """Let the rest of this application context see these organizations and no others."""
    _enter(_scope(organizations))


@contextmanager
def seeing(*organizations: UUID) -> Iterator[None]:
    """Let the work inside see these organizations and no others."""
    before = scope()
    see(organizations)
    try:
        yield
    finally:
        _enter(before)


@contextmanager
def everywhere() -> Iterator[None]:
    """Let the work inside see every organization: maintenance, super admins, the first account."""
    before = scope()
    _enter(EVERYWHERE)
    try:
        yield
    finally:
        _enter(before)


def seen(organizations: Collection[UUID]) -> None:
    """Note that the transaction in hand has been told these organizations, by a query that found them itself."""
    g.organizations = _scope(organizations)


def scope() -> str:
    """Return what the work in hand sees, as the setting has it: no organization, some by their ids, or everywhere."""
    return g.get("organizations", "") if g else ""


def _scope(organizations: Collection[UUID]) -> str:
    return "{" + ",".join(each.hex for each in organizations) + "}"


def _enter(what: str) -> None:
    g.organizations = what
    session = db.session()
    if session.in_transaction() and session.is_active:
        # A transaction that a statement broke can only be rolled back, and the next one is told anew.
        with suppress(InternalError):
            session.connection().exec_driver_sql(f"SELECT set_config('{SETTING}', %s, true)", (what,))


def second_wall() -> bool:
    """Tell whether this process's role is held back by row-level security."""
    found = db.session.execute(
        text(
            "SELECT NOT (r.rolsuper OR r.rolbypassrls OR pg_has_role(c.relowner, 'member')) FROM pg_roles r, pg_class c"
            " WHERE r.rolname = current_user AND c.oid = 'passages'::regclass"
        )
    )
    return bool(found.scalar())
