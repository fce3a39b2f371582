"""What every answer obeys: errors, headers, where writes come from, health, and what a proxy may say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import redis
from flask import abort
from sqlalchemy import text

from tests.builders import GEAR_QUESTION, Builder, Row
from webapp.extensions import db
from webapp.web.headers import POLICY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from tests.browser import Browser


@pytest.fixture
def frail(make_app: Callable[..., Flask], app: Flask) -> Builder:
    """A builder on an application with routes that go wrong in every way."""
    made = make_app()
    made.add_url_rule("/wrong/<int:code>", view_func=abort, endpoint="wrong")
    made.add_url_rule("/wrong/sql", view_func=lambda: db.session.execute(text("SELECT 1/0")), endpoint="sql")
    made.add_url_rule("/wrong/broken", view_func=lambda: 1 / 0, endpoint="broken")
    return Builder(made)


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 422, 429, 500, 503])
def test_an_error_is_a_page_in_our_words_or_a_part_for_the_flash_area(frail: Builder, code: int) -> None:
    browser = frail.browser()
    page = browser.read(f"/wrong/{code}")
    assert page.status == code
    assert page.words(".fault__code") == str(code)
    assert page.title.endswith("· Colloquy")
    assert page.words("h1")
    assert page.headers["X-Request-ID"] in page.words(".fault__id")
    assert page.headers["Content-Security-Policy"] == POLICY

    part = browser.read(f"/wrong/{code}", part="results")
    assert part.status == code
    assert "<html" not in part.html
    assert part.values(".flash", "role") == ["alert"]
    assert part.headers["HX-Retarget"] == "#flash"
    assert part.headers["X-Request-ID"] in part.words(".flash")


def test_what_nobody_foresaw_shows_no_trace_and_is_written_down(
    frail: Builder, capfd: pytest.CaptureFixture[str]
) -> None:
    page = frail.browser().read("/wrong/broken")
    assert page.status == 500
    assert "ZeroDivisionError" not in page.html
    logged = capfd.readouterr().out
    assert "ZeroDivisionError" in logged
    assert page.headers["X-Request-ID"] in logged


def test_a_statement_that_broke_leaves_an_error_page_for_its_reader(frail: Builder, ada: Browser) -> None:
    page = frail.browser(ada.person).read("/wrong/sql")
    assert page.status == 500
    assert page.words(".menu__head") == "Adaada@example.org"


def test_a_wrong_method_is_405(guest: Browser) -> None:
    assert guest.read("/logout").status == 405
    assert guest.send("/conversations").status == 405


@pytest.mark.parametrize("given", ["abcdefgh-1234", "f" * 64])
def test_a_proxys_request_id_is_kept_where_it_is_plain(guest: Browser, given: str) -> None:
    assert guest.read("/", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "x", "a b c d e f g h", "<script>alert(1)</script>", "f" * 65])
def test_a_strange_request_id_is_replaced(guest: Browser, given: str) -> None:
    made = guest.read("/", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{16}", made)


def test_every_answer_carries_the_policy(
    app: Flask, ada: Browser, guest: Browser, build: Builder, robots: Row, tutor: Row, document: Row
) -> None:
    asked = ada.begin("tutor", GEAR_QUESTION)
    values = {
        "slug": {"assistants": "tutor", "chat": "tutor"},
        "id": dict.fromkeys(("organizations", "own_account"), ada.person.id)
        | {"chat": asked.id, "sharing": asked.id, "support": asked.answer_id, "knowledge": document.id},
        "token": dict.fromkeys(("organizations", "links", "own_account", "sharing"), "nobody-has-it"),
        "provider": {"identities": "nobody"},
    }
    values["slug"] |= dict.fromkeys(("assistants_admin", "trials"), "robots")
    values["id"] |= dict.fromkeys(("assistants_admin", "trials"), build.assistant(robots, "other").id)
    values["id"] |= dict.fromkeys(("identities", "passkeys"), uuid4())
    tried = 0
    for rule in app.url_map.iter_rules():
        domain = rule.endpoint.partition(".")[0]
        fields = {
            name: values.get(name, {}).get(domain, "robots" if name == "slug" else uuid4()) for name in rule.arguments
        }
        if domain == "chat" and rule.rule.startswith("/messages"):
            fields["id"] = asked.question_id if rule.rule.endswith("edit") else asked.answer_id
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **fields)
        for browser in (ada, guest):
            method = "GET" if "GET" in (rule.methods or ()) else "POST"
            if path == "/logout" and browser is ada:
                continue
            page = browser.get(path) if method == "GET" else browser.post(path)
            assert page.get_data() is not None  # Not everything that is answered is text.
            expected = "sandbox" if rule.rule.endswith("/file") and page.status_code == 200 else POLICY
            assert page.headers["Content-Security-Policy"] == expected, path
            assert page.headers["X-Content-Type-Options"] == "nosniff"
            assert page.headers["Referrer-Policy"]
            assert page.headers["X-Request-ID"]
            assert page.headers["Cache-Control"] in {"private, no-cache", "no-store"}
            assert page.status_code < 500, path
            tried += 1
        ada.wait()
    assert tried > 40


def test_pages_load_nothing_from_elsewhere_and_have_no_inline_code(ada: Browser, tutor: Row, document: Row) -> None:
    asked = ada.begin("tutor", GEAR_QUESTION)
    for path in (
        "/",
        "/assistants/tutor",
        asked.path,
        "/conversations",
        "/profile",
        f"/documents/{document.id}",
        "/organizations/robots/documents",
        "/organizations/robots/search?q=gear",
        "/organizations/robots/assistants",
        "/organizations/robots/assistants/new",
        f"/organizations/robots/assistants/{tutor.id}",
        f"{asked.path}/title",
    ):
        page = ada.read(path)
        assert page.status == 200
        for address in page.values("script", "src") + page.values("link", "href") + page.values("img", "src"):
            assert address.startswith("/"), (path, address)
        assert page.each("style") == []
        for element in page.tree.css("*"):
            assert not [name for name in element.attributes if name == "style" or name.startswith(("on", "hx-on"))]


# Where writes come from


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:8080"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_write_from_elsewhere_is_refused(app: Flask, tutor: Row, headers: dict[str, str]) -> None:
    client = app.test_client()
    for path in ("/login", "/signup", "/logout", "/assistants/tutor/conversations"):
        refused = client.post(path, data={"message": "Hello?"}, headers=headers)
        assert refused.status_code == 403
        assert "Set-Cookie" not in refused.headers
    assert "another site" in refused.get_data(as_text=True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    ],
)
def test_a_write_from_our_own_pages_is_taken(app: Flask, headers: dict[str, str]) -> None:
    assert app.test_client().post("/logout", headers=headers).status_code == 303


def test_reading_is_allowed_from_anywhere(app: Flask, tutor: Row) -> None:
    assert app.test_client().get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


# Health


def test_healthz_asks_nothing(guest: Browser) -> None:
    assert guest.read("/healthz").html == "ok\n"


def test_readyz_says_what_is_there(guest: Browser) -> None:
    ready = guest.get("/readyz")
    assert ready.status_code == 200
    assert ready.json == {
        "database": True,
        "redis": True,
        "worker": False,
        "second_wall": True,
        "language_model": "stand-in",
    }


def test_readyz_says_that_the_second_wall_is_off_with_one_role(
    make_app: Callable[..., Flask], app: Flask, environment: dict[str, str]
) -> None:
    alone = make_app(database_url=environment["DATABASE_OWNER_URL"], database_owner_url=None)
    ready = Builder(alone).browser().get("/readyz")
    assert ready.json
    assert ready.json["second_wall"] is False


@pytest.fixture
def without_redis(make_app: Callable[..., Flask], app: Flask) -> Iterator[Builder]:
    """A builder on an application whose Redis is away."""
    made = make_app()
    there = made.extensions["redis"]
    made.extensions["redis"] = redis.Redis(port=1, socket_connect_timeout=1)
    yield Builder(made)
    made.extensions["redis"].close()
    made.extensions["redis"] = there


def test_readyz_is_503_while_redis_is_away(without_redis: Builder) -> None:
    ready = without_redis.browser().get("/readyz")
    assert ready.status_code == 503
    assert ready.json
    assert (ready.json["database"], ready.json["redis"], ready.json["worker"]) == (True, False, False)


def test_readyz_is_503_while_the_database_is_away(make_app: Callable[..., Flask], app: Flask) -> None:
    away = make_app(database_url="postgresql://nobody:secret-password@127.0.0.1:1/nothing", database_owner_url=None)
    browser = Builder(away).browser()
    ready = browser.get("/readyz")
    assert ready.status_code == 503
    assert ready.json == {"database": False, "redis": True, "worker": False}
    assert browser.read("/healthz").status == 200


def test_with_the_database_away_there_is_still_a_page(
    make_app: Callable[..., Flask], app: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    away = make_app(database_url="postgresql://nobody:secret-password@127.0.0.1:1/nothing", database_owner_url=None)
    browser = Builder(away).browser()
    browser.set_cookie("session_token", "a token that cannot be looked up")
    page = browser.read("/")
    assert page.status == 500
    assert page.words("h1")
    assert "secret-password" not in page.html + capfd.readouterr().out


# Behind a proxy


def signs_up_until_refused(browser: Browser, forwarded: Iterator[str]) -> int:
    """Return how many sign-ups were read before one was refused, up to 25, each saying it comes from elsewhere."""
    for tries, address in zip(range(25), forwarded, strict=False):
        if browser.send("/signup", headers={"X-Forwarded-For": address}).status == 429:
            return tries
    return 25


def test_nothing_that_a_stranger_says_of_its_address_is_believed(guest: Browser) -> None:
    assert signs_up_until_refused(guest, (f"192.0.2.{n}" for n in range(25))) == 20


def test_behind_one_proxy_only_the_last_address_is_believed(make_app: Callable[..., Flask], app: Flask) -> None:
    browser = Builder(make_app(trusted_proxies=1)).browser()
    assert signs_up_until_refused(browser, (f"192.0.2.{n}" for n in range(25))) == 25
    assert signs_up_until_refused(browser, (f"198.51.100.{n}, 203.0.113.9" for n in range(25))) == 20


def test_a_forwarded_protocol_is_believed_only_behind_a_proxy(guest: Browser, make_app: Callable[..., Flask]) -> None:
    said = {"X-Forwarded-Proto": "https"}
    assert "Strict-Transport-Security" not in guest.read("/", headers=said).headers
    behind = Builder(make_app(trusted_proxies=1)).browser()
    assert "Strict-Transport-Security" in behind.read("/", headers=said).headers


def test_a_forwarded_host_is_never_believed(make_app: Callable[..., Flask], app: Flask) -> None:
    browser = Builder(make_app(trusted_proxies=1)).browser()
    page = browser.read("/profile", headers={"X-Forwarded-Host": "evil.example"})
    assert page.location.startswith("/login")


# Static files


def test_static_files_are_kept_for_ever_under_their_hash(guest: Browser) -> None:
    page = guest.read("/")
    sheets = page.values("link[rel=stylesheet]", "href")
    assert sheets
    for address in (*sheets, *page.values("script", "src")):
        file = guest.get(address)
        assert file.status_code == 200
        assert "immutable" in file.headers["Cache-Control"]
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        file.close()


def test_static_files_leave_their_folder_for_nobody(guest: Browser) -> None:
    for path in ("/static/../wsgi.py", "/static/%2e%2e/wsgi.py", "/static/..%2fwsgi.py", "/static//etc/passwd"):
        assert guest.get(path).status_code == 404
