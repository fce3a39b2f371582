"""What there is to try: every route, with what belongs to others in the place of what it asks for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Rule

from webapp import tenancy
from webapp.extensions import db
from webapp.probes.strangers import Strangers

# What an id is of stands before it in the address. An id after any other word is tried with everything there is.
KINDS = {
    "assistants": ("assistant",),
    "checks": ("check",),
    "collections": ("collection",),
    "conversations": ("conversation",),
    "documents": ("document",),
    "gaps": ("gap",),
    "invitations": ("invitation",),
    "members": ("person",),
    "messages": ("question", "answer"),
    "passages": ("passage",),
    "people": ("person",),
    "scenarios": ("scenario",),
    "reports": ("report",),
    "scorecards": ("scorecard",),
    "sessions": ("session",),
    "trainees": ("person",),
    "versions": ("version",),
}
# Whoever holds one of these may come in, or they name nothing of an organization.
NOT_OURS = {"token", "provider", "filename"}
_PLACE = re.compile(r"/([^/<>]+)/<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")

REFUSED, NOTHING = "refused", "nothing of others"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request to try. `aim` says in words whose thing it asks for."""

    method: str
    rule: str
    path: str
    aim: str
    expected: str


def attempts(app: Flask, own_slug: str, own_id: UUID, strangers: Strangers) -> Iterator[Attempt]:
    """Yield what to try on every route.

    Reading is tried with real ids of other organizations as well. What would change something is tried only on the
    organization that was made for it, so that nothing of anybody's is lost if it succeeds.
    """
    real = _real_ids(own_id)
    adapter = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.websocket:
            continue
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        for values, aim, expected in _values(rule, method, own_slug, strangers, real if method == "GET" else {}):
            path = adapter.build(rule.endpoint, values, method=method)
            yield Attempt(method, rule.rule, path, aim, expected)


def _values(
    rule: Rule, method: str, own_slug: str, strangers: Strangers, real: dict[str, list[Any]]
) -> Iterator[tuple[dict[str, Any], str, str]]:
    places = _PLACE.findall(rule.rule)
    names = {name for _, _, name in places}
    if names != rule.arguments or names & NOT_OURS:
        return
    own = {name: own_slug for before, converter, name in places if before == "organizations" and not converter}
    if names == set(own):  # Nothing of others is named, but a list of one's own may show it.
        if method == "GET":
            yield own, "one’s own", NOTHING
        if not names:
            return
    choices = [_choices(before, converter, strangers, real) for before, converter, _ in places]
    for combination in product(*choices):
        values = {name: value for (_, _, name), (value, _) in zip(places, combination, strict=True)}
        kinds = [kind for _, kind in combination]
        yield values, f"another organization’s {kinds[-1]}", REFUSED
        if own and names != set(own):
            yield values | own, f"another organization’s {kinds[-1]}, as if it were one’s own", REFUSED


def _choices(before: str, converter: str, strangers: Strangers, real: dict[str, list[Any]]) -> list[tuple[Any, str]]:
    """Return what of others can stand in a place of an address, and what it is."""
    if converter == "uuid":
        kinds = KINDS.get(before, tuple(strangers.ids))
        return [(id_, kind) for kind in kinds for id_ in (*strangers.ids.get(kind, ()), *real.get(kind, ()))]
    slugs = {"organization": strangers.organization, "assistant": strangers.assistant}
    wanted = {"organizations": ("organization",), "assistants": ("assistant",)}.get(before, tuple(slugs))
    chosen = [(slugs[kind], kind) for kind in wanted]
    return chosen + [(slug, kind) for kind in wanted for slug in real.get(f"{kind}_slug", ())]


def _real_ids(own_id: UUID) -> dict[str, list[Any]]:
    """Return the newest of each kind that other organizations keep to themselves."""
    with tenancy.everywhere():
        found: dict[str, list[Any]] = {}
        for kind, value in db.session.execute(_REAL, {"own": own_id}):
            found.setdefault(kind, []).append(value if kind.endswith("_slug") else UUID(value))
        db.session.rollback()
    return found


# What is published, and assistants that anybody may ask, are for everybody: to reach them is no way in.
_REAL = text("""
    WITH closed AS (
        SELECT o.id, o.slug FROM organizations o WHERE o.id <> :own AND o.slug !~ '^probe-[0-9a-f]{32}$'
          AND NOT EXISTS (SELECT FROM assistants a WHERE a.organization_id = o.id AND a.audience <> 'organization')
    ), others AS (SELECT id FROM organizations WHERE id <> :own AND slug !~ '^probe-[0-9a-f]{32}$')
    (SELECT 'organization_slug', slug FROM closed ORDER BY id DESC LIMIT 1)
    UNION ALL (SELECT 'assistant_slug', slug FROM assistants
        WHERE organization_id IN (SELECT id FROM others) AND audience = 'organization' ORDER BY id DESC LIMIT 1)
    UNION ALL (SELECT 'assistant', id::text FROM assistants
        WHERE organization_id IN (SELECT id FROM others) AND audience = 'organization' ORDER BY id DESC LIMIT 1)
    UNION ALL (SELECT 'document', d.id::text FROM documents d JOIN collections c ON c.id = d.collection_id
        WHERE d.organization_id IN (SELECT id FROM others) AND NOT c.published ORDER BY d.id DESC LIMIT 1)
    UNION ALL (SELECT 'conversation', id::text FROM conversations
        WHERE organization_id IN (SELECT id FROM others) ORDER BY id DESC LIMIT 1)
    UNION ALL (SELECT 'question', id::text FROM messages
        WHERE organization_id IN (SELECT id FROM others) AND role = 'question' ORDER BY id DESC LIMIT 1)
    UNION ALL (SELECT 'answer', id::text FROM messages
        WHERE organization_id IN (SELECT id FROM others) AND role = 'answer' ORDER BY id DESC LIMIT 1)
    UNION ALL (SELECT 'invitation', id::text FROM invitations
        WHERE organization_id IN (SELECT id FROM others) ORDER BY id DESC LIMIT 1)
    UNION ALL (SELECT 'person', m.person_id::text FROM memberships m
        WHERE m.organization_id IN (SELECT id FROM others)
          AND NOT EXISTS (SELECT FROM memberships o WHERE o.person_id = m.person_id AND o.organization_id = :own)
        ORDER BY m.person_id DESC LIMIT 1)
""")
