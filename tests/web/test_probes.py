"""The break-in report: what is closed is found closed, and a hole is found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, text, update

from tests.browser import Browser
from tests.builders import GEAR_QUESTION, Builder
from webapp.accounts.models import Guest, Person, Session
from webapp.accounts.visitor import current_person
from webapp.chat.models import Conversation
from webapp.extensions import Base, db
from webapp.knowledge.models import Document
from webapp.organizations.models import INTRUDERS, Organization
from webapp.probes import strangers
from webapp.probes.models import ProbeRun
from webapp.records import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from local import Services
    from tests.browser import Page
    from tests.builders import Row

PROBES = "/organizations/robots/probes"


def run(browser: Browser) -> Page:
    assert browser.send(PROBES).location == PROBES
    return browser.read(PROBES)


def results(build: Builder) -> list[dict[str, Any]]:
    with build.inside() as session:
        found = session.scalars(select(ProbeRun).order_by(ProbeRun.created_at.desc())).first()
        assert found
        return found.results


def everything(build: Builder) -> dict[str, int]:
    """Count every row there is, but for what a run keeps of itself."""
    with build.inside() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in {"probe_runs", "audit_entries"}
        }


def test_nothing_comes_through_and_nothing_is_left_behind(
    app: Flask, ada: Browser, ben: Browser, cleo: Browser, build: Builder, clinic: Row, tutor: Row
) -> None:
    ward = build.collection(clinic, "Ward")
    build.document(ward, "ward.md")
    build.assistant(clinic, "nurse", ward, audience="organization")  # type: ignore[arg-type]
    cleo.begin("nurse", GEAR_QUESTION)
    cleo.send("/organizations/clinic/invitations", {"email": "eve@example.org", "role": "member"})
    assert "Nobody has tried yet" in ada.read(PROBES).words("main")
    before = everything(build)
    page = run(ada)
    found = results(build)
    assert [result for result in found if not result["passed"]] == []
    assert f"All {len(found)} probes were refused." in page.words("#summary")
    assert "Run by Ada" in page.words("#summary")
    assert page.values("#summary time", "datetime")[0].startswith(f"{datetime.now(UTC):%Y-%m-%d}")
    with build.inside() as session:
        assert session.scalars(select(ProbeRun.runner_id)).all() == [ada.person.id]
    assert everything(build) == before
    assert {result["who"] for result in found} == {"admin", "member", "guest", "the database"}
    tried = {result["route"] for result in found}
    for rule in app.url_map.iter_rules():
        if {"id", "slug"} & rule.arguments:
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            assert f"{method} {rule.rule}" in tried, rule
    tables = {result["route"]: result["seen"] for result in found if result["who"] == "the database"}
    assert tables["SELECT FROM passages"] == tables["SELECT FROM messages"] == "none"
    assert "Ran the probes" in ada.read("/organizations/robots/audit").words("#entries")


def test_an_organization_that_is_alone_is_probed_too(ada: Browser, build: Builder) -> None:
    run(ada)
    assert {result["passed"] for result in results(build)} == {True}
    with build.inside() as session:
        assert session.scalars(select(Organization.slug)).all() == ["robots"]


def test_limits_do_not_spoil_it_and_are_not_used_up(make_app: Callable[..., Flask], ada: Browser, tutor: Row) -> None:
    strict = Builder(make_app(questions_per_minute=1, guest_questions_per_minute_and_address=1))
    browser = strict.browser(ada.person)
    run(browser)
    assert {result["seen"] for result in results(strict) if not result["passed"]} == set()
    browser.begin("tutor", GEAR_QUESTION)


def test_no_header_makes_a_request_a_probe(make_app: Callable[..., Flask], ada: Browser, tutor: Row) -> None:
    browser = Builder(make_app(questions_per_minute=1)).browser(ada.person)
    headers = {"colloquy.probe": "1", "Colloquy-Probe": "1"}
    path = "/assistants/tutor/conversations"
    assert browser.send(path, {"message": "One?"}, headers=headers).status == 303
    assert browser.send(path, {"message": "Two?"}, headers=headers).status == 429
    browser.wait()


def read_any_document(id: Any) -> tuple[str, int]:
    """A document, for whoever knows its id: nobody asked whose it is."""
    from webapp import tenancy

    with tenancy.everywhere():
        found = db.session.get(Document, id)
        return (found.name, 200) if found else ("", 404)


def list_all_conversations() -> str:
    """Every conversation, for everybody who is signed in."""
    from webapp import tenancy

    if current_person() is None:
        return ""
    with tenancy.everywhere():
        return ", ".join(db.session.scalars(select(Conversation.title)))


def rename_any_conversation(slug: str, id: Any) -> tuple[str, int]:
    """A change to somebody else's conversation, for whoever runs some organization."""
    from webapp import tenancy
    from webapp.organizations import access

    access.administered(slug)
    with tenancy.everywhere():
        changed = db.session.execute(update(Conversation).where(Conversation.id == id).values(title="stolen"))
        db.session.commit()
        return "", 200 if changed.rowcount else 404


HOLES = [
    ("GET", "/holes/<uuid:id>", read_any_document, {"admin", "member", "guest"}),
    ("GET", "/holes", list_all_conversations, {"admin", "member"}),
    ("POST", "/organizations/<slug>/holes/<uuid:id>", rename_any_conversation, {"admin"}),
]


@pytest.mark.parametrize(("method", "rule", "view", "who"), HOLES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_hole_is_found(
    make_app: Callable[..., Flask],
    ada: Browser,
    cleo: Browser,
    build: Builder,
    clinic: Row,
    method: str,
    rule: str,
    view: Callable[..., Any],
    who: set[str],
) -> None:
    nurse = build.assistant(clinic, "nurse", build.collection(clinic, "Ward"))
    asked = cleo.begin(nurse.slug, GEAR_QUESTION)
    app = make_app()
    app.add_url_rule(rule, view_func=view, methods=[method])
    leaky = Builder(app)
    page = run(leaky.browser(ada.person))
    failed = [result for result in results(leaky) if not result["passed"]]
    assert {(result["route"], result["who"]) for result in failed} == {(f"{method} {rule}", each) for each in who}
    assert f"{len(failed)} of {len(results(leaky))} probes came through." in page.words("#summary")
    assert rule in page.words("#failed")
    assert results(leaky)[: len(failed)] == failed
    assert asked.page.title.startswith("Does a strain wave gear"), "what belongs to somebody was changed"


def test_a_table_without_its_wall_is_found(ada: Browser, build: Builder, services: Services) -> None:
    import psycopg

    with psycopg.connect(services.owner_url, autocommit=True) as owner:
        owner.execute("CREATE POLICY hole ON documents USING (true)")
        try:
            run(ada)
        finally:
            owner.execute("DROP POLICY hole ON documents")
    failed = [result for result in results(build) if not result["passed"]]
    assert [(result["route"], result["seen"]) for result in failed] == [("SELECT FROM documents", "1 rows of others")]


def test_the_report_names_nothing_of_others(ada: Browser, cleo: Browser, build: Builder, clinic: Row) -> None:
    build.document(build.collection(clinic, "Ward"), "ward.md")
    page = run(ada)
    for word in (str(clinic.id), "clinic", "City Clinic", "ward.md", str(cleo.person.id)):
        assert word not in page.html


def test_what_a_run_that_died_left_behind_is_cleared_away(app: Flask, ada: Browser, build: Builder) -> None:
    before = everything(build)
    with build.inside(), pytest.raises(KeyboardInterrupt), strangers.strangers():
        raise KeyboardInterrupt
    assert everything(build) == before
    with build.inside() as session:
        session.add(Organization(name="Stranger", slug=f"probe-{'0' * 32}", created_at=now() - 2 * strangers.LIFE))
        session.add(
            Person(
                name="Stranger",
                email=f"x{INTRUDERS}",
                password_hash=strangers.NO_PASSWORD,
                created_at=now() - 2 * strangers.LIFE,
            )
        )
        session.add(Organization(name="Probe and Sons", slug="probe-and-sons", created_at=now() - 2 * strangers.LIFE))
        session.commit()
        strangers.clear_away()
        session.commit()
        assert set(session.scalars(select(Organization.slug))) == {"robots", "probe-and-sons"}
        assert session.scalars(select(Person.name)).all() == ["Ada"]
        assert session.scalar(select(func.count()).select_from(Guest)) == 0
        assert session.scalar(select(func.count()).select_from(Session)) == 1
        assert session.scalar(text("SELECT count(*) FROM documents")) == 0


def test_whoever_tries_the_doors_is_not_one_of_the_people(ada: Browser, build: Builder, robots: Row) -> None:
    with build.inside(), strangers.intruders(robots.id) as tried:
        assert [intruder.role for intruder in tried] == ["admin", "member", "guest"]
        assert ada.read("/organizations/robots/members").each("[aria-label=Members] .row__name") == ["Ada (you)"]
        ada.send("/organizations/robots/departure")
        assert "keeps one admin" in ada.read("/organizations/robots/members").words(".flash--negative")


def test_nobody_signs_up_as_one_of_them(guest: Browser) -> None:
    fields = {
        "name": "Eve",
        "email": f"eve{INTRUDERS}",
        "password": "a short sentence",
        "software_background": "Beginner",
        "hardware_background": "None",
    }
    page = guest.send("/signup", fields)
    assert page.status == 422
    assert page.error_beside("email")


def test_probes_are_the_admins_business(ada: Browser, ben: Browser, cleo: Browser, guest: Browser) -> None:
    for method in ("GET", "POST"):
        assert ben.open(PROBES, method=method).status_code == 403
        assert cleo.open(PROBES, method=method).status_code == 404
        assert guest.open(PROBES, method=method).location.startswith("/login")
