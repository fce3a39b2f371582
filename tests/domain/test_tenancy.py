"""The second wall: what a query forgot to ask, PostgreSQL still hides."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from uuid import UUID

import gevent
import psycopg
import pytest
from rq import Queue
from sqlalchemy import Table, func, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from tests.builders import GEAR_QUESTION, Builder, Row
from tests.pictures import png
from webapp import tenancy
from webapp.accounts.visitor import visitor
from webapp.assistants.models import Assistant
from webapp.chat.models import Citation
from webapp.extensions import Base, db, embedder
from webapp.feedback.models import Gap
from webapp.knowledge.models import Passage
from webapp.knowledge.retrieval import Query, search
from webapp.organizations.models import Organization
from webapp.probes.models import ProbeRun
from webapp.scorecards.models import Check, Ruling, Scorecard, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from local import Services
    from tests.browser import Browser

TENANT_TABLES = [
    table for table in Base.metadata.sorted_tables if "organization_id" in table.c or table.name == "organizations"
]
# The last models, with which all are there.
assert {Citation.__table__, Gap.__table__, ProbeRun.__table__} <= set(TENANT_TABLES)
NOBODYS = {
    "people", "sessions", "guests", "links", "mails", "receipts", "identities", "second_factors", "recovery_codes",
    "passkeys", "pictures",
}  # fmt: skip


@pytest.fixture
def furnished(build: Builder, robots: Row, clinic: Row, ada: Browser, cleo: Browser, tutor: Row, document: Row) -> None:
    """Something in every table of both organizations."""
    for admin, slug in ((ada, "robots"), (cleo, "clinic")):
        admin.send(f"/organizations/{slug}/invitations", {"email": "new@example.org", "role": "member"})
        picture = (io.BytesIO(png()), "logo.png")
        admin.send(f"/organizations/{slug}/settings", {"name": slug, "slug": slug, "logo": picture})
    with build.inside() as session:
        for home in (robots, clinic):
            session.add(ProbeRun(organization_id=home.id, runner="Ada", passed_count=0, failed_count=0, results=[]))
        session.commit()
    ada.send(f"{ada.begin('tutor', GEAR_QUESTION).path}/share")
    ward = build.collection(clinic, "Ward")
    notes = build.document(ward)
    for assistant in (tutor, build.assistant(clinic, "nurse", ward)):
        build.picture(assistant)
        build.scenario(assistant)
        play = build.ended_play(assistant, ada.person, "I need a car.", "Where do you drive?", "In town.")
        build.mark_waiting()
        with build.inside() as session:
            check = session.scalars(
                select(Check).join(Check.scorecard).where(Scorecard.conversation_id == play, Check.position == 0)
            ).one()
            session.add(Ruling(check=check, organization_id=check.organization_id, verdict=Verdict.YES))
            session.commit()
    cleo.send(f"{cleo.begin('nurse', GEAR_QUESTION).path}/share")
    for admin, slug in ((ada, "tutor"), (cleo, "nurse")):
        answer_id = admin.begin(slug, "Who won the chess cup?").answer_id
        admin.send(f"/messages/{answer_id}/feedback", {"thumb": "up"})
        admin.send(f"/messages/{answer_id}/reports", {"note": "It is wrong."})
    for reader, read in ((ada, document), (cleo, notes)):
        build.reading_place(reader.person, read)


def seen(table: Table) -> set[UUID]:
    """Return whose rows a query without any filter sees."""
    column = table.c.id if table.name == "organizations" else table.c.organization_id
    return set(db.session.scalars(select(column)))


def everywhere_seen() -> dict[str, set[UUID]]:
    """Return the same for each table by name."""
    return {table.name: seen(table) for table in TENANT_TABLES}


def test_every_table_belongs_to_organizations_or_to_people(app: Flask) -> None:
    assert {table.name for table in Base.metadata.sorted_tables} - {table.name for table in TENANT_TABLES} == NOBODYS


def test_every_table_shows_only_the_organizations_in_scope(
    app: Flask, build: Builder, furnished: None, robots: Row, clinic: Row
) -> None:
    ours, theirs = robots.id, clinic.id
    for scope in ((), (ours,), (theirs,), (ours, theirs)):
        expected = set(scope) or {ours, theirs}
        with build.inside(*scope):
            assert everywhere_seen() == {table.name: expected for table in TENANT_TABLES}
    with app.app_context():
        assert not any(everywhere_seen().values())
        tenancy.see(())
        assert not any(everywhere_seen().values())
        db.session.remove()


def every_model() -> dict[str, set[UUID]]:
    """Return for each model whose rows a query without any filter brings, as the objects that it makes."""
    found = {}
    for mapper in Base.registry.mappers:
        if mapper.local_table in TENANT_TABLES:
            rows = db.session.scalars(select(mapper.class_)).all()
            whose = "id" if mapper.class_ is Organization else "organization_id"
            found[mapper.class_.__name__] = {getattr(row, whose) for row in rows}
    db.session.remove()
    return found


def in_a_request(app: Flask, _organization: UUID, browser: Browser) -> dict[str, set[UUID]]:
    with app.test_request_context(environ_overrides={"HTTP_COOKIE": cookies(browser)}):
        visitor()
        return every_model()


def in_a_greenlet(app: Flask, organization: UUID, _browser: Browser) -> dict[str, set[UUID]]:
    def turn() -> dict[str, set[UUID]]:
        with app.app_context(), tenancy.seeing(organization):
            return every_model()

    started = gevent.spawn(turn)
    gevent.joinall([started], raise_error=True)
    return started.value  # type: ignore[no-any-return]


def in_a_job(app: Flask, organization: UUID, _browser: Browser) -> dict[str, set[UUID]]:
    queue = Queue(connection=app.extensions["redis"], is_async=False)
    worker["app"] = app
    done = queue.enqueue(job, str(organization), result_ttl=60)
    assert done.is_finished, done.latest_result()
    return done.return_value()  # type: ignore[no-any-return]


worker: dict[str, Flask] = {}


def job(organization: str) -> dict[str, set[UUID]]:
    with worker["app"].app_context(), tenancy.seeing(UUID(organization)):
        return every_model()


@pytest.mark.parametrize("look", [in_a_request, in_a_greenlet, in_a_job], ids=lambda look: look.__name__)
def test_no_model_without_its_filter_brings_rows_of_another_organization(
    app: Flask,
    build: Builder,
    furnished: None,
    cleo: Browser,
    clinic: Row,
    look: Callable[[Flask, UUID, Browser], dict[str, set[UUID]]],
) -> None:
    with build.inside() as session:  # The tutor is for everyone, and so would be its organization.
        session.execute(Assistant.__table__.update().values(audience="organization"))
        session.commit()
    with build.inside():
        everything = every_model()
    found = look(app, clinic.id, cleo)
    assert set(found) == set(everything)
    for model, organizations in found.items():
        assert len(everything[model]) > 1, f"{model} has rows of one organization only, and proves nothing"
        assert organizations == {clinic.id}, model


def test_every_tenant_table_has_its_wall_in_the_database(services: Services) -> None:
    with psycopg.connect(services.owner_url) as owner:
        walled = {
            name
            for (name,) in owner.execute(
                "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
            )
        }
    assert walled == {table.name for table in TENANT_TABLES}


def test_the_scope_holds_across_commits_and_savepoints_and_ends_with_its_work(
    app: Flask, build: Builder, furnished: None, robots: Row, clinic: Row
) -> None:
    passages = Base.metadata.tables["passages"]
    with app.app_context():
        with tenancy.seeing(robots.id):
            assert seen(passages) == {robots.id}
            db.session.commit()
            assert seen(passages) == {robots.id}
            with db.session.begin_nested() as savepoint:
                with tenancy.seeing(clinic.id):
                    assert seen(passages) == {clinic.id}
                savepoint.rollback()
            assert seen(passages) == {robots.id}
            db.session.rollback()
            assert seen(passages) == {robots.id}
        assert seen(passages) == set()
        db.session.remove()
    with app.app_context():
        assert seen(passages) == set()
        db.session.remove()


def test_a_pooled_connection_forgets_who_used_it(app: Flask, build: Builder, furnished: None, robots: Row) -> None:
    with build.inside(robots.id):
        assert seen(Base.metadata.tables["passages"])
        pid = db.session.scalar(text("SELECT pg_backend_pid()"))
        db.session.commit()
    with app.app_context(), db.engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) == pid
        assert connection.scalar(text("SELECT count(*) FROM passages")) == 0


def test_a_greenlet_sees_what_it_was_handed_and_nothing_of_its_neighbours(
    app: Flask, furnished: None, robots: Row, clinic: Row
) -> None:
    passages = Base.metadata.tables["passages"]

    def look(organization: UUID) -> list[set[UUID]]:
        found = []
        with app.app_context(), tenancy.seeing(organization):
            for _ in range(5):
                found.append(seen(passages))
                gevent.sleep(0)
                db.session.commit()
            db.session.remove()
        return found

    lookers = [gevent.spawn(look, organization) for organization in (robots.id, clinic.id) * 3]
    gevent.joinall(lookers, raise_error=True)
    for looker, organization in zip(lookers, (robots.id, clinic.id) * 3, strict=True):
        assert looker.value == [{organization}] * 5


def test_a_request_sees_no_further_than_its_visitor(
    app: Flask, build: Builder, furnished: None, cleo: Browser, robots: Row
) -> None:
    with build.inside() as session:
        session.execute(Assistant.__table__.update().values(audience="organization"))
        session.commit()
    for browser, expected in ((cleo, {"clinic"}), (build.browser(), set())):
        with app.test_request_context(environ_overrides={"HTTP_COOKIE": cookies(browser)}):
            visitor()
            slugs = set(db.session.scalars(text("SELECT slug FROM organizations")))
            assert slugs == expected
            db.session.remove()


def cookies(browser: Browser) -> str:
    cookie = browser.get_cookie("session_token")
    return f"session_token={cookie.value}" if cookie else ""


def test_rows_of_others_can_neither_be_written_nor_changed(
    build: Builder, furnished: None, robots: Row, clinic: Row
) -> None:
    with build.inside(clinic.id) as session:
        session.execute(text("UPDATE documents SET name = 'stolen'"))
        session.execute(text("DELETE FROM messages"))
        session.commit()
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(
                text("INSERT INTO collections (id, organization_id, name) VALUES (gen_random_uuid(), :id, 'mine')"),
                {"id": robots.id},
            )
        session.rollback()
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.execute(text("UPDATE collections SET organization_id = :id"), {"id": robots.id})
    with build.inside(robots.id) as session:
        assert session.scalars(text("SELECT name FROM documents")).all() == ["handbook.md"]
        assert session.scalar(text("SELECT count(*) FROM messages")) == 7


def test_the_search_refuses_an_organization_out_of_reach(
    app: Flask, build: Builder, furnished: None, robots: Row, clinic: Row, handbook: Row
) -> None:
    query = [Query("backlash", None)]
    with build.inside(robots.id):
        assert search(robots.id, [handbook.id], query, embedder(), 5)
    with build.inside(clinic.id):
        with pytest.raises(DBAPIError, match="out of reach"):
            search(robots.id, [handbook.id], query, embedder(), 5)
        db.session.rollback()
        assert search(clinic.id, [handbook.id], query, embedder(), 5) == []
    with app.app_context():
        with pytest.raises(DBAPIError, match="out of reach"):
            search(robots.id, [handbook.id], query, embedder(), 5)
        db.session.remove()


def test_the_applications_role_cannot_climb_the_wall(app: Flask, furnished: None, services: Services) -> None:
    with psycopg.connect(services.database_url, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM passages").fetchone() == (0,)
        for attempt in (
            "SET row_security = off; SELECT * FROM passages",
            "ALTER TABLE passages DISABLE ROW LEVEL SECURITY",
            "DROP POLICY organization ON passages",
            "CREATE POLICY all_of_it ON passages USING (true)",
            "SET ROLE postgres",
            f"SET SESSION AUTHORIZATION {owner_of(services)}",
            f"SET ROLE {owner_of(services)}",
            "ALTER ROLE CURRENT_USER BYPASSRLS",
            "TRUNCATE passages",
            "UPDATE alembic_version SET version_num = 'x'",
            "COPY (SELECT 1) TO PROGRAM 'true'",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(attempt.encode())


def owner_of(services: Services) -> str:
    from urllib.parse import urlsplit

    return urlsplit(services.owner_url).username or ""


def test_the_second_wall_is_up(app: Flask, build: Builder) -> None:
    with build.inside():
        assert tenancy.second_wall()


def test_the_owner_and_so_a_backup_sees_everything(furnished: None, services: Services) -> None:
    with psycopg.connect(services.owner_url) as owner:
        assert owner.execute("SELECT count(DISTINCT organization_id) FROM passages").fetchone() == (2,)


def test_a_search_without_any_filter_of_ours_still_finds_only_ours(
    build: Builder, furnished: None, robots: Row
) -> None:
    with build.inside(robots.id) as session:
        assert session.scalar(select(func.count()).select_from(Passage)) == 3


def test_an_error_in_the_middle_is_the_error_that_is_told(build: Builder, robots: Row) -> None:
    with pytest.raises(DBAPIError, match="division by zero"), build.inside(robots.id) as session:
        session.execute(text("SELECT 1/0"))
