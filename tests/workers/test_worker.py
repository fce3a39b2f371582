"""A real worker: it takes documents in, dies half-way, and another one ends what it began."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from rq import Queue
from rq.job import Job
from sqlalchemy import func, select, text, update

from tests.browser import Asked
from tests.builders import BATTERY_QUESTION, GEAR_QUESTION, HANDBOOK, Builder, Row
from tests.fakes.mailbox import Mailbox, link_in, text_of
from tests.fakes.provider import StandIn
from tests.processes import Process, running, wait_for
from webapp.accounts.models import Session
from webapp.chat.models import Message
from webapp.feedback.models import Report
from webapp.knowledge.models import Document, Passage, Version
from webapp.mail.models import Mail
from webapp.records import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from tests.browser import Browser

CHAPTERS = 400
LONG = "# Long\n\n" + "\n\n".join(
    f"## Chapter {n}\n\nChapter number {n} tells of robot number {n} and its wheels." for n in range(CHAPTERS)
)


@pytest.fixture
def worker(environment: dict[str, str], app: Flask) -> Iterator[Process]:
    with running(Process(["workers"], environment)) as process:
        yield process


def upload(browser: Browser, name: str, content: str) -> None:
    data = {"files": [(io.BytesIO(content.encode()), name)]}
    sent = browser.send("/organizations/robots/documents", data, content_type="multipart/form-data")
    assert sent.status == 303


def state_of(build: Builder, name: str) -> str:
    with build.inside() as session:
        return (
            session.scalars(
                select(Version.state)
                .join(Version.document)
                .where(Document.name == name)
                .order_by(Version.number.desc())
            ).first()
            or ""
        )


def progress_of(build: Builder, name: str) -> int:
    with build.inside() as session:
        return session.scalars(select(Version.progress_done).join(Version.document).where(Document.name == name)).one()


def test_a_worker_takes_an_upload_in_and_the_page_sees_the_worker(
    worker: Process, ada: Browser, build: Builder
) -> None:
    upload(ada, "one.md", HANDBOOK)
    wait_for("the document", lambda: state_of(build, "one.md") == "complete")
    assert len(build.passages(build.document_named("one.md"))) == 3
    ready = ada.get("/readyz")
    assert ready.json
    assert ready.json["worker"] is True
    assert Queue("ingestion", connection=build.app.extensions["redis"]).count == 0


def test_what_a_killed_worker_began_another_one_ends_with_every_passage_once(
    environment: dict[str, str], ada: Browser, build: Builder
) -> None:
    with StandIn() as slow:  # A stand-in of its own: it hangs in the middle of the document.
        told = environment | {"EMBEDDING_BASE_URL": slow.base_url}
        with running(Process(["workers"], told)) as doomed:
            slow.next("good", 4)
            slow.next("hang", 1)
            upload(ada, "long.md", LONG)
            wait_for("half of the document", lambda: len(slow.requests()) >= 5)
            assert state_of(build, "long.md") == "processing"
            doomed.kill()
    with build.inside() as session:
        assert session.scalar(select(func.count()).select_from(Passage)) == 0
        session.execute(update(Version).values(heartbeat_at=now() - timedelta(minutes=1)))
        session.commit()
    build.app.extensions["redis"].flushdb()  # Even the queue is lost; maintenance finds the version by its row.
    with running(Process(["workers"], environment)):
        wait_for("the document", lambda: state_of(build, "long.md") == "complete", within=90)
    passages = build.passages(build.document_named("long.md"))
    assert [passage.ordinal for passage in passages] == list(range(CHAPTERS))
    assert {passage.embedding_model for passage in passages} == {"text-embedding-3-small"}


def test_a_job_that_a_killed_worker_had_is_done_once(
    environment: dict[str, str], ada: Browser, build: Builder, provider: StandIn
) -> None:
    upload(ada, "one.md", HANDBOOK)
    client = build.app.extensions["redis"]
    (job,) = Queue("ingestion", connection=client).jobs
    client.zadd(job.execution_registry.key, {"dead": now().timestamp() + 60})
    with running(Process(["workers"], environment)):
        wait_for("the document", lambda: state_of(build, "one.md") == "complete")
        wait_for("the end of the job", lambda: not Job.exists(job.id, connection=client), within=5)
    assert not client.exists(job.execution_registry.key)
    assert len(provider.requests()) == 1


def test_a_provider_that_recovers_is_tried_again_by_the_queue(
    worker: Process, ada: Browser, build: Builder, provider: StandIn
) -> None:
    provider.next("fail-503", 3)
    upload(ada, "one.md", HANDBOOK)
    wait_for("the document", lambda: state_of(build, "one.md") == "complete", within=40)


def test_a_worker_checks_what_an_answer_cites(
    worker: Process, guest: Browser, build: Builder, tutor: Row, provider: StandIn
) -> None:
    provider.answer("A strain wave gear has no backlash [1]. It costs 4711 euros [1].")
    asked = guest.begin("tutor", GEAR_QUESTION)
    wait_for("the verdicts", lambda: asked.page.tree.css(".support"))
    assert asked.page.values(".prose .support", "title") == ["Not found in its source"]


def test_answers_that_are_checked_together_hold_each_other_up_as_little_as_trouble_does(
    guest: Browser, ada: Browser, build: Builder, tutor: Row, provider: StandIn, environment: dict[str, str]
) -> None:
    provider.answer("It costs 4711 euros [1].")
    sent = [browser.send("/assistants/tutor/conversations", {"message": GEAR_QUESTION}) for browser in (guest, ada)]
    asked = [Asked(browser.wait(), page.location) for browser, page in zip((guest, ada), sent, strict=True)]
    provider.next("fail-401")
    with running(Process(["workers"], environment)):
        for each in asked:
            wait_for("the verdicts", lambda each=each: each.page.tree.css(".support"))


def test_maintenance_recovers_what_died_and_forgets_what_ran_out(
    app: Flask, ada: Browser, build: Builder, tutor: Row, handbook: Row, environment: dict[str, str]
) -> None:
    ada.begin("tutor", GEAR_QUESTION)
    lost = build.upload(handbook, "lost.md", HANDBOOK)
    app.extensions["redis"].flushdb()
    long_ago = now() - timedelta(minutes=5)
    with build.inside() as session:
        session.execute(
            update(Message).where(Message.role == "answer").values(state="streaming", text="", created_at=long_ago)
        )
        session.execute(update(Version).where(Version.id == lost.version_id).values(created_at=long_ago))
        session.execute(text("UPDATE passages SET embedding_model = 'an earlier model'"))
        session.execute(update(Session).values(expires_at=long_ago))
        session.commit()
    app.extensions["redis"].xadd(answer_key(build), {"text": "It was written."}, id="15-0")
    with running(Process(["workers"], environment)):
        wait_for("the lost document", lambda: state_of(build, "lost.md") == "complete", within=60)
        wait_for("the vectors", lambda: embedded_by(build) == {"text-embedding-3-small"}, within=30)
    with build.inside() as session:
        answer = session.scalars(select(Message).where(Message.role == "answer")).one()
        assert (answer.state, answer.text) == ("interrupted", "It was written.")
        assert session.scalar(select(func.count()).select_from(Session)) == 0


def test_the_prompt_of_a_report_is_built_by_a_worker_also_where_its_job_was_lost(
    environment: dict[str, str], app: Flask, ada: Browser, build: Builder, tutor: Row
) -> None:
    def built() -> list[bool]:
        with build.inside() as session:
            return [bool(prompt) for prompt in session.scalars(select(Report.prompt))]

    ada.send(f"/messages/{ada.begin('tutor', GEAR_QUESTION).answer_id}/reports", {"note": "It is wrong."})
    app.extensions["redis"].flushdb()
    with running(Process(["workers"], environment)):
        wait_for("the prompt whose job was lost", lambda: built() == [True], within=60)
        ada.send(f"/messages/{ada.begin('tutor', BATTERY_QUESTION).answer_id}/reports", {"note": "It is wrong."})
        wait_for("the prompt", lambda: built() == [True, True])


def test_a_mail_is_tried_again_until_the_server_is_there(
    environment: dict[str, str], build: Builder, make_app: Callable[..., Flask]
) -> None:
    box = Mailbox()
    told = {"SMTP_URL": box.url, "MAIL_FROM": "Colloquy <colloquy@example.org>"}
    pages = Builder(make_app(**{name.lower(): value for name, value in told.items()}))
    with running(Process(["workers"], environment | told)):
        for email in ("dora@example.org", "refused@example.org"):
            pages.browser().send("/signup", PERSON | {"email": email})
        wait_for("an attempt", lambda: mail_to(build, "dora@example.org").attempts > 0)
        assert mail_to(build, "dora@example.org").state == "pending"
        with box:
            wait_for("the mail", lambda: mail_to(build, "dora@example.org").state == "sent", within=40)
            wait_for("the refusal", lambda: mail_to(build, "refused@example.org").state == "failed", within=40)
    [message] = box.mails
    assert message["To"] == "dora@example.org"
    link = link_in(text_of(message))
    assert pages.browser().read(link).status == 200
    assert mail_to(build, "dora@example.org").text == ""


def test_maintenance_sends_the_mail_that_the_queue_has_lost(
    environment: dict[str, str], build: Builder, make_app: Callable[..., Flask]
) -> None:
    with Mailbox() as box:
        told = {"SMTP_URL": box.url, "MAIL_FROM": "colloquy@example.org"}
        pages = Builder(make_app(**{name.lower(): value for name, value in told.items()}))
        pages.browser().send("/signup", PERSON)
        build.app.extensions["redis"].flushdb()
        with build.inside() as session:
            session.execute(update(Mail).values(due_at=now() - timedelta(seconds=1)))
            session.commit()
        with running(Process(["workers"], environment | told)):
            wait_for("the mail", lambda: mail_to(build, "dora@example.org").state == "sent", within=60)
        assert len(box.mails) == 1


PERSON = {
    "name": "Dora",
    "email": "dora@example.org",
    "password": "a short sentence",
    "software_background": "Beginner",
    "hardware_background": "None",
}


def mail_to(build: Builder, recipient: str) -> Mail:
    with build.inside() as session:
        mail = session.scalars(select(Mail).where(Mail.recipient == recipient)).one()
        session.expunge(mail)
        return mail


def answer_key(build: Builder) -> str:
    with build.inside() as session:
        return f"answer:{session.scalars(select(Message.id).where(Message.role == 'answer')).one().hex}"


def embedded_by(build: Builder) -> set[str | None]:
    with build.inside() as session:
        return set(session.scalars(select(Passage.embedding_model)))


def test_a_worker_ends_when_it_is_asked_to(worker: Process, ada: Browser) -> None:
    wait_for("the worker", lambda: (ada.get("/readyz").json or {}).get("worker"))
    worker.stop()
    assert not worker.running
