"""One's own account: how pages look, the picture, everything as a ZIP, and its deletion."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import gevent
import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import func, select, text, update

from tests.builders import BATTERY_QUESTION, GEAR_QUESTION, HANDBOOK, Builder, Row
from tests.pictures import JPEG, PLACE, WEBP, photo, png
from tests.processes import Server, running, wait_for
from webapp import tenancy
from webapp.accounts import erasure, export
from webapp.accounts.cookies import SESSION_COOKIE
from webapp.accounts.holdings import ADDRESSED, TELLING, holdings
from webapp.accounts.models import Person, Picture, Session
from webapp.audit.models import Action, Entry
from webapp.audit.trail import note_of_account
from webapp.chat.models import Citation, Conversation, Message
from webapp.extensions import Base, db
from webapp.knowledge.models import Document, Version
from webapp.organizations.models import Invitation, Membership, Role
from webapp.probes.models import ProbeRun
from webapp.records import now

if TYPE_CHECKING:
    from flask import Flask

    from tests.browser import Browser, Page
    from tests.fakes.provider import StandIn

PASSWORD = "a password that nobody has"  # The builder's people all have it.
PAGES = {
    "/profile": "Profile",
    "/profile/security": "Security",
    "/profile/sessions": "Sessions",
    "/profile/figures": "Figures",
    "/profile/data": "Data",
}
LEADS = {
    "/profile/picture": "Profile",
    "/profile/email": "Profile",
    "/profile/security/second-factor": "Security",
    "/profile/security/passkeys": "Security",
    "/profile/security/identities": "Security",
    "/profile/security/proof": "Security",
    "/profile/deletion": "Data",
}


def count(build: Builder, model: type) -> int:
    with build.inside() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_pages_of_an_account_lead_to_each_other(ada: Browser) -> None:
    for path, words in PAGES.items():
        page = ada.read(path)
        assert dict(zip(page.values(".own-pages a", "href"), page.each(".own-pages a"), strict=True)) == PAGES
        assert page.each(".own-pages [aria-current=page]") == [words]
    for path, words in LEADS.items():
        page = ada.read(path)
        assert page.each(".own-pages a") == list(PAGES.values())
        assert page.each(".own-pages [aria-current=true]") == [words]


# How pages look


def looks(page: Page) -> str:
    told = page.values("html", "data-theme") or [""]
    schemes = page.values("meta[name=color-scheme]", "content")
    assert schemes == [told[0] or "light dark"]
    return told[0]


def test_a_person_chooses_light_or_dark_for_every_page(ada: Browser, build: Builder, tutor: Row) -> None:
    fields = {"name": "Ada", "software_background": "Other", "hardware_background": "Other"}
    for theme, told in (("dark", "dark"), ("light", "light"), ("system", "")):
        assert ada.send("/profile", fields | {"theme": theme}).status == 303
        for path in ("/", "/profile", "/assistants/tutor", "/organizations/robots/members", "/nowhere"):
            assert looks(ada.read(path)) == told
    ada.send("/profile", fields | {"theme": "dark"})
    other = build.browser(ada.person)
    assert looks(other.read("/")) == "dark"
    ada.send("/logout")
    assert looks(ada.read("/login")) == "dark"


def test_a_guest_chooses_for_this_browser(guest: Browser, build: Builder, tutor: Row) -> None:
    page = guest.read("/assistants/tutor")
    assert looks(page) == ""
    assert page.values("#appearance button", "value") == ["system", "light", "dark"]
    fields = {"next": page.values("#appearance [name=next]", "value")[0], "theme": "dark"}
    assert guest.send("/theme", fields).location == "/assistants/tutor"
    for path in ("/", "/assistants/tutor", "/login", "/nowhere"):
        assert looks(guest.read(path)) == "dark"
    assert looks(build.browser().read("/")) == ""
    assert guest.send("/theme", {"theme": "system"}).location == "/"
    assert looks(guest.read("/")) == ""


def test_what_is_no_appearance_is_refused(guest: Browser) -> None:
    assert guest.send("/theme", {"theme": "pink"}).status == 422
    assert guest.send("/theme").status == 422
    guest.set_cookie("theme", "pink")
    assert looks(guest.read("/")) == ""
    assert guest.send("/theme", {"theme": "dark", "next": "//evil.example/"}).location == "/"


# The picture


def choose(browser: Browser, data: bytes, name: str = "me.png") -> Page:
    return browser.send("/profile/picture", {"picture": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def picture_path(browser: Browser) -> str:
    (path,) = set(browser.read("/profile").values("main img.seal", "src"))
    return path


@pytest.mark.parametrize(("data", "kind"), [(png(), "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")])
def test_a_picture_stands_beside_the_name_and_is_served_as_what_it_is(
    ada: Browser, ben: Browser, data: bytes, kind: str
) -> None:
    assert ada.read("/profile").values("main img.seal", "src") == []
    assert choose(ada, data, "anything.exe").location == "/profile"
    path = picture_path(ada)
    assert path in ben.read("/profile").html or path in ada.read("/organizations/robots/members").html
    for browser in (ada, ben):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert answer.data == data
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"].startswith("private, max-age=")
        assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Choose a picture first."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG, JPEG or WebP"),
        (b"<!doctype html><script>alert(1)</script>", "no PNG, JPEG or WebP"),
        (png() + bytes(1024 * 1024), "At most 1 MB."),
        (png(4097, 64), "This picture is 4,097 by 64 pixels"),
        (png(64, 15), "This picture is 64 by 15 pixels"),
        (png(moving=True), "This picture moves."),
        (JPEG[:-20], "This picture is damaged."),
    ],
)
def test_what_cannot_be_a_picture_is_refused_with_a_reason(
    ada: Browser, build: Builder, data: bytes, sentence: str
) -> None:
    page = choose(ada, data)
    assert page.status == 422
    assert sentence in page.error_beside("picture")
    assert count(build, Picture) == 0


def test_without_a_file_the_form_says_so(ada: Browser) -> None:
    page = ada.send("/profile/picture", {"picture": "words"})
    assert (page.status, page.error_beside("picture")) == (422, "Choose a picture first.")


def test_a_new_picture_takes_the_place_of_the_old_and_has_another_address(ada: Browser, build: Builder) -> None:
    choose(ada, png())
    with build.inside() as session:
        session.execute(update(Person).values(pictured_at=func.now() - text("interval '1 hour'")))
        session.commit()
    before = picture_path(ada)
    choose(ada, WEBP)
    assert picture_path(ada) != before
    assert count(build, Picture) == 1
    assert ada.get(picture_path(ada)).data == WEBP


def test_a_photo_does_not_tell_where_it_was_taken(ada: Browser) -> None:
    assert PLACE in photo("jpeg")
    assert choose(ada, photo("jpeg")).status == 303
    assert ada.get(picture_path(ada)).data == JPEG
    assert Export(ada).zip.read("picture.jpg") == JPEG


def test_a_picture_is_removed(ada: Browser, build: Builder) -> None:
    choose(ada, png())
    path = picture_path(ada)
    assert ada.send("/profile/picture/removal").location == "/profile"
    assert count(build, Picture) == 0
    assert ada.get(path).status_code == 404
    assert ada.read("/profile").values("main img.seal", "src") == []
    assert ada.send("/profile/picture/removal").status == 303


def test_a_picture_is_for_those_who_share_an_organization(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser, build: Builder, tutor: Row
) -> None:
    choose(ada, png())
    path = picture_path(ada)
    assert ben.get(path).status_code == 200
    assert cleo.get(path).status_code == 404  # She reaches the organization by its assistant, and is not in it.
    assert guest.read(path).location.startswith("/login")
    assert build.browser(build.person("Root", super_admin=True)).get(path).status_code == 200
    assert ada.get(f"/people/{uuid4()}/picture").status_code == 404
    assert ada.get(f"/people/{ben.person.id}/picture").status_code == 404
    ada.send(f"/organizations/robots/members/{ben.person.id}/removal")
    assert ben.get(path).status_code == 404


# Everything as a ZIP


class Export:
    """What was downloaded."""

    def __init__(self, browser: Browser) -> None:
        answer = browser.get("/profile/export")
        assert answer.status_code == 200, answer.data
        assert answer.mimetype == "application/zip"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=colloquy-")
        assert answer.headers["Cache-Control"] == "no-store"
        self.zip = zipfile.ZipFile(io.BytesIO(answer.data))
        assert self.zip.testzip() is None
        self.names = self.zip.namelist()
        assert len(self.names) == len(set(self.names))
        self.words = "".join(self.zip.read(name).decode() for name in self.names if name.endswith((".json", ".txt")))

    def rows(self, table: str) -> list[dict[str, Any]]:
        return json.loads(self.zip.read(f"{table}.json"))

    def files(self) -> dict[str, bytes]:
        return {name: self.zip.read(name) for name in self.names if name.startswith("documents/")}


def upload(browser: Browser, name: str = "own.md", content: str = HANDBOOK) -> None:
    sent = {"files": [(io.BytesIO(content.encode()), name)]}
    assert browser.send("/organizations/robots/documents", sent, content_type="multipart/form-data").status == 303


@pytest.fixture
def busy(ada: Browser, ben: Browser, build: Builder, tutor: Row) -> Browser:
    """Ada, who has done a little of everything; so has Ben."""
    choose(ada, png())
    choose(ben, WEBP)
    upload(ada)
    ada.begin("tutor", GEAR_QUESTION)
    ben.begin("tutor", BATTERY_QUESTION)
    ada.send("/organizations/robots/invitations", {"email": "new@example.org", "role": "member"})
    ada.send("/login", {"email": "ada@example.org", "password": "wrong"})
    return ada


def test_an_export_has_everything_about_the_person(busy: Browser) -> None:
    found = Export(busy)
    (person,) = found.rows("people")
    assert (person["name"], person["email"], person["software_background"]) == (
        "Ada",
        "ada@example.org",
        "Python expert",
    )
    (membership,) = found.rows("memberships")
    assert (membership["organization"], membership["role"]) == ("Robots United", "admin")
    assert [set(session) >= {"agent", "created_at", "expires_at"} for session in found.rows("sessions")] == [True]
    (conversation,) = found.rows("conversations")
    assert conversation["assistant"] == "Tutor"
    question, answer = sorted(found.rows("messages"), key=lambda message: message["position"])
    assert question["text"] == GEAR_QUESTION
    assert "[1]" in answer["text"]
    assert (answer["conversation"], answer["state"]) == (conversation["title"], "complete")
    assert {citation["passage"] for citation in found.rows("citations")} == {"handbook.md"}
    assert [invitation["email"] for invitation in found.rows("invitations")] == ["new@example.org"]
    assert [version["document"] for version in found.rows("document_versions")] == ["own.md"]
    assert {entry["action"] for entry in found.rows("audit_entries")} == {
        "document.uploaded",
        "invitation.sent",
        "session.refused",
    }
    assert found.zip.read("picture.png") == png()
    ((path, original),) = found.files().items()
    assert re.fullmatch(r"documents/robots/[0-9a-f]{6}-own\.md", path)
    assert original == HANDBOOK.encode()
    assert "ada@example.org" in found.zip.read("README.txt").decode()


def test_an_export_has_nothing_of_others_and_no_secret(busy: Browser, ben: Browser, build: Builder) -> None:
    ours, theirs = Export(busy), Export(ben)
    assert BATTERY_QUESTION not in ours.words
    assert "ben@example.org" not in ours.words
    assert BATTERY_QUESTION in theirs.words
    assert GEAR_QUESTION not in theirs.words
    assert theirs.files() == {}
    with build.inside() as session:
        secrets = [*session.scalars(select(Person.password_hash)), *session.scalars(select(Session.token_hash))]
        secrets += session.scalars(select(Invitation.token_hash))
    cookie = busy.get_cookie(SESSION_COOKIE)
    assert cookie
    for secret in (*secrets, cookie.value):
        for form in (secret, secret.hex(), repr(secret)) if isinstance(secret, bytes) else (secret,):
            assert str(form) not in ours.words


def test_somebody_says_of_every_column_that_sounds_secret_whether_it_is_handed_out(app: Flask, ada: Browser) -> None:
    told = export.WITHHELD | export.GIVEN
    with Builder(app).inside() as session:
        tables = [holding.table for holding in holdings(session.get_one(Person, ada.person.id))]
    assert {"people", "sessions", "messages", "citations", "invitations", "pictures"} <= {t.name for t in tables}
    for table in tables:
        for column in table.c:
            if export.suspicious(column):
                assert f"{table.name}.{column.name}" in told, "add it to WITHHELD, or to GIVEN"


def test_somebody_says_of_every_address_and_loose_id_whose_it_is(app: Flask, ada: Browser) -> None:
    with Builder(app).inside() as session:
        found = {
            each.table.name for each in holdings(session.get_one(Person, ada.person.id)) if each.theirs is not None
        }
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            place = (table.name, column.name)
            if column.name in {"email", "recipient"}:
                assert table.name in found or place in ADDRESSED, f"whose is {place}?"
            if column.name == "subject_id":
                assert place in TELLING, f"of whom does {place} tell?"


def test_every_key_to_somebody_says_what_becomes_of_it_without_them(app: Flask, ada: Browser) -> None:
    with Builder(app).inside() as session:
        theirs = [each for each in holdings(session.get_one(Person, ada.person.id)) if each.theirs is not None]
    names = {each.table.name for each in theirs}
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name in names:
                assert key.ondelete in {"CASCADE", "SET NULL"}, key.parent


def test_every_row_comes_along_however_many_there_are(ada: Browser, build: Builder, tutor: Row) -> None:
    asked = ada.begin("tutor", GEAR_QUESTION)
    with build.inside() as session:
        session.execute(
            text(
                "INSERT INTO messages (id, organization_id, conversation_id, position, role, state, text)"
                " SELECT gen_random_uuid(), organization_id, id, 10 + n, 'question', 'complete', 'word ' || n"
                " FROM conversations, generate_series(1, 450) n WHERE id = :id"
            ),
            {"id": asked.id},
        )
        session.execute(
            text(
                "INSERT INTO citations (message_id, number, organization_id, rank, relevance)"
                " SELECT m.id, 100 + n, organization_id, n, 50 FROM messages m, generate_series(1, 450) n"
                " WHERE role = 'answer'"
            )
        )
        session.commit()
    numbers = [citation["number"] for citation in Export(ada).rows("citations")]
    assert len(numbers) == len(set(numbers)) > 450
    words = [message["text"] for message in Export(ada).rows("messages")]
    assert len(words) == 452
    assert {f"word {n}" for n in range(1, 451)} < set(words)


def test_a_large_original_comes_in_pieces_and_whole(app: Flask, ada: Browser) -> None:
    content = os.urandom(1_600_000).hex()
    upload(ada, "large.md", content)
    answer = ada.get("/profile/export", buffered=False)
    pieces = list(answer.iter_encoded())
    assert max(map(len, pieces)) < 1_200_000
    assert sum(map(len, pieces)) > 3_000_000
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as found:
        (name,) = (name for name in found.namelist() if name.startswith("documents/"))
        assert found.read(name) == content.encode()


def test_between_two_pieces_no_connection_is_held(app: Flask, busy: Browser) -> None:
    with app.app_context():
        pool = db.engine.pool
    idle = pool.checkedout()  # type: ignore[attr-defined]
    pieces = busy.get("/profile/export", buffered=False).iter_encoded()
    held = [pool.checkedout() - idle for _ in pieces]  # type: ignore[attr-defined]
    assert len(held) > 5
    assert max(held) == 0


def test_originals_stay_with_an_organization_that_one_has_left(busy: Browser, ben: Browser, build: Builder) -> None:
    assert Export(busy).files()
    with build.inside() as session:
        session.execute(text("DELETE FROM memberships WHERE person_id = :id"), {"id": busy.person.id})
        session.commit()
    found = Export(busy)
    assert found.files() == {}
    assert found.rows("messages")


def test_what_others_did_to_the_person_is_told_without_their_network_address(ada: Browser, ben: Browser) -> None:
    ada.send(f"/organizations/robots/members/{ben.person.id}/role", {"role": "admin"})
    (entry,) = Export(ben).rows("audit_entries")
    assert (entry["action"], entry["actor"], entry["address"]) == ("membership.role_changed", "Ada", None)
    (own,) = Export(ada).rows("audit_entries")
    assert own["address"] == "127.0.0.1"


def test_an_invitation_is_told_to_whoever_has_proven_the_address(ada: Browser, cleo: Browser, build: Builder) -> None:
    ada.send("/organizations/robots/invitations", {"email": "cleo@example.org", "role": "member"})
    assert Export(cleo).rows("invitations") == []
    with build.inside() as session:
        session.execute(update(Person).where(Person.id == cleo.person.id).values(email_verified_at=now()))
        session.commit()
    (invitation,) = Export(cleo).rows("invitations")
    assert (invitation["organization"], invitation["inviter"]) == ("Robots United", "Ada")
    assert "token_hash" not in invitation


def test_an_export_is_only_for_oneself(guest: Browser) -> None:
    assert guest.read("/profile/export").location == "/login?next=/profile/export"


def test_exports_are_limited(ada: Browser) -> None:
    for _ in range(10):
        assert ada.get("/profile/export").status_code == 200
    assert ada.get("/profile/export").status_code == 429


# Deletion


def delete(browser: Browser, **fields: str) -> Page:
    return browser.send("/profile/deletion", fields or {"password": PASSWORD})


def receipt(page: Page, browser: Browser) -> dict[str, int]:
    assert page.status == 303
    assert page.location.startswith("/erased/")
    shown = browser.read(page.location)
    assert shown.status == 200
    return dict(zip(shown.each(".own-counts th[scope=row]"), map(int, shown.each(".own-counts td")), strict=True))


def test_an_account_goes_with_everything_of_its_own(busy: Browser, ben: Browser, build: Builder, robots: Row) -> None:
    busy.send(f"/organizations/robots/members/{ben.person.id}/role", {"role": "admin"})
    other = build.browser(busy.person)
    before = {model: count(build, model) for model in (Message, Citation, Document, Version, Conversation)}
    erased = receipt(delete(busy), busy)
    assert erased == {
        "People": 1,
        "Memberships": 1,
        "Pictures": 1,
        "Sessions": 2,
        "Conversations": 1,
        "Messages": 2,
        "Citations": erased["Citations"],
    }
    assert erased["Citations"] >= 1
    for browser in (busy, other):
        assert browser.read("/profile").location.startswith("/login")
    assert count(build, Conversation) == before[Conversation] - 1
    assert count(build, Message) == before[Message] - 2
    assert count(build, Citation) == before[Citation] - erased["Citations"]
    assert (count(build, Document), count(build, Version)) == (before[Document], before[Version])
    assert ben.read("/profile").status == 200
    assert ben.read("/conversations").each("main .row__name, main .thread__title, main a")
    signed_in = build.browser().send("/login", {"email": "ada@example.org", "password": PASSWORD})
    assert signed_in.status == 422
    with build.inside() as session:
        assert session.get(Person, busy.person.id) is None


def test_what_a_run_of_probes_found_is_the_organizations_own(ada: Browser, build: Builder, robots: Row) -> None:
    probed(ada, build, robots)
    (run,) = Export(ada).rows("probe_runs")
    assert (run["runner"], run["passed_count"]) == ("Ada", 7)
    assert "results" not in run


def probed(browser: Browser, build: Builder, organization: Row) -> None:
    with build.inside() as session:
        session.add(
            ProbeRun(
                organization_id=organization.id,
                runner_id=browser.person.id,
                runner=browser.person.name,
                passed_count=7,
                failed_count=0,
                results=[],
            )
        )
        session.commit()


def test_nothing_in_the_database_names_whoever_is_gone(
    busy: Browser, ben: Browser, build: Builder, robots: Row
) -> None:
    probed(busy, build, robots)
    with build.inside() as session:
        session.execute(update(Person).where(Person.id == busy.person.id).values(email_verified_at=now()))
        session.commit()
    ben_runs = f"/organizations/robots/members/{ben.person.id}/role"
    busy.send(ben_runs, {"role": "admin"})
    ben.send("/organizations/robots/invitations", {"email": "ada@example.org", "role": "member"})
    ben.send(f"/organizations/robots/members/{busy.person.id}/role", {"role": "member"})
    with build.app.app_context(), tenancy.everywhere():
        person = db.session.get_one(Person, busy.person.id)
        note_of_account(Action.EMAIL_CHANGED, person, before="a@example.net", after="ada@example.org")
        note_of_account(Action.SECOND_FACTOR_ADDED, person, kind="passkey", name="Ada")
        db.session.commit()
    found = everything(build)
    assert "ada@example.org" in found
    assert str(busy.person.id) in found
    delete(busy)
    found = everything(build)
    assert "ben@example.org" in found
    for trace in ("ada@example.org", "a@example.net", '"Ada"', GEAR_QUESTION):
        assert trace not in found
    with build.inside() as session:
        (run,) = session.scalars(select(ProbeRun))
        assert (run.runner_id, run.runner) == (None, erasure.NOBODY)
        entries = session.scalars(select(Entry).order_by(Entry.created_at)).all()
        ours = [entry for entry in entries if entry.actor == erasure.NOBODY]
        assert [(entry.action, entry.subject, entry.address, entry.actor_id) for entry in ours] == [
            ("document.uploaded", "own.md", "", None),
            ("invitation.sent", "new@example.org", "", None),
            ("session.refused", erasure.NOBODY, "", None),
            ("membership.role_changed", "ben@example.org", "", None),
            ("email.changed", erasure.NOBODY, "", None),
            ("second_factor.added", erasure.NOBODY, "", None),
            ("account.deleted", erasure.NOBODY, "", None),
        ]
        assert [entry.details for entry in ours if entry.action == "second_factor.added"] == [{"kind": "passkey"}]
        (changed,) = (entry for entry in entries if entry.subject_id == busy.person.id and entry.actor == "Ben")
        assert (changed.subject, changed.details) == (erasure.NOBODY, {"before": "admin", "after": "member"})


def everything(build: Builder) -> str:
    """Return all rows of all tables as text."""
    with build.inside() as session:
        return "\n".join(
            str(row)
            for table in Base.metadata.sorted_tables
            for row in session.scalars(text(f"SELECT row_to_json({table.name})::text FROM {table.name}"))
        )


def test_an_address_that_nobody_has_proven_keeps_its_invitation(ada: Browser, ben: Browser, build: Builder) -> None:
    ada.send("/organizations/robots/invitations", {"email": "eve@example.org", "role": "member"})
    eve = build.browser(build.person("Eve"))
    delete(eve)
    assert count(build, Invitation) == 1


def test_it_needs_the_password_and_says_what_goes_and_stays(ben: Browser, build: Builder) -> None:
    page = ben.read("/profile/deletion")
    assert "All of your conversations." in page.words("main")
    assert "Documents that you uploaded. They belong to their organization." in page.words("main")
    assert page.values("main form [name]", "name") == ["password"]
    for password, sentence in (("", "Enter your password."), ("wrong", "This is not your password.")):
        refused = delete(ben, password=password)
        assert (refused.status, refused.error_beside("password")) == (422, sentence)
    assert ben.read("/profile").status == 200
    for _ in range(8):
        delete(ben, password="wrong")
    assert delete(ben).status == 429


def test_without_a_password_the_address_is_typed(build: Builder) -> None:
    with build.inside() as session:
        person = Person(name="Eve", email="eve@example.org", password_hash="")
        session.add(person)
        session.commit()
        row = Row(person.id, person.id, "Eve", person.email)
    eve = build.browser(row)
    assert eve.read("/profile/deletion").values("main form [name]", "name") == ["email"]
    for email, sentence in (
        ("", "Enter the address of this account."),
        ("ben@example.org", "This is not the address of this account."),
    ):
        refused = delete(eve, email=email)
        assert (refused.status, refused.error_beside("email")) == (422, sentence)
    assert delete(eve, password=PASSWORD).status == 422
    assert receipt(delete(eve, email=" Eve@Example.org "), eve) == {"People": 1, "Sessions": 1}


def test_an_only_admin_hands_over_first(ada: Browser, ben: Browser, build: Builder, robots: Row) -> None:
    page = ada.read("/profile/deletion")
    assert "You alone look after Robots United, which has one other person." in page.words("main")
    assert page.values(".flash--warning a", "href") == ["/organizations/robots/members"]
    assert page.values("main form [name]", "name") == []
    assert delete(ada).status == 422
    assert ada.read("/profile").status == 200
    ada.send(f"/organizations/robots/members/{ben.person.id}/role", {"role": "admin"})
    assert delete(ada).status == 303
    assert delete(ben).status == 422
    assert count(build, Person) == 1


def test_an_organization_with_nobody_else_is_deleted_first(cleo: Browser, ada: Browser, build: Builder) -> None:
    page = cleo.read("/profile/deletion")
    assert "Nobody but you is in City Clinic. Delete the organization first." in page.words("main")
    assert "Robots" not in page.words(".flash--warning")
    assert page.values(".flash--warning a", "href") == ["/organizations/clinic/deletion"]
    assert delete(cleo).status == 422
    assert count(build, Person) == 2


def test_the_last_who_runs_the_deployment_stays(build: Builder, app: Flask) -> None:
    root = build.browser(build.person("Root", super_admin=True))
    assert "You run this deployment alone." in root.read("/profile/deletion").words("main")
    assert delete(root).status == 422
    other = build.browser(build.person("Other", super_admin=True))
    assert delete(root).status == 303
    assert delete(other).status == 422
    assert count(build, Person) == 1


def test_two_admins_who_leave_at_once_do_not_both_go(ada: Browser, ben: Browser, build: Builder, robots: Row) -> None:
    ada.send(f"/organizations/robots/members/{ben.person.id}/role", {"role": "admin"})
    cleo = build.person("Cleo")
    build.membership(cleo, robots)
    leaving = [gevent.spawn(delete, browser) for browser in (ada, ben)]
    gevent.joinall(leaving, raise_error=True)
    assert sorted(each.value.status for each in leaving) == [303, 422]
    with build.inside() as session:
        assert session.scalars(select(Membership.role).order_by(Membership.role)).all() == [Role.ADMIN, Role.MEMBER]


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_an_answer_that_is_being_written_stops(
    app: Flask,
    ben: Browser,
    build: Builder,
    tutor: Row,
    environment: dict[str, str],
    provider: StandIn,
    where: str,
) -> None:
    cookie = ben.get_cookie(SESSION_COOKIE)
    assert cookie
    with (
        provider.held("gear"),
        running(Server(environment)) as server,
        server.visitor(**{SESSION_COOKIE: cookie.value}) as client,
    ):
        provider.answer("A strain wave gear has no backlash.")
        sent = client.post("/assistants/tutor/conversations", data={"message": GEAR_QUESTION})
        assert sent.status_code == 303
        redis = app.extensions["redis"]
        wait_for("the answer", lambda: redis.keys("answer:*") and redis.zcard("answers:alive"))
        if where == "here":
            assert client.post("/profile/deletion", data={"password": PASSWORD}).status_code == 303
        else:
            assert delete(ben).status == 303
        wait_for("the end of the answer", lambda: not redis.zcard("answers:alive"), within=8)
        wait_for("the provider let go", lambda: provider.requests()[-1]["outcome"] == "closed", within=8)
    assert count(build, Message) == 0
    assert count(build, Citation) == 0


class Earlier(TimestampSigner):
    """Signs as it would have been signed before the receipt's life began."""

    def get_timestamp(self) -> int:
        return super().get_timestamp() - erasure.RECEIPT_LIFE - 1


def test_a_receipt_is_a_signed_address_that_runs_out(app: Flask, ben: Browser, guest: Browser) -> None:
    path = delete(ben).location
    assert guest.read(path).status == 200
    assert "ben@example.org" not in guest.read(path).html
    payload, dot, signature = path.partition(".")
    assert guest.read(f"{payload[:-2]}AA{dot}{signature}").status == 404
    assert guest.read(f"{path}A").status == 404
    token = path.rpartition("/")[2]
    with app.app_context():
        signer = erasure._signer()  # noqa: SLF001
        said = signer.loads(token)
        assert guest.read(path.replace(token, str(signer.dumps(said)))).status == 200
        signer.signer = Earlier
        assert guest.read(path.replace(token, str(signer.dumps(said)))).status == 404


def test_signed_out_nothing_is_deleted(guest: Browser, ben: Browser, build: Builder) -> None:
    assert guest.read("/profile/deletion").location == "/login?next=/profile/deletion"
    assert delete(guest).location.startswith("/login")
    assert count(build, Person) == 1


def test_from_another_site_nothing_is_deleted(ben: Browser, build: Builder) -> None:
    foreign = {"HTTP_SEC_FETCH_SITE": "cross-site"}
    assert ben.send("/profile/deletion", {"password": PASSWORD}, environ_overrides=foreign).status == 403
    assert count(build, Person) == 1
