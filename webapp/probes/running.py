"""Running the probes: through the application itself as an intruder would, and at the database without any filter."""

from collections.abc import Iterator
from contextvars import Context
from dataclasses import asdict, dataclass
from uuid import UUID

import gevent
from flask import Flask, request
from sqlalchemy import func, select
from werkzeug.test import Client, TestResponse

from webapp import tenancy
from webapp.accounts.models import Person
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.extensions import Base, db, limiter
from webapp.organizations.models import Organization
from webapp.probes.attempts import NOTHING, Attempt, attempts
from webapp.probes.models import ProbeRun
from webapp.probes.strangers import Intruder, Strangers, clear_away, intruders, strangers

MARK = "colloquy.probe"
LOOKED_AT = 1_000_000
ADDRESS = "2001:db8::1"  # It is set aside for examples, so no visitor shares its limits.


@dataclass(frozen=True, slots=True)
class Result:
    """What a probe was to find, and what it found. `who` is a role, or the database's own scope."""

    route: str
    aim: str
    who: str
    expected: str
    seen: str
    passed: bool


@limiter.request_filter
def _unlimited() -> bool:
    """Tell whether a request is a probe: no header sets this, so that nobody else goes without limits."""
    return MARK in request.environ


def run(app: Flask, organization: Organization, by: Person) -> ProbeRun:
    """Try to break into other organizations from this one, and keep what came of it.

    It owns its transactions: what it makes for itself must be there for other connections, and gone afterwards.
    """
    organization_id, slug = organization.id, organization.slug
    clear_away()
    with strangers() as others, intruders(organization_id) as tried:
        found = list(_through_the_application(app, slug, organization_id, others, tried))
        found += _at_the_database(organization_id)
    passed = sum(result.passed for result in found)
    done = ProbeRun(
        organization_id=organization_id,
        runner_id=by.id,
        runner=by.name,
        passed_count=passed,
        failed_count=len(found) - passed,
        results=[asdict(result) for result in sorted(found, key=lambda result: result.passed)],
    )
    db.session.add(done)
    note(
        Action.PROBES_RUN,
        organization_id,
        by=by,
        subject=organization.name,
        passed=passed,
        failed=len(found) - passed,
    )
    return done


def _through_the_application(
    app: Flask, slug: str, organization_id: UUID, others: Strangers, tried: list[Intruder]
) -> Iterator[Result]:
    """Yield a result for each route, aim and intruder: that of the first attempt that came through, if one did."""
    results: dict[tuple[str, str, str], Result] = {}
    for attempt in attempts(app, slug, organization_id, others):
        for intruder in tried:
            # In a context of its own: within this request's, Flask would take its visitor for the intruder.
            result = Context().run(_try, app, attempt, intruder, others.canary)
            key = (result.route, result.aim, result.who)
            if key not in results or not result.passed:
                results[key] = result
            gevent.sleep(0)
    yield from results.values()


def _try(app: Flask, attempt: Attempt, intruder: Intruder, canary: str) -> Result:
    response = Client(app, use_cookies=False).open(
        attempt.path,
        method=attempt.method,
        headers={"Cookie": intruder.cookie, "Sec-Fetch-Site": "same-origin", "User-Agent": "A probe"},
        data={"message": "A probe."} if attempt.method == "POST" else None,
        environ_overrides={MARK: True, "REMOTE_ADDR": ADDRESS},
    )
    try:
        told = canary.encode() in _body(response)
    finally:
        response.close()
    refused = _is_refusal(response)
    passed = not told and (response.status_code < 500 if attempt.expected == NOTHING else refused)  # noqa: PLR2004
    return Result(
        route=f"{attempt.method} {attempt.rule}",
        aim=attempt.aim,
        who=intruder.role,
        expected="nothing of others" if attempt.expected == NOTHING else "404, 403 or sign-in",
        seen=_seen(response, told=told),
        passed=passed,
    )


def _is_refusal(response: TestResponse) -> bool:
    return response.status_code in {401, 403, 404} or _to_sign_in(response)


def _to_sign_in(response: TestResponse) -> bool:
    return response.status_code in {302, 303} and response.headers.get("Location", "").startswith("/login")


def _seen(response: TestResponse, *, told: bool) -> str:
    seen = "sign-in" if _to_sign_in(response) else str(response.status_code)
    return f"{seen}, with something of others" if told else seen


def _body(response: TestResponse) -> bytes:
    """Return what an answer says, as far as it has ended: a stream may never."""
    if response.mimetype == "text/event-stream":
        return b""
    found = b""
    for piece in response.response:
        found += piece if isinstance(piece, bytes) else piece.encode()
        if len(found) > LOOKED_AT:
            break
    return found


def _at_the_database(organization_id: UUID) -> list[Result]:
    """Read every table of organizations without any filter, with only this one in scope."""
    found = []
    for table in Base.metadata.sorted_tables:
        column = table.c.id if table.name == "organizations" else table.c.get("organization_id")
        if column is None:
            continue
        others = select(func.count()).select_from(table).where(column.is_distinct_from(organization_id))
        with tenancy.everywhere():
            there = db.session.scalar(others)
        with tenancy.seeing(organization_id):
            seen = db.session.scalar(others)
        found.append(
            Result(
                route=f"SELECT FROM {table.name}",
                aim="rows of other organizations",
                who="the database",
                expected="none",
                seen=f"{seen:,} rows of others" if seen else "none" if there else "none; others have none either",
                passed=not seen,
            )
        )
    db.session.rollback()
    return found
