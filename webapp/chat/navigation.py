"""The sidebar: this visitor's conversations by day, and the organizations that they are in."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Flask, get_flashed_messages, request
from sqlalchemy.orm import joinedload

from webapp.accounts.visitor import current_person, visitor
from webapp.chat import access
from webapp.chat.models import Conversation
from webapp.extensions import db
from webapp.organizations.access import acted_for, memberships_of
from webapp.organizations.models import Membership, Organization, Role
from webapp.records import now

SHOWN, RECENT = 40, 4


class Navigation:
    """What stands beside a page. Each part is asked for once, and only where a page shows it."""

    @cached_property
    def threads(self) -> list[tuple[str, list[Conversation]]]:
        """The latest conversations, by day. Who has asked nothing yet has none, and no query is made."""
        if visitor().key is None:
            return []
        latest = access.conversations().order_by(Conversation.touched_at.desc()).limit(SHOWN)
        return by_day(db.session.scalars(latest).all())

    @property
    def recent(self) -> list[Conversation]:
        """The conversations that one most likely comes back to: those with news, and of the rest the latest."""
        every = [conversation for _, group in self.threads for conversation in group]
        return sorted(every, key=lambda conversation: not conversation.has_news)[:RECENT]

    @cached_property
    def memberships(self) -> list[Membership]:
        """The organizations that this person is in, and as what."""
        person = current_person()
        return memberships_of(person) if person else []

    @property
    def organization(self) -> Organization | None:
        """The one that this person acts for, or runs; of several the first that they came to."""
        if self.acted_for:
            return self.acted_for
        run = [each for each in self.memberships if each.role == Role.ADMIN]
        return min(run, key=lambda each: each.created_at).organization if run else None

    @cached_property
    def acted_for(self) -> Organization | None:
        """The organization that this super admin acts for."""
        return acted_for()

    @property
    def may_administer(self) -> bool:
        """Whether there is one."""
        return self.organization is not None

    @property
    def current(self) -> UUID | None:
        """The conversation on the page."""
        return (request.view_args or {}).get("id") if request.endpoint == "chat.show" else None

    def __bool__(self) -> bool:
        return current_person() is not None or bool(self.threads)


def by_day(conversations: Sequence[Conversation]) -> list[tuple[str, list[Conversation]]]:
    """Return conversations, newest first, in groups that people would name."""
    today = now().date()

    def label(conversation: Conversation) -> str:
        day = conversation.touched_at.date()
        if day >= today:
            return "Today"
        return "Yesterday" if day == today - timedelta(days=1) else "Earlier"

    return [(name, list(group)) for name, group in groupby(conversations, key=label)]


def with_assistants() -> Any:
    """Return the query option that loads each conversation's assistant with it."""
    return joinedload(Conversation.assistant)


def furnish(app: Flask) -> None:
    """Give every template what its layout shows."""

    @app.context_processor
    def layout() -> dict[str, Any]:
        return {"navigation": Navigation(), "current_person": _person(), "flashes": _flashes()}


def _person() -> Any:
    return current_person()


def _flashes() -> list[tuple[str, str]]:
    return get_flashed_messages(with_categories=True)  # type: ignore[return-value]
