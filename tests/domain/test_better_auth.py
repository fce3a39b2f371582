"""Bringing people over from Better Auth, in every form in which its tables are dumped."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from webapp.accounts.models import Person, Session
from webapp.accounts.passwords import NOBODY, hash_password
from webapp.organizations.models import Membership

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result
    from flask import Flask

    from tests.browser import Browser
    from tests.builders import Builder, Row

PASSWORD = "ｐass wörd №1"  # Its letters have other forms under NFKC, and two of them several bytes.
SALT = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


def made_by_better_auth(password: str, salt: str = SALT) -> str:
    """Return a hash as its documents describe it: scrypt over NFKC, salted with the salt's hexadecimal digits."""
    normal = unicodedata.normalize("NFKC", password)
    key = hashlib.scrypt(normal.encode(), salt=salt.encode("ascii"), n=16384, r=16, p=1, dklen=64, maxmem=128 * 2**20)
    return f"{salt}:{key.hex()}"


KEY = made_by_better_auth(PASSWORD)
MADE = "2025-03-04T05:06:07.000Z"


def user(id_: str, email: str, name: str = "Dora", **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": name, "email": email, "emailVerified": True, "createdAt": MADE, "updatedAt": MADE} | more


def account(user_id: str, provider: str, subject: str, **more: Any) -> dict[str, Any]:
    return {"id": f"a-{subject}", "userId": user_id, "providerId": provider, "accountId": subject} | more


DUMP = {
    "user": [
        user("u1", "Dora@Example.org", softwareBackground="python expert", hardwareBackground="RASPBERRY_PI"),
        user("u2", "eve@example.org", "Eve", emailVerified=False, softwareBackground="Wizard"),
    ],
    "session": [{"id": "s1", "userId": "u1", "token": "session-token", "expiresAt": MADE}],
    "account": [
        account("u1", "credential", "u1", issuer="local:credential", password=KEY),
        account("u1", "google", "google-1", issuer="https://accounts.google.com"),
        account("u2", "github", "42", issuer="local:oauth:github"),
        account("u2", "staff sso", "eve-at-work", issuer="local:oauth:staff%20sso"),
    ],
    "verification": [{"id": "v1", "identifier": "reset-password:abc", "value": "u1", "expiresAt": MADE}],
}
LINKED = {
    ("dora@example.org", "https://accounts.google.com", "google-1", True),
    ("eve@example.org", "https://github.com", "42", False),
    ("eve@example.org", "local:oauth:staff%20sso", "eve-at-work", False),
}


Import = "Callable[..., Result]"


@pytest.fixture
def import_(app: Flask, tmp_path: Path) -> Import:
    """Call the command with a dump, given as text or as what becomes JSON."""

    def call(dump: Any, *options: str) -> Result:
        path = tmp_path / "dump"
        path.write_text(dump if isinstance(dump, str) else json.dumps(dump))
        return app.test_cli_runner().invoke(args=["import-better-auth", str(path), *options])

    return call


def people(build: Builder) -> dict[str, Person]:
    with build.inside() as session:
        found = {person.email: person for person in session.scalars(select(Person))}
        session.expunge_all()
        return found


def identities(build: Builder) -> set[tuple[str, str, str, bool]]:
    with build.inside() as session:
        rows = session.execute(
            text("SELECT p.email, issuer, subject, email_verified FROM identities i JOIN people p ON p.id = person_id")
        )
        return {tuple(row) for row in rows}


def test_people_keep_name_address_backgrounds_and_identities(import_: Import, build: Builder) -> None:
    done = import_(DUMP)
    assert done.exit_code == 0, done.output
    found = people(build)
    assert set(found) == {"dora@example.org", "eve@example.org"}
    dora, eve = found["dora@example.org"], found["eve@example.org"]
    assert (dora.name, dora.software_background, dora.hardware_background) == (
        "Dora",
        "Python expert",
        "Raspberry Pi user",
    )
    assert dora.created_at == datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert dora.email_verified_at is not None
    assert (eve.software_background, eve.hardware_background, eve.email_verified_at) == ("Other", "Other", None)
    assert not dora.super_admin
    assert identities(build) == LINKED
    with build.inside() as session:
        assert session.scalars(select(Session)).all() == []
    for line in (
        "people brought over: 2, of them with a password: 1",
        "outside identities linked: 3",
        "people skipped: 0",
        "not brought over: 1 sessions and 1 verifications",
    ):
        assert line in done.output


def test_the_password_signs_in_and_is_hashed_anew(import_: Import, build: Builder) -> None:
    import_(DUMP)
    assert people(build)["dora@example.org"].password_hash == f"better-auth${KEY}"
    wrong = build.browser().send("/login", {"email": "dora@example.org", "password": "another sentence"})
    assert wrong.status == 422
    assert people(build)["dora@example.org"].password_hash.startswith("better-auth$")
    for _ in range(2):
        browser = build.browser()
        assert browser.send("/login", {"email": "dora@example.org", "password": PASSWORD}).status == 303
        assert browser.read("/profile").status == 200
        assert people(build)["dora@example.org"].password_hash.startswith("$argon2id$")


def test_who_had_no_password_has_none(import_: Import, build: Builder) -> None:
    import_(DUMP)
    assert people(build)["eve@example.org"].password_hash == ""
    for password in ("", "a password that nobody has", PASSWORD):
        assert build.browser().send("/login", {"email": "eve@example.org", "password": password}).status == 422


def test_an_argon2_hash_is_taken_as_it_is(import_: Import, build: Builder) -> None:
    hashed = hash_password("a short sentence")
    import_({"user": [user("u1", "dora@example.org")], "account": [account("u1", "credential", "u1", password=hashed)]})
    signed_in = build.browser().send("/login", {"email": "dora@example.org", "password": "a short sentence"})
    assert signed_in.status == 303


def test_dumps_without_issuers_and_with_other_names_mean_the_same(import_: Import, build: Builder) -> None:
    renamed = {
        "users": [
            {"id": "u1", "name": "Dora", "email": "dora@example.org", "email_verified": 1, "created_at": 1741064767000}
        ],
        "accounts": [
            {"user_id": "u1", "provider_id": "credential", "account_id": "u1", "password": KEY},
            {"user_id": "u1", "provider_id": "google", "account_id": "google-1"},
            {"user_id": "u1", "provider_id": "keycloak", "account_id": "dora"},
        ],
    }
    done = import_(renamed, "--issuer", "keycloak=https://sso.example.org/realms/staff")
    assert done.exit_code == 0, done.output
    dora = people(build)["dora@example.org"]
    assert dora.created_at == datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert dora.email_verified_at
    assert dora.password_hash == f"better-auth${KEY}"
    assert identities(build) == {
        ("dora@example.org", "https://accounts.google.com", "google-1", True),
        ("dora@example.org", "https://sso.example.org/realms/staff", "dora", True),
    }


COPIED = f"""\
--
-- PostgreSQL database dump
--
SET standard_conforming_strings = on;

CREATE TABLE public."user" (
    id text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    "emailVerified" boolean NOT NULL,
    "createdAt" timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    "softwareBackground" text
);

COPY public.account (id, issuer, "accountId", "providerId", "userId", "accessToken", password) FROM stdin;
a1\tlocal:credential\tu1\tcredential\tu1\t\\N\t{KEY}
a2\thttps://accounts.google.com\tgoogle-1\tgoogle\tu1\tya29.secret\t\\N
\\.

COPY public.post (id, body) FROM stdin;
1\tINSERT INTO public."user" VALUES ('u9', 'Mallory', 'mallory@example.org', true, 'now', null);
\\.

COPY public."user" (id, name, email, "emailVerified", "createdAt", "softwareBackground") FROM stdin;
u1\tDora \\\\ the\\tFirst\tdora@example.org\tt\t2025-03-04 05:06:07+00\tFull-stack developer
u2\tO'Hara\teve@example.org\tf\t2025-03-04 05:06:07.5+00\t\\N
\\.
"""
INSERTED = f"""\
CREATE TABLE public."user" (
    id text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    "emailVerified" boolean NOT NULL,
    "createdAt" timestamp without time zone NOT NULL,
    "softwareBackground" text,
    CONSTRAINT user_pkey PRIMARY KEY (id)
);
INSERT INTO public.post VALUES (1, 'Two lines; one of them says
INSERT INTO public."user" VALUES (''u9'', ''Mallory'', ''mallory@example.org'', true, ''x'', NULL);
');
INSERT INTO public."user" VALUES
	('u1', E'Dora \\\\ the\\tFirst', 'dora@example.org', true, '2025-03-04 05:06:07', 'Full-stack developer');
INSERT INTO public."user" (id, name, email, "emailVerified", "createdAt", "softwareBackground") VALUES
	('u2', 'O''Hara', 'eve@example.org', false, '2025-03-04 05:06:07.5', NULL);
INSERT INTO public.account (id, "accountId", "providerId", "userId", password)
VALUES ('a1', 'u1', 'credential', 'u1', '{KEY}'), ('a2', 'google-1', 'google', 'u1', NULL);
"""


@pytest.mark.parametrize("dump", [COPIED, INSERTED, COPIED.replace("\n", "\r\n")], ids=["copied", "inserted", "crlf"])
def test_the_text_of_a_dump_is_read(import_: Import, build: Builder, dump: str) -> None:
    done = import_(dump)
    assert done.exit_code == 0, done.output
    found = people(build)
    assert {person.name for person in found.values()} == {"Dora \\ the\tFirst", "O'Hara"}
    assert found["dora@example.org"].software_background == "Full-stack developer"
    assert found["dora@example.org"].password_hash == f"better-auth${KEY}"
    assert found["dora@example.org"].created_at == datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert found["eve@example.org"].email_verified_at is None
    assert identities(build) == {("dora@example.org", "https://accounts.google.com", "google-1", True)}


@pytest.mark.parametrize(
    ("dump", "reason"),
    [
        ("", "There is no table"),
        ("PGDMP\x01\x0e", "pg_dump --format=plain"),
        ('{"user": [', "neither JSON"),
        ('{"user": {"id": 1}}', "no list of rows"),
        ('{"account": []}', "nobody in this dump"),
        (COPIED.rpartition("\\.")[0], "in the middle of a table"),
        (INSERTED.rpartition("'")[0], "in the middle of a row"),
        ("INSERT INTO public.\"user\" VALUES ('u1');\n", "Nothing says which columns"),
    ],
)
def test_what_is_no_dump_is_refused_and_nothing_is_changed(
    import_: Import, build: Builder, dump: str, reason: str
) -> None:
    done = import_(dump)
    assert done.exit_code == 1
    assert reason in done.output
    assert people(build) == {}


def test_doing_it_twice_changes_nothing(import_: Import, build: Builder, robots: Row) -> None:
    import_(DUMP, "--organization", "robots")

    def everything() -> list[Any]:
        with build.inside() as session:
            return [
                sorted(session.execute(text(f"SELECT {table}::text FROM {table}")).scalars())
                for table in ("people", "identities", "memberships")
            ]

    before = everything()
    assert all(before)
    done = import_(DUMP, "--organization", "robots")
    assert everything() == before
    assert "people brought over: 0" in done.output
    assert "people who were here already, and left as they are: 2" in done.output
    assert "outside identities linked: 0" in done.output
    assert "memberships made: 0" in done.output


def test_an_account_that_is_here_is_linked_and_not_overwritten(import_: Import, build: Builder) -> None:
    build.person("Dora of old", email="dora@example.org", software_background="Beginner")
    done = import_(DUMP)
    dora = people(build)["dora@example.org"]
    assert (dora.name, dora.software_background, dora.password_hash) == ("Dora of old", "Beginner", NOBODY)
    assert dora.email_verified_at is None
    assert identities(build) == LINKED
    assert "dora@example.org: linked to an account here whose address nobody has verified" in done.output


def test_an_identity_of_somebody_else_is_not_taken_away(import_: Import, build: Builder) -> None:
    import_(DUMP)
    thief = {"user": [user("u7", "mallory@example.org")], "account": [account("u7", "google", "google-1")]}
    done = import_(thief)
    assert "mallory@example.org: has an outside identity that belongs to somebody else here" in done.output
    assert identities(build) == LINKED
    assert "mallory@example.org" not in people(build)


@pytest.mark.parametrize(
    ("broken", "accounts", "reason"),
    [
        (user("", "broken@example.org"), [], "has no id"),
        (user("b", ""), [], "has no address that could be one"),
        (user("b", "not an address"), [], "has no address that could be one"),
        (user("b", "broken@example.org", createdAt="yesterday"), [], "at a time that cannot be read"),
        (user("b", "broken@example.org"), [account("b", "credential", "b", password="$2b$1")], "form that is not"),
        (user("b", "broken@example.org"), [account("b", "credential", "b", password=KEY[:-1])], "form that is not"),
        (user("b", "broken@example.org"), [account("b", "google", "")], "without a provider or a subject"),
        (user("b", "broken@example.org"), [account("b", "google", "a\0b")], "the database refuses it"),
    ],
)
def test_who_is_broken_is_named_and_the_others_are_brought_over(
    import_: Import, build: Builder, broken: dict[str, Any], accounts: list[dict[str, Any]], reason: str
) -> None:
    done = import_(DUMP | {"user": [broken, *DUMP["user"]], "account": [*accounts, *DUMP["account"]]})
    assert done.exit_code == 0, done.output
    assert set(people(build)) == {"dora@example.org", "eve@example.org"}
    assert identities(build) == LINKED
    assert "people skipped: 1" in done.output
    assert reason in done.output


def test_a_rehearsal_counts_and_changes_nothing(import_: Import, build: Builder, robots: Row) -> None:
    done = import_(DUMP, "--dry-run", "--organization", "robots")
    assert done.exit_code == 0, done.output
    assert "Nothing was changed." in done.output
    assert "people brought over: 2" in done.output
    assert "memberships made: 2" in done.output
    assert people(build) == {}
    assert identities(build) == set()


def test_they_become_members_where_that_is_asked_for(
    import_: Import, build: Builder, ada: Browser, robots: Row
) -> None:
    with_ada = DUMP | {"user": [*DUMP["user"], user("u3", "ada@example.org")]}
    assert import_(with_ada, "--organization", "robots").exit_code == 0
    with build.inside() as session:
        roles = dict(session.execute(select(Person.email, Membership.role).join(Membership)).all())
    assert roles == {"ada@example.org": "admin", "dora@example.org": "member", "eve@example.org": "member"}


def test_an_organization_that_is_not_there_is_refused(import_: Import, build: Builder) -> None:
    done = import_(DUMP, "--organization", "nowhere")
    assert done.exit_code == 1
    assert "There is no organization “nowhere”." in done.output
    assert people(build) == {}


def test_no_secret_of_the_dump_is_printed(import_: Import) -> None:
    broken = account("u2", "credential", "u2", password="plain secret words")
    done = import_(DUMP | {"account": [*DUMP["account"], broken]})
    assert "people skipped: 1" in done.output
    for secret in (KEY, SALT, "session-token", "reset-password", "plain secret words"):
        assert secret not in done.output
