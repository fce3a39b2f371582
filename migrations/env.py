"""Migrations run as the owner of the tables; the application's own role is then given what it may do."""

import re
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from webapp.extensions import db, settings

LOCK = 7_305_264_118


def migrate() -> None:
    """Bring the schema to the newest revision, one process at a time, and grant the application its rights."""
    chosen = settings()
    engine = create_engine(chosen.database_owner_url or chosen.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
        connection.commit()
        context.configure(
            connection=connection, target_metadata=db.metadata, compare_server_default=False, include_object=_ours
        )
        with context.begin_transaction():
            context.run_migrations()
        if chosen.application_role and not getattr(context.config.cmd_opts, "autogenerate", False):
            _grant(connection, chosen.application_role)
            connection.commit()


def _grant(connection: Any, role: str) -> None:
    if not re.fullmatch(r"[A-Za-z_][\w$-]*", role):
        raise ValueError("the application's role has a name that cannot be granted to")
    connection.execute(text(f'GRANT USAGE ON SCHEMA public TO "{role}"'))
    connection.execute(text(f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"'))
    connection.execute(text(f'REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM "{role}"'))


def _ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:  # noqa: FBT001
    """Leave out what maintenance makes: an index of its own for every large organization."""
    return not (kind == "index" and name and name.startswith("passages_hnsw_"))


with current_app.app_context():
    migrate()
