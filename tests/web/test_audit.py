"""Reading the audit: filters, pages, and a table that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import insert, select

from tests.web.test_assistants import made, typed
from webapp.audit import reading
from webapp.audit.models import Action, Entry
from webapp.knowledge.models import Document
from webapp.records import now, uuid7

if TYPE_CHECKING:
    from tests.browser import Browser
    from tests.builders import Builder, Row

AUDIT = "/organizations/robots/audit"
DEEDS = "#entries td:nth-child(3)"


def entry(build: Builder, organization: Row | None, action: str = Action.DOCUMENT_UPLOADED, **fields: Any) -> None:
    values = {"actor": "Ada", "subject": "handbook.md", "details": {}, "created_at": now(), **fields}
    with build.inside() as session:
        session.add(Entry(organization_id=organization.id if organization else None, action=action, **values))
        session.commit()


def table(browser: Browser, path: str) -> list[dict[str, str]]:
    response = browser.get(path)
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    assert response.is_streamed
    assert "attachment" in response.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(response.text)))


def test_deeds_are_told_in_words_newest_first(ada: Browser, ben: Browser, document: Row) -> None:
    ada.send("/organizations/robots/invitations", {"email": "dora@example.org", "role": "member"})
    ada.send(f"/organizations/robots/members/{ben.person.id}/role", {"role": "admin"})
    page = ada.read(AUDIT)
    assert page.each(DEEDS) == ["Changed a role", "Invited", "Uploaded a document"]
    assert "Ada Changed a role ben@example.org after: admin; before: member 127.0.0.1" in page.each("#entries tr")[1]


def test_every_deed_stands_in_the_audit_with_who_did_what_to_whom(
    ada: Browser, ben: Browser, cleo: Browser, build: Builder, robots: Row, handbook: Row, guest: Browser
) -> None:
    home, people = "/organizations/robots", "/organizations/robots/members"
    for email in ("eve@example.org", "cleo@example.org"):
        ada.send(f"{home}/invitations", {"email": email, "role": "member"})
    page = ada.read(people)
    ada.send(page.values("form[action$=revocation]", "action")[-1])
    link = ada.send(f"{home}/invitations", {"email": "cleo@example.org", "role": "member"}).words("#invitation_link")
    cleo.send(urlsplit(link).path)
    guest.send("/login", {"email": "ben@example.org", "password": "wrong"})
    guest.send("/login", {"email": "ben@example.org", "password": "a password that nobody has"})
    ada.send(f"{people}/{ben.person.id}/role", {"role": "admin"})
    ada.send(f"{people}/{ben.person.id}/role", {"role": "member"})
    ada.send(f"{people}/{ben.person.id}/removal")
    cleo.send(f"{home}/departure")
    ada.send(f"{home}/documents", {"files": [(io.BytesIO(b"# Notes"), "notes.md")], "collection": str(handbook.id)})
    build.ingest_waiting()
    with build.inside() as session:
        document = session.scalars(select(Document.id)).one()
    for deed in ("reingestion", "deletion"):
        ada.send(f"/documents/{document}/{deed}")
    made_assistant = made(ada)
    ada.send(made_assistant.location, typed(ada.read(made_assistant.location), name="Guide"))
    ada.send(f"{made_assistant.location}/deletion")
    told = [(row["By"], row["Action"], row["Subject"]) for row in table(ada, f"{AUDIT}.csv")][::-1]
    assert told == [
        ("Ada", "invitation.sent", "eve@example.org"),
        ("Ada", "invitation.sent", "cleo@example.org"),
        ("Ada", "invitation.revoked", "eve@example.org"),
        ("Ada", "invitation.revoked", "cleo@example.org"),
        ("Ada", "invitation.sent", "cleo@example.org"),
        ("Cleo", "invitation.accepted", "cleo@example.org"),
        ("Ben", "session.refused", "ben@example.org"),
        ("Ben", "session.started", "ben@example.org"),
        ("Ada", "membership.role_changed", "ben@example.org"),
        ("Ada", "membership.role_changed", "ben@example.org"),
        ("Ada", "membership.removed", "ben@example.org"),
        ("Cleo", "membership.left", "cleo@example.org"),
        ("Ada", "document.uploaded", "notes.md"),
        ("Ada", "document.read_again", "notes.md"),
        ("Ada", "document.deleted", "notes.md"),
        ("Ada", "assistant.created", "Tutor"),
        ("Ada", "assistant.changed", "Guide"),
        ("Ada", "assistant.deleted", "Guide"),
    ]
    assert {row["Time"][:10] for row in table(ada, f"{AUDIT}.csv")} == {f"{now():%Y-%m-%d}"}


def test_every_action_has_words() -> None:
    assert set(reading.WORDS) == set(Action)
    assert len(set(reading.WORDS.values())) == len(Action)
    assert reading.in_words("thing.newly_done") == "thing: newly done"


def test_only_ones_own_organization_is_told_of(
    ada: Browser, cleo: Browser, build: Builder, robots: Row, clinic: Row
) -> None:
    entry(build, clinic, subject="ward.md")
    entry(build, None, subject="deployment")
    entry(build, robots)
    assert ada.read(AUDIT).each("#entries .table__subject") == ["handbook.md"]
    assert [row["Subject"] for row in table(ada, f"{AUDIT}.csv")] == ["handbook.md"]
    assert cleo.read("/organizations/clinic/audit").each("#entries .table__subject") == ["ward.md"]


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("action=document.deleted", ["b"]),
        ("action=nothing.known", []),
        ("actor=ben", ["c"]),
        ("words=100%25", ["d"]),
        ("words=emperor", ["c"]),
        ("since=2026-03-02", ["d", "c", "b"]),
        ("until=2026-03-02", ["b", "a"]),
        ("since=2026-03-02&until=2026-03-02", ["b"]),
        ("until=9999-12-31&since=0001-01-01", ["d", "c", "b", "a"]),
        ("actor=Ada&words=b", ["b"]),
    ],
)
def test_entries_are_found_by_what_they_tell(
    ada: Browser, build: Builder, robots: Row, query: str, subjects: list[str]
) -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    entry(build, robots, subject="a", created_at=day + timedelta(hours=23, minutes=59))
    entry(build, robots, Action.DOCUMENT_DELETED, subject="b", created_at=day + timedelta(days=1, hours=23))
    entry(build, robots, actor="Ben", subject="c", details={"role": "emperor"}, created_at=day + timedelta(days=2))
    entry(build, robots, subject="d", details={"done": "100%"}, created_at=day + timedelta(days=3))
    page = ada.read(f"{AUDIT}?{query}")
    assert page.each("#entries .table__subject") == subjects
    assert [row["Subject"] for row in table(ada, f"{AUDIT}.csv?{query}")] == subjects
    assert page.values("a[download]", "href")[0].startswith(f"{AUDIT}.csv?")


def test_a_day_that_is_none_is_said_beside_its_field(ada: Browser, build: Builder, robots: Row) -> None:
    entry(build, robots)
    page = ada.read(f"{AUDIT}?since=yesterday&until=2026-02-30&words=handbook")
    assert page.status == 422
    assert "Write the day as" in page.error_beside("since")
    assert page.values("#since", "value") == ["yesterday"]
    assert page.values("#words", "value") == ["handbook"]
    assert len(page.each(DEEDS)) == 1


def test_entries_come_in_pages_that_keep_what_was_asked(ada: Browser, build: Builder, robots: Row) -> None:
    for number in range(reading.PER_PAGE + 2):
        entry(build, robots, subject=f"file-{number}")
    first = ada.read(f"{AUDIT}?words=file")
    assert len(first.each(DEEDS)) == reading.PER_PAGE
    [older] = first.values(".pager a", "href")
    second = ada.read(older)
    assert second.each("#entries .table__subject") == ["file-1", "file-0"]
    assert ada.read(f"{AUDIT}?page=999").each(DEEDS) == []


def test_the_table_goes_on_over_its_batches(ada: Browser, build: Builder, robots: Row) -> None:
    common = {"organization_id": robots.id, "action": Action.DOCUMENT_UPLOADED, "actor": "Ada", "created_at": now()}
    names = {f"file-{number}" for number in range(reading.BATCH + 1)}
    with build.inside() as session:
        session.execute(insert(Entry), [common | {"id": uuid7(), "subject": name, "details": {}} for name in names])
        session.commit()
    subjects = [row["Subject"] for row in table(ada, f"{AUDIT}.csv")]
    assert len(subjects) == len(names)
    assert set(subjects) == names


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_is_never_a_formula(ada: Browser, build: Builder, robots: Row, cell: str) -> None:
    entry(build, robots, subject=cell, actor=cell, details={cell: "x"})
    [row] = table(ada, f"{AUDIT}.csv")
    assert row["Subject"] == row["By"] == f"'{cell}"
    assert row["Details"].startswith("'")


def test_commas_quotes_and_lines_stay_in_their_cell(ada: Browser, build: Builder, robots: Row) -> None:
    subject = 'a, "b"\nc'
    entry(build, robots, subject=subject)
    assert table(ada, f"{AUDIT}.csv")[0]["Subject"] == subject


def test_the_audit_is_the_admins_business(ada: Browser, ben: Browser, cleo: Browser, guest: Browser) -> None:
    for path in (AUDIT, f"{AUDIT}.csv"):
        assert ada.read(path).status == 200
        assert ben.read(path).status == 403
        assert cleo.read(path).status == 404
        assert guest.read(path).location.startswith("/login")


# The deployment's


def test_the_deployment_has_an_audit_of_its_own(build: Builder, ada: Browser, robots: Row, clinic: Row) -> None:
    root = build.browser(build.person("Root", super_admin=True))
    entry(build, None, subject="deployment")
    entry(build, robots, subject="robots")
    entry(build, clinic, subject="clinic")
    assert root.read("/admin/audit").each("#entries .table__subject") == ["deployment"]
    everything = root.read("/admin/audit?of=all")
    assert everything.each("#entries .table__subject") == ["clinic", "robots", "deployment"]
    assert root.read("/admin/audit?of=all&words=rob").each("#entries .table__subject") == ["robots"]
    assert [row["Subject"] for row in table(root, "/admin/audit.csv")] == ["deployment"]
    rows = table(root, "/admin/audit.csv?of=all")
    assert [row["Organization"] for row in rows] == [str(clinic.id), str(robots.id), ""]
    assert root.read("/admin/audit?since=x").status == 422
