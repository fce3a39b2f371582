"""A mail from its row to a server's hands, over real SMTP and over Mailgun's protocol."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import trustme
from rq import Queue
from sqlalchemy import select, update

from tests.builders import Builder
from tests.fakes import mailbox, mailgun
from tests.fakes.mailbox import Mailbox, text_of
from tests.fakes.mailgun import Mailgun
from webapp.mail import delivery, posting
from webapp.mail.errors import Unavailable
from webapp.mail.letter import Letter
from webapp.mail.models import Mail
from webapp.mail.smtp import Smtp
from webapp.records import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask

    Make = Callable[..., Flask]

SENDER = "Colloquy <colloquy@example.org>"
IN_THE_CLEAR = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
LINK = "https://chat.example.org/verify/a-token"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with Mailbox() as server:
        yield server


@pytest.fixture
def gun() -> Iterator[Mailgun]:
    with Mailgun() as service:
        yield service


def through(server: Mailbox) -> dict[str, Any]:
    return {"smtp_url": server.url, "mail_from": SENDER}


def by_mailgun(service: Mailgun, **changes: Any) -> dict[str, Any]:
    told = {"mailgun_api_key": mailgun.KEY, "mailgun_domain": mailgun.DOMAIN, "mailgun_base_url": service.base_url}
    return told | {"mail_from": SENDER} | changes


def written(build: Builder, recipient: str = "dora@example.org", subject: str = "Is this your address?") -> UUID:
    """Write a mail as a page does, and return its id."""
    with build.inside() as session:
        posting.post("mail/verification.html", recipient, subject, email=recipient, link=LINK)
        session.commit()
        return session.scalars(select(Mail.id).order_by(Mail.id.desc())).first()  # type: ignore[return-value]


def delivered(build: Builder, mail_id: UUID) -> Mail:
    """Make one attempt, the queue's last one, and return the mail as it is then."""
    with build.inside() as session:
        delivery.deliver(mail_id)
        mail = session.get_one(Mail, mail_id)
        session.expunge(mail)
        return mail


def waiting(build: Builder) -> int:
    return Queue("mail", connection=build.app.extensions["redis"]).count


def test_a_mail_goes_out_in_two_forms_and_is_forgotten_here(app: Flask, make_app: Make, box: Mailbox) -> None:
    build = Builder(make_app(**through(box)))
    mail = delivered(build, written(build, subject="Größe? Ja ✓"))
    assert (mail.state, mail.text, mail.html, mail.error, mail.attempts) == ("sent", "", "", None, 1)
    assert mail.sent_at
    [message] = box.mails
    assert (message["From"], message["To"], message["Subject"]) == (SENDER, "dora@example.org", "Größe? Ja ✓")
    assert message["Message-ID"] == f"<{mail.id.hex}@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert LINK in text_of(message)
    html = message.get_body(("html",))
    assert html is not None
    assert f'href="{LINK}"' in html.get_content()
    assert "<" not in text_of(message)


def test_what_was_sent_is_not_sent_again(app: Flask, make_app: Make, box: Mailbox) -> None:
    build = Builder(make_app(**through(box)))
    mail_id = written(build)
    delivered(build, mail_id)
    assert delivered(build, mail_id).attempts == 1
    assert len(box.mails) == 1


def test_a_mail_waits_for_the_commit_and_a_rollback_takes_it_back(app: Flask, make_app: Make, box: Mailbox) -> None:
    build = Builder(make_app(**through(box)))
    with build.inside() as session:
        posting.post("mail/verification.html", "dora@example.org", "Hello", email="", link=LINK)
        session.flush()
        assert waiting(build) == 0
        session.rollback()
    assert waiting(build) == 0
    written(build)
    assert waiting(build) == 1


def test_a_recipient_whom_the_server_refuses_is_not_tried_again(app: Flask, make_app: Make, box: Mailbox) -> None:
    build = Builder(make_app(**through(box)))
    mail = delivered(build, written(build, "refused@example.org"))
    assert (mail.state, mail.text, mail.error) == ("failed", "", "The mail server answered 550: No such person here")
    assert delivered(build, mail.id).attempts == 1
    assert box.asked == ["refused@example.org"]


def test_a_server_that_is_busy_or_away_is_tried_again(app: Flask, make_app: Make) -> None:
    box = Mailbox()
    build = Builder(make_app(**through(box)))
    mail_id = written(build)
    with build.inside(), pytest.raises(Unavailable, match="cannot be reached"):
        delivery.deliver(mail_id, last_attempt=False)
    mail = delivered(build, mail_id)
    assert (mail.state, mail.attempts, mail.error) == ("pending", 2, "The mail server cannot be reached.")
    assert LINK in mail.text
    with box:
        assert delivered(build, mail_id).state == "sent"
        busy = delivered(build, written(build, "busy@example.org"))
    assert (busy.state, busy.error) == ("pending", "The mail server answered 451: Come back later")
    assert [message["To"] for message in box.mails] == ["dora@example.org"]


def test_a_server_that_refuses_us_is_asked_again_later(app: Flask, make_app: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        build = Builder(make_app(smtp_url=f"smtp://127.0.0.1:{listening.getsockname()[1]}", mail_from=SENDER))

        def turn_away() -> None:
            caller, _ = listening.accept()
            with caller:
                caller.sendall(b"554 We do not know you\r\n")

        turning = threading.Thread(target=turn_away)
        turning.start()
        mail = delivered(build, written(build))
        turning.join()
    assert (mail.state, mail.error) == ("pending", "The mail server answered 554: We do not know you")


def test_maintenance_hands_over_what_was_lost_and_gives_up_after_a_day(
    app: Flask, make_app: Make, box: Mailbox
) -> None:
    build = Builder(make_app(**through(box)))
    lost, fresh, old = written(build), written(build), written(build)
    build.app.extensions["redis"].flushdb()
    with build.inside() as session:
        session.execute(update(Mail).where(Mail.id != fresh).values(due_at=now() - timedelta(seconds=1)))
        session.execute(update(Mail).where(Mail.id == old).values(created_at=now() - timedelta(hours=25)))
        session.commit()
        delivery.send_lost()
        session.commit()
        assert session.get_one(Mail, old).state == "failed"
        assert session.get_one(Mail, old).text == ""
    jobs = Queue("mail", connection=build.app.extensions["redis"]).jobs
    assert [job.args for job in jobs] == [[str(lost)]]
    with build.inside() as session:
        delivery.send_lost()
        session.commit()
    assert waiting(build) == 1


def test_each_attempt_waits_longer_for_the_next(app: Flask, make_app: Make) -> None:
    build = Builder(make_app(**through(Mailbox())))
    mail_id = written(build)
    pauses = [(delivered(build, mail_id).due_at - now()).total_seconds() for _ in range(4)]
    assert pauses == sorted(pauses)
    assert 60 < pauses[0] < pauses[3] <= 3600


def test_old_mails_are_forgotten(app: Flask, make_app: Make, box: Mailbox) -> None:
    build = Builder(make_app(**through(box)))
    sent, recent = written(build), written(build)
    delivered(build, sent)
    delivered(build, recent)
    with build.inside() as session:
        session.execute(update(Mail).where(Mail.id == sent).values(created_at=now() - timedelta(days=31)))
        delivery.forget_old()
        session.commit()
        assert session.scalars(select(Mail.id)).all() == [recent]


@pytest.mark.parametrize(
    "subject",
    ["Hello\r\nBcc: eve@example.org", "Hello\nBcc: eve@example.org", "Hello\u2028Bcc: eve@example.org\x00\x0b"],
)
def test_nobody_adds_a_header(app: Flask, make_app: Make, box: Mailbox, gun: Mailgun, subject: str) -> None:
    for settings in (through(box), by_mailgun(gun)):
        build = Builder(make_app(**settings))
        assert delivered(build, written(build, subject=subject)).state == "sent"
    [message], [fields] = box.mails, gun.messages
    assert message["Bcc"] is None
    assert message["Subject"] == fields["subject"] == "Hello Bcc: eve@example.org"
    assert box.asked == ["dora@example.org"]
    assert set(fields) == {"from", "to", "subject", "text", "html", "o:tracking", "h:Message-Id", "h:Auto-Submitted"}


def test_names_bring_no_lines_and_no_markup_into_a_mail(app: Flask, make_app: Make, box: Mailbox) -> None:
    build = Builder(make_app(**through(box)))
    with build.inside() as session:
        words = {"organization": "<b>Robots</b>", "role": "member", "email": "dora@example.org", "link": LINK}
        posting.post("mail/invitation.html", "dora@example.org", "Join", inviter="Ada\n\nOpen this instead", **words)
        session.commit()
        mail = session.scalars(select(Mail)).one()
        assert "Ada Open this instead invites" in mail.text
        assert "join <b>Robots</b> as a member" in mail.text
        assert "&lt;b&gt;Robots" in mail.html


def test_an_address_in_other_letters_is_written_as_servers_know_it(app: Flask, make_app: Make, box: Mailbox) -> None:
    build = Builder(make_app(**through(box)))
    assert delivered(build, written(build, "dora@bücher.example")).state == "sent"
    assert box.asked == ["dora@xn--bcher-kva.example"]
    local = delivered(build, written(build, "döra@example.org"))
    assert (local.state, "such letters" in (local.error or "")) == ("failed", True)


@IN_THE_CLEAR
def test_a_server_that_wants_a_password_gets_it(app: Flask, make_app: Make) -> None:
    with Mailbox(auth=True) as box:
        right = f"smtp://{mailbox.USER}:let%20me%20in@127.0.0.1:{box.port}"
        wrong = f"smtp://{mailbox.USER}:secret@127.0.0.1:{box.port}"
        build = Builder(make_app(smtp_url=wrong, mail_from=SENDER))
        mail = delivered(build, written(build))
        assert (mail.state, (mail.error or "")[:28]) == ("pending", "The mail server answered 535")
        assert "secret" not in (mail.error or "")
        build = Builder(make_app(smtp_url=right, mail_from=SENDER))
        assert delivered(build, mail.id).state == "sent"
        assert len(box.mails) == 1


@pytest.mark.parametrize("tls", [False, True], ids=["starttls", "smtps"])
def test_a_certificate_is_looked_at(
    app: Flask, make_app: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: bool
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Mailbox(context=context, tls=tls) as box:
        build = Builder(make_app(**through(box)))
        mail = delivered(build, written(build))
        assert (mail.state, "cannot be trusted" in (mail.error or "")) == ("pending", True)
        authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        assert delivered(build, mail.id).state == "sent"
        assert len(box.mails) == 1


@IN_THE_CLEAR
def test_a_password_does_not_travel_in_the_clear() -> None:
    letter = Letter("1", SENDER, "dora@example.org", "Hello", "Hello", "<p>Hello</p>")
    with Mailbox(auth=True) as box:
        for host, sent in (("127.1", False), ("127.0.0.1", True)):  # The same, and only one says that it is near.
            server = Smtp(f"smtp://{mailbox.USER}:let%20me%20in@{host}:{box.port}")
            with nullcontext() if sent else pytest.raises(Unavailable, match="offers no TLS"):
                server.send(letter)
            assert bool(box.mails) is sent


def test_mailgun_is_given_every_part_and_told_not_to_track(app: Flask, make_app: Make, gun: Mailgun) -> None:
    build = Builder(make_app(**by_mailgun(gun)))
    mail = delivered(build, written(build))
    assert (mail.state, mail.text) == ("sent", "")
    [fields] = gun.messages
    assert (fields["from"], fields["to"], fields["o:tracking"]) == (SENDER, "dora@example.org", "no")
    assert LINK in fields["text"]
    assert f'href="{LINK}"' in fields["html"]


@pytest.mark.parametrize(
    ("status", "state"), [(400, "failed"), (401, "pending"), (404, "pending"), (429, "pending"), (503, "pending")]
)
def test_what_mailgun_refuses_is_told_apart_from_what_passes(
    app: Flask, make_app: Make, gun: Mailgun, status: int, state: str
) -> None:
    build = Builder(make_app(**by_mailgun(gun)))
    gun.fail_with = [status]
    mail = delivered(build, written(build))
    assert (mail.state, mail.error) == (state, f"Mailgun answered {status}: Something is wrong here.")
    again = delivered(build, mail.id)
    assert again.state == ("failed" if state == "failed" else "sent")


def test_mailgun_is_wrong_about_a_key_until_somebody_sets_the_right_one(
    app: Flask, make_app: Make, gun: Mailgun
) -> None:
    build = Builder(make_app(**by_mailgun(gun, mailgun_api_key="another-key")))
    mail = delivered(build, written(build))
    assert (mail.state, mail.error) == ("pending", "Mailgun answered 401: without a reason.")
    away = Builder(make_app(**by_mailgun(gun, mailgun_base_url="http://127.0.0.1:1")))
    assert delivered(away, mail.id).error == "Mailgun cannot be reached."
    assert delivered(Builder(make_app(**by_mailgun(gun))), mail.id).state == "sent"


def test_where_no_mail_goes_none_is_written(app: Flask, make_app: Make) -> None:
    build = Builder(make_app())
    with build.inside() as session:
        posting.post("mail/verification.html", "dora@example.org", "Hello", email="", link=LINK)
        assert session.scalars(select(Mail)).all() == []


def test_a_mail_whose_server_was_taken_away_waits_for_another(app: Flask, make_app: Make, box: Mailbox) -> None:
    mail_id = written(Builder(make_app(**through(box))))
    mail = delivered(Builder(make_app()), mail_id)
    assert (mail.state, mail.error) == ("pending", "No mail server is set.")


@pytest.mark.parametrize(
    "settings",
    [
        {"smtp_url": "mail.example.org:587", "mail_from": SENDER},
        {"smtp_url": "smtp://mail.example.org"},
        {"smtp_url": "smtp://mail.example.org", "mail_from": "Colloquy"},
        {"mailgun_api_key": "key", "mail_from": SENDER},
        {"public_url": "chat.example.org"},
    ],
)
def test_half_a_mail_server_is_refused_at_the_start(make_app: Make, settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"smtp://|MAIL_FROM|MAILGUN_DOMAIN|https://") as refused:
        make_app(**settings)
    assert "only-for-the-tests" not in str(refused.value), "settings hold keys"
