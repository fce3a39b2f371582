"""Documents: uploading, being read, searching, the reader, deletion."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from rq import Worker
from sqlalchemy import func, select, text

from tests.browser import page_and_part_agree
from tests.builders import GEAR_QUESTION, HANDBOOK, Builder, Row
from tests.domain.knowledge.files import docx, paragraph, pdf
from webapp.knowledge.models import Document, FilePart, Passage, Version

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Browser, Page
    from tests.fakes.provider import StandIn

DOCUMENTS = "/organizations/robots/documents"
SEARCH = "/organizations/robots/search"


def upload(browser: Browser, *files: tuple[str, str | bytes], **fields: str) -> Page:
    """Send files through the form."""
    streams = [(io.BytesIO(data.encode() if isinstance(data, str) else data), name) for name, data in files]
    return browser.send(DOCUMENTS, {"files": streams, **fields}, content_type="multipart/form-data")


def rows(page: Page) -> dict[str, str]:
    """Return the words of each document's row by its name."""
    return dict(zip(page.each(".row__name"), page.each("#documents .row"), strict=True))


def everything_about(build: Builder, document: Row) -> list[int]:
    with build.inside() as session:
        return [
            session.scalar(select(func.count()).select_from(model).where(where)) or 0
            for model, where in (
                (Document, Document.id == document.id),
                (Version, Version.document_id == document.id),
                (Passage, Passage.document_id == document.id),
                (FilePart, FilePart.organization_id == document.organization_id),
            )
        ]


# Uploading


def test_several_files_are_taken_in_at_once(ada: Browser, build: Builder) -> None:
    assert "No documents yet" in ada.read(DOCUMENTS).words("main")
    sent = upload(ada, ("one.md", HANDBOOK), ("two.txt", "Plain words about a purple lever."), ("three.html", "<p>Hi"))
    assert (sent.status, sent.location) == (303, DOCUMENTS)
    assert set(rows(ada.read(DOCUMENTS))) == {"one.md", "two.txt", "three.html"}
    assert all("Waiting" in row for row in rows(ada.read(DOCUMENTS)).values())
    build.ingest_waiting()
    page = page_and_part_agree(ada, DOCUMENTS, "documents")
    assert all("Searchable" in row for row in rows(page).values())
    assert "3 passages" in rows(page)["one.md"]
    assert "by Ada" in rows(page)["one.md"]
    assert "3 documents, 5 searchable passages" in page.words(".documents__count")


def test_each_upload_becomes_one_job(app: Flask, ada: Browser) -> None:
    from rq import Queue

    queue = Queue("ingestion", connection=app.extensions["redis"])
    upload(ada, ("one.md", HANDBOOK), ("two.md", HANDBOOK))
    assert sorted(job.func_name for job in queue.jobs) == ["workers.knowledge.ingest"] * 2


def test_sending_no_file_is_422(ada: Browser) -> None:
    page = ada.send(DOCUMENTS, {}, content_type="multipart/form-data")
    assert page.status == 422
    assert "Choose at least one file." in page.error_beside("files")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("empty.txt", b"", "This file is empty."),
        ("blank.md", b"\n \n", "text"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "This is"),
        ("program.exe", b"MZ" + bytes(range(256)), "This"),
        ("archive.zip", b"PK\x05\x06" + b"\0" * 18, "This"),
        ("locked.pdf", pdf([[(72, 700, 12, False, "secret")]], encrypted=True), "password"),
        ("scan.pdf", pdf([[]], picture=True), "picture"),
        ("broken.pdf", b"%PDF-1.7\n" + b"rubbish" * 20, "This"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "This"),
        ("broken.docx", b"PK\x03\x04" + b"rubbish" * 20, "This"),
    ],
)
def test_a_file_that_cannot_be_read_ends_in_a_sentence(
    ada: Browser, build: Builder, name: str, data: bytes, sentence: str
) -> None:
    assert upload(ada, (name, data)).status == 303
    build.ingest_waiting()
    page = ada.read(DOCUMENTS)
    assert page.each(".row__error")[0].endswith(".")
    assert sentence.lower() in page.each(".row__error")[0].lower()
    assert "Not taken in" in rows(page)[name]
    assert "Try again" in rows(page)[name]
    assert "Traceback" not in page.html


def test_a_word_file_is_taken_in(ada: Browser, build: Builder) -> None:
    upload(ada, ("memo.docx", docx(paragraph("Levers", "Heading1") + paragraph("The purple lever opens the hatch."))))
    build.ingest_waiting()
    assert "1 passage" in rows(ada.read(DOCUMENTS))["memo.docx"]


def test_a_file_that_is_too_large_is_refused_and_the_others_are_taken(
    ada: Browser, build: Builder, make_app: Callable[..., Flask]
) -> None:
    browser = Builder(make_app(file_bytes=1_048_576)).browser(ada.person)
    page = upload(browser, ("small.md", HANDBOOK), ("large.md", b"x" * 1_048_577), ("also.md", HANDBOOK))
    assert page.status == 422
    assert page.error_beside("files") == "“large.md” was not taken in: at most 1 MB each."
    assert set(rows(page)) == {"small.md", "also.md"}
    build.ingest_waiting()
    assert all("Searchable" in row for row in rows(ada.read(DOCUMENTS)).values())


def test_a_request_over_the_total_is_413_with_the_form(ada: Browser, make_app: Callable[..., Flask]) -> None:
    browser = Builder(make_app(upload_bytes=2000)).browser(ada.person)
    page = upload(browser, ("large.md", b"x" * 3000))
    assert page.status == 413
    assert page.values("form input[type=file]", "name") == ["files"]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ben\\notes.md", "notes.md"),
        ("<img src=x onerror=alert(1)>.md", "<img src=x onerror=alert(1)>.md"),
        ('a"b;c\r\nX-Evil: 1.md', None),
        ("\u202egnp.md", None),
        ("ünïcödé 🤖.md", "ünïcödé 🤖.md"),
        ("x" * 400 + ".md", "x" * 280 + "x" * 17 + ".md"),
        ("..", ".."),
    ],
)
def test_a_hostile_file_name_is_only_words(ada: Browser, build: Builder, sent: str, stored: str | None) -> None:
    collection = build.collection(Row(ada_organization(build), ada_organization(build)))
    row = build.upload(collection, sent, HANDBOOK)
    build.ingest(row)
    page = ada.read(DOCUMENTS)
    (name,) = page.values(".row__name", "href")
    assert name == f"/documents/{row.id}"
    if stored:
        assert page.tree.css_first(".row__name").text() == stored
    assert page.tree.css("img") == []
    file = ada.read(f"/documents/{row.id}/file")
    assert file.status == 200
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "X-Evil" not in file.headers
    assert ada.read(f"/documents/{row.id}").status == 200


def ada_organization(build: Builder) -> Any:
    from webapp.organizations.models import Organization

    with build.inside() as session:
        return session.scalars(select(Organization.id).where(Organization.slug == "robots")).one()


def test_an_original_keeps_its_name_in_any_script(ada: Browser, build: Builder, handbook: Row) -> None:
    row = build.document(handbook, "早餐.md")
    answer = ada.get(f"/documents/{row.id}/file")
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E6%97%A9%E9%A4%90.md"


def test_a_collection_is_chosen_and_a_foreign_one_is_404(
    ada: Browser, build: Builder, robots: Row, clinic: Row
) -> None:
    build.collection(robots, "First")
    second = build.collection(robots, "Second")
    foreign = build.collection(clinic, "Foreign")
    assert ada.read(DOCUMENTS).each("#collection option") == ["First", "Second"]
    assert upload(ada, ("one.md", HANDBOOK), collection=str(second.id)).status == 303
    for wrong in (str(foreign.id), str(uuid4()), "nonsense"):
        assert upload(ada, ("two.md", HANDBOOK), collection=wrong).status == 404
    with build.inside() as session:
        assert session.execute(select(Document.name, Document.collection_id)).all() == [("one.md", second.id)]


# Versions


def test_the_same_name_is_a_new_version_that_takes_over_when_it_is_ready(
    ada: Browser, guest: Browser, tutor: Row, document: Row, build: Builder
) -> None:
    upload(ada, ("handbook.md", HANDBOOK.replace("no backlash", "much backlash")))
    page = ada.read(DOCUMENTS)
    assert list(rows(page)) == ["handbook.md"]
    assert "The earlier version stays searchable." in page.html
    assert "no backlash" in ada.read(f"{SEARCH}?q={GEAR_QUESTION}").words("#results")
    assert "no backlash" in ada.read(f"/documents/{document.id}").words("main")
    build.ingest_waiting()
    found = ada.read(f"{SEARCH}?q={GEAR_QUESTION}").words("#results")
    assert "much backlash" in found
    assert "no backlash" not in found
    assert "much backlash" in ada.read(f"/documents/{document.id}").words("main")
    assert len(build.passages(document)) == 3


def test_a_version_that_fails_leaves_the_one_in_force(ada: Browser, document: Row, build: Builder) -> None:
    upload(ada, ("handbook.md", b""))
    build.ingest_waiting()
    page = ada.read(DOCUMENTS)
    assert "This file is empty." in page.words(".row__error")
    assert "The earlier version stays searchable." in page.words("#documents")
    assert "no backlash" in ada.read(f"{SEARCH}?q={GEAR_QUESTION}").words("#results")
    assert ada.read(f"/documents/{document.id}/file").html == HANDBOOK


def test_a_replaced_version_stays_readable_at_its_citation(
    ada: Browser, guest: Browser, tutor: Row, document: Row, build: Builder
) -> None:
    asked = guest.begin("tutor", GEAR_QUESTION)
    old = asked.page.values("a.source__link", "href")[0]
    upload(ada, ("handbook.md", "# Robot handbook\n\n## Nothing\n\nNothing of that is left here at all.\n"))
    build.ingest_waiting()
    page = guest.read(old)
    assert page.status == 200
    assert "no backlash" in page.words(f"#{old.partition('#')[2]}")
    assert "A newer version" in page.words("main")
    assert "backlash" not in ada.read(f"{SEARCH}?q={GEAR_QUESTION}").words("#results")


def test_the_same_words_are_embedded_once(ada: Browser, build: Builder, provider: StandIn) -> None:
    upload(ada, ("one.md", HANDBOOK))
    build.ingest_waiting()
    assert sum(map(len, provider.embedded())) == 3
    upload(ada, ("two.md", HANDBOOK))
    upload(ada, ("one.md", HANDBOOK + "\n## Wheels\n\nWheels are round, and so they roll.\n"))
    build.ingest_waiting()
    assert sum(map(len, provider.embedded())) == 4
    page = ada.read(DOCUMENTS)
    assert "3 passages" in rows(page)["two.md"]
    assert "4 passages" in rows(page)["one.md"]


def test_reading_again_makes_a_new_version_of_the_same_file(ada: Browser, document: Row, build: Builder) -> None:
    before = [passage.id for passage in build.passages(document)]
    assert ada.send(f"/documents/{document.id}/reingestion").location == DOCUMENTS
    build.ingest_waiting()
    after = build.passages(document)
    assert [passage.text for passage in after]
    assert not {passage.id for passage in after} & set(before)
    assert ada.read(f"/documents/{document.id}/file").html == HANDBOOK


def test_cancelling_stops_what_waits(ada: Browser, build: Builder) -> None:
    upload(ada, ("one.md", HANDBOOK))
    row = build.document_named("one.md")
    assert "Cancel" in rows(ada.read(DOCUMENTS))["one.md"]
    assert ada.send(f"/documents/{row.id}/cancellation").location == DOCUMENTS
    build.ingest(row)
    assert "Cancelled" in rows(ada.read(DOCUMENTS))["one.md"]
    assert build.passages(row) == []
    ada.send(f"/documents/{row.id}/cancellation")
    ada.send(f"/documents/{row.id}/reingestion")
    build.ingest_waiting()
    assert "Searchable" in rows(ada.read(DOCUMENTS))["one.md"]


def test_a_page_says_when_no_worker_is_running(app: Flask, ada: Browser, build: Builder) -> None:
    upload(ada, ("one.md", HANDBOOK))
    page = page_and_part_agree(ada, DOCUMENTS, "documents")
    assert "No worker is running" in page.words(".documents__warning")
    assert page.values("noscript meta", "content") or "http-equiv" in page.html
    worker = Worker(["ingestion"], connection=app.extensions["redis"])
    worker.register_birth()
    try:
        assert ada.read(DOCUMENTS).words(".documents__warning") == ""
    finally:
        worker.register_death()


# Deletion


def test_a_deleted_document_is_reachable_by_no_path(
    app: Flask, ada: Browser, guest: Browser, tutor: Row, document: Row, build: Builder, provider: StandIn
) -> None:
    provider.answer("It says so [1].")
    asked = guest.begin("tutor", GEAR_QUESTION)
    (cited,) = asked.page.values("a.source__link", "href")
    assert "no backlash" in guest.read(cited).html
    assert "Delete this document?" in ada.read(f"/documents/{document.id}/deletion").words("main")
    assert ada.send(f"/documents/{document.id}/deletion").location == DOCUMENTS
    assert "was deleted" in ada.read(DOCUMENTS).words("#flash")

    for browser in (ada, guest):
        for path in ("", "/file", "/passages.css"):
            assert browser.read(f"/documents/{document.id}{path}").status == 404
    assert ada.send(f"/documents/{document.id}/reingestion").status == 404
    assert "backlash" not in ada.read(f"{SEARCH}?q=gear").words("#results")
    page = asked.page
    assert "Source removed" in page.words(".sources")
    assert "It wears out when" not in page.html
    assert everything_about(build, document) == [0, 0, 0, 0]
    assert asked.ask("And the strain wave gear?")
    assert "no backlash" not in str(
        [seen["body"]["messages"][-1] for seen in provider.requests() if "messages" in seen["body"]][-1]
    )
    assert words_in_redis(app, "It wears out when") == []
    assert words_in_database(build, "It wears out when") == []


def test_quotations_go_with_their_document(
    app: Flask, ada: Browser, tutor: Row, document: Row, build: Builder, make_app: Callable[..., Flask]
) -> None:
    quoting = make_app(llm_api_key=None)
    browser = Builder(quoting).browser()
    asked = browser.begin("tutor", "Is a lithium battery charged at room temperature?")
    assert "A lithium battery is charged at room temperature." in asked.answer
    ada.send(f"/documents/{document.id}/deletion")
    assert "charged at room temperature." not in asked.page.words("main")
    assert "removed" in asked.answer
    assert browser.read("/conversations?q=lithium battery is charged at room temperature.").each(".row") == []
    assert words_in_redis(app, "charged at room") == []
    assert words_in_database(build, "battery is charged at room temperature. ") == []


def words_in_redis(app: Flask, words: str) -> list[str]:
    """Return the keys of Redis that hold these words, wherever in a value they stand."""
    client = app.extensions["redis"]
    return [key.decode() for key in client.scan_iter() if words.encode() in (client.dump(key) or b"")]


def words_in_database(build: Builder, words: str) -> list[str]:
    """Return the tables in which some row holds these words."""
    with build.inside() as session:
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return [
            table
            for table in tables
            if session.scalar(
                text(f"SELECT count(*) FROM {table} row WHERE row::text LIKE :words"), {"words": f"%{words}%"}
            )
        ]


def test_deleting_while_it_is_read_leaves_nothing(ada: Browser, build: Builder) -> None:
    upload(ada, ("one.md", HANDBOOK))
    row = build.document_named("one.md")
    assert ada.send(f"/documents/{row.id}/deletion").status == 303
    build.ingest(row)
    assert everything_about(build, row) == [0, 0, 0, 0]


# Who may


ADMINISTERED = [
    ("GET", DOCUMENTS),
    ("POST", DOCUMENTS),
    ("GET", f"{SEARCH}?q=gear"),
    ("GET", "/documents/{id}/deletion"),
    ("POST", "/documents/{id}/deletion"),
    ("POST", "/documents/{id}/reingestion"),
    ("POST", "/documents/{id}/cancellation"),
]


@pytest.mark.parametrize(("method", "path"), ADMINISTERED)
def test_documents_are_looked_after_by_their_administrators(
    method: str, path: str, ben: Browser, cleo: Browser, guest: Browser, document: Row, build: Builder
) -> None:
    address = path.format(id=document.id)
    assert ben.open(address, method=method).status_code == 403
    assert cleo.open(address, method=method).status_code == 404
    if path.startswith("/organizations"):
        signed_out = guest.open(address, method=method)
        assert (signed_out.status_code, signed_out.location.partition("?")[0]) == (303, "/login")
    else:
        assert guest.open(address, method=method).status_code in {303, 404}
    assert len(build.passages(document)) == 3


@pytest.mark.parametrize(("method", "path"), ADMINISTERED[3:])
def test_an_unknown_document_is_404(method: str, path: str, ada: Browser) -> None:
    assert ada.open(path.format(id=uuid4()), method=method).status_code == 404


def test_an_unknown_organization_is_404(ada: Browser, clinic: Row) -> None:
    for slug in ("nowhere", "clinic"):
        assert ada.read(f"/organizations/{slug}/documents").status == 404
        assert ada.read(f"/organizations/{slug}/search?q=x").status == 404


def test_members_read_everything_and_strangers_nothing(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser, document: Row, tutor: Row
) -> None:
    for path in ("", "/file", "/passages.css"):
        for member in (ada, ben):
            assert member.read(f"/documents/{document.id}{path}").status == 200
        for stranger in (cleo, guest):
            assert stranger.read(f"/documents/{document.id}{path}").status == 404


def test_a_guest_sees_only_what_was_cited_to_them(
    guest: Browser, build: Builder, tutor: Row, document: Row, provider: StandIn
) -> None:
    provider.answer("It has none [1].")
    guest.begin("tutor", GEAR_QUESTION)
    page = guest.read(f"/documents/{document.id}")
    assert "no backlash" in page.words("main")
    assert "red emergency button" not in page.html
    assert "frozen battery" not in page.html
    assert "These are the passages that were cited to you." in page.words("main")
    assert guest.read(f"/documents/{document.id}/file").status == 404
    assert guest.read(f"/documents/{document.id}/passages.css").html.count(":target") == 1
    assert build.browser().read(f"/documents/{document.id}").status == 404


def test_what_was_cited_to_people_is_for_them_alone(
    ben: Browser, build: Builder, tutor: Row, document: Row, provider: StandIn
) -> None:
    provider.answer("It has none [1].")
    ben.begin("tutor", GEAR_QUESTION)
    assert build.browser().read(f"/documents/{document.id}").status == 404


def test_a_published_collection_is_for_everyone(guest: Browser, build: Builder, robots: Row, tutor: Row) -> None:
    row = build.document(build.collection(robots, "Open", published=True), "open.md")
    page = guest.read(f"/documents/{row.id}")
    assert "red emergency button" in page.words("main")
    assert guest.read(f"/documents/{row.id}/file").status == 200


# The reader and the original


def test_the_reader_has_contents_and_a_place_for_every_passage(ben: Browser, document: Row, build: Builder) -> None:
    page = ben.read(f"/documents/{document.id}")
    assert page.words("h1") == "Robot handbook"
    assert page.each(".contents a") == ["Gearboxes", "Batteries", "Safety"]
    for heading in page.values(".contents a", "href"):
        assert page.tree.css_first(heading)
    for passage in build.passages(document):
        assert page.words(f"#passage-{passage.id}")
        assert passage.text.startswith(page.words(f"#passage-{passage.id}"))
    sheet = ben.read(page.values("link[href*=passages]", "href")[0])
    assert sheet.headers["Content-Type"].startswith("text/css")
    assert sheet.html.count("background") == 3


def outline(page: Page) -> list[str]:
    """Return the lists in the text and their items, with how their words begin."""
    lists = page.tree.css("main :is(ol, ul, li)")
    return [f"li {each.text()[:5]}" if each.tag == "li" else str(each.tag) for each in lists]


def test_numbers_and_bullets_are_lists_of_their_own(ben: Browser, build: Builder, handbook: Row) -> None:
    text = "1. First\n2. Second\n\n- Round\n- Square\n  1. Small\n  - Large\n\n5. Fifth\n"
    page = ben.read(f"/documents/{build.document(handbook, 'lists.md', text).id}")
    numbers, bullets, fifth = ["ol", "li First", "li Secon"], ["ul", "li Round", "li Squar"], ["ol", "li Fifth"]
    assert outline(page) == [*numbers, *bullets, "ol", "li Small", "ul", "li Large", *fifth]
    assert page.values("main ol > li", "value") == ["1", "2", "1", "5"]


def test_tasks_have_boxes(ben: Browser, build: Builder, handbook: Row) -> None:
    text = "- [ ] Grease the gear\n- [x] Charge it\n- [link] stays\n"
    page = ben.read(f"/documents/{build.document(handbook, 'tasks.md', text).id}")
    assert page.each("main li") == ["Grease the gear", "Charge it", "[link] stays"]
    assert page.values("main li > input[disabled]", "aria-label") == ["To do", "Done"]


def test_the_levels_of_headings_leave_none_out(ben: Browser, build: Builder, handbook: Row) -> None:
    text = "# Gears\n\n#### Deep\n\n### Less deep\n\n###### Below\n\n# Motors\n\n### Steps\n"
    page = ben.read(f"/documents/{build.document(handbook, 'levels.md', text).id}")
    headings = [(each.tag, each.text(strip=True)) for each in page.tree.css("main :is(h1, h2, h3, h4, h5, h6)")]
    assert headings == [
        ("h1", "Gears"),
        ("h2", "Deep"),
        ("h2", "Less deep"),
        ("h3", "Below"),
        ("h2", "Motors"),
        ("h3", "Steps"),
    ]


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "notes.md", "page.htm"])
def test_an_original_is_never_run(ben: Browser, build: Builder, handbook: Row, name: str) -> None:
    data = "<html><body><script>alert(1)</script><p>The purple lever opens the hatch.</p></body></html>"
    row = build.upload(handbook, name, data)
    build.ingest(row)
    file = ben.read(f"/documents/{row.id}/file")
    if file.status == 404:
        assert build.version(row).state == "failed"
        return
    assert file.html == data
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Security-Policy"] == "sandbox"
    assert "<script>alert" not in ben.read(f"/documents/{row.id}").html


def test_a_large_original_comes_back_byte_for_byte(ben: Browser, build: Builder, handbook: Row) -> None:
    data = (HANDBOOK + "\n" * 90).encode() * 10_000
    row = build.upload(handbook, "large.md", data[:2_500_000])
    with build.inside() as session:
        session.execute(
            text("UPDATE document_versions SET state = 'complete', blocks = '[]' WHERE id = :id"),
            {"id": row.version_id},
        )
        session.commit()
        assert session.scalar(select(func.count()).where(FilePart.version_id == row.version_id)) == 3
    response = ben.get(f"/documents/{row.id}/file")
    assert response.data == data[:2_500_000]
    assert response.headers["Content-Length"] == "2500000"


# The search page


def test_the_search_shows_what_an_assistant_would_find(ada: Browser, document: Row, tutor: Row) -> None:
    page = page_and_part_agree(ada, f"{SEARCH}?q=strain+wave+gear+backlash", "results")
    assert page.each(".hit__link")[0] == "1 handbook.md"
    assert page.each(".hit__path")[0] == "Robot handbook › Gearboxes"
    assert {"strain", "wave", "gear", "backlash"} <= {mark.lower() for mark in page.each(".hit__text mark")}
    assert page.values(".hit__link", "href")[0].startswith(f"/documents/{document.id}#passage-")


def test_the_search_says_when_nothing_is_close_enough(ada: Browser, document: Row, tutor: Row) -> None:
    note = ".results__note"
    assert ada.read(f"{SEARCH}?q=strain+wave+gear+backlash").each(note) == []
    (said,) = ada.read(f"{SEARCH}?q=where+do+old+whales+sing").each(note)
    assert said == "None is close enough: an assistant would answer that the documents do not say."


def test_the_search_shows_no_raw_formulas(ada: Browser, build: Builder, handbook: Row) -> None:
    build.document(handbook, "torque.md", "# Torque\n\nEvery joint has a torque:\n\n$$\\tau = J^{T} F$$\n\nIt holds.\n")
    (shown,) = ada.read(f"{SEARCH}?q=torque").each(".hit__text")
    assert " ".join(shown.split()) == "Every joint has a torque: … It holds."


def test_the_search_marks_words_and_runs_nothing(ada: Browser, build: Builder, handbook: Row) -> None:
    build.document(handbook, "evil.md", "# Evil\n\nHere `<script>alert(1)</script>` stands in a sentence.\n")
    page = ada.read(f"{SEARCH}?q=<script>alert(1)</script>")
    assert "<script>alert(1)" not in page.html
    assert page.values("#q", "value") == ["<script>alert(1)</script>"]


def test_an_empty_search_finds_nothing_and_breaks_nothing(ada: Browser, document: Row) -> None:
    for query in ("", "%20", "%00", "the", "((", "'" * 50, "x" * 5000):
        assert ada.read(f"{SEARCH}?q={query}").status == 200


def test_with_the_embedder_away_the_search_goes_by_words(ada: Browser, document: Row, provider: StandIn) -> None:
    provider.next("fail-401")
    assert "no backlash" in ada.read(f"{SEARCH}?q=backlash").words("#results")


def test_with_the_embedder_away_a_document_says_why_it_was_not_taken_in(
    ada: Browser, build: Builder, provider: StandIn
) -> None:
    upload(ada, ("one.md", HANDBOOK))
    provider.next("fail-401")
    build.ingest_waiting()
    assert "does not accept our key" in ada.read(DOCUMENTS).words(".row__error")
    ada.send(f"/documents/{build.document_named('one.md').id}/reingestion")
    build.ingest_waiting()
    assert "Searchable" in rows(ada.read(DOCUMENTS))["one.md"]


def test_collections_and_citations_are_counted_by_nobody_else(cleo: Browser, ada: Browser, document: Row) -> None:
    assert "handbook.md" in ada.read(DOCUMENTS).html
    page = cleo.read("/organizations/clinic/documents")
    assert page.status == 200
    assert "handbook.md" not in page.html
    assert "handbook.md" not in cleo.read("/organizations/clinic/search?q=backlash").words("#results")
