"""What row-level security costs: the same requests as the application's role, and as the owner, whom it spares."""

import statistics
import time
from collections.abc import Callable
from uuid import UUID

from flask import Flask
from sqlalchemy import delete, insert, select

from bench.seed import House, conversation, token
from webapp import tenancy
from webapp.accounts.cookies import SESSION_COOKIE
from webapp.chat.models import Message, Role, State
from webapp.extensions import db, embedder
from webapp.knowledge.models import Collection
from webapp.knowledge.retrieval import Query, search
from webapp.records import now, uuid7

REPEATED = 200
TURNS = 10

Costs = dict[str, tuple[float, float]]
"""For each piece of work its median in seconds, with the wall and without."""


def measure(walled: Flask, spared: Flask, house: House, repeated: int = REPEATED) -> Costs:
    """Do each piece of work so many times, in turns with the wall and without, in this process."""
    with walled.app_context(), tenancy.everywhere():
        _talk(house)
        collections = list(db.session.scalars(select(Collection.id).where(Collection.organization_id == house.id)))
        vector = embedder().embed([house.question(0)])[0]
        db.session.commit()
    asked = Query(house.question(0), vector)
    works: dict[str, Callable[[Flask], None]] = {
        "the page of a conversation with ten turns": lambda app: _open(app, f"/conversations/{conversation(0)}"),
        "the list of conversations": lambda app: _open(app, "/conversations"),
        "a search among 1000 passages": lambda app: _search(app, house, collections, asked),
    }
    return {name: _medians(work, walled, spared, repeated) for name, work in works.items()}


def _medians(work: Callable[[Flask], None], walled: Flask, spared: Flask, repeated: int) -> tuple[float, float]:
    spent: dict[Flask, list[float]] = {walled: [], spared: []}
    for number in range(repeated + 10):
        for app, seconds in spent.items():
            begun = time.perf_counter()
            work(app)
            if number >= 10:  # noqa: PLR2004  The first ones fill caches.
                seconds.append(time.perf_counter() - begun)
    return statistics.median(spent[walled]), statistics.median(spent[spared])


def _open(app: Flask, path: str) -> None:
    browser = app.test_client()
    browser.set_cookie(SESSION_COOKIE, token(0))
    answer = browser.get(path)
    if answer.status_code != 200:  # noqa: PLR2004
        raise RuntimeError(f"{path} was answered {answer.status_code}.")


def _search(app: Flask, house: House, collections: list[UUID], asked: Query) -> None:
    with app.app_context(), tenancy.seeing(house.id):
        found = search(house.id, collections, [asked], embedder(), 5)
        db.session.commit()
        if not found:
            raise RuntimeError("The search found nothing.")


def _talk(house: House) -> None:
    """Give the first person's conversation some turns."""
    rows = []
    for place in range(TURNS):
        question = uuid7()
        common = {"organization_id": house.id, "conversation_id": conversation(0), "created_at": now()}
        asked = common | {"id": question, "position": 2 * place, "role": Role.QUESTION, "text": house.question(place)}
        told = common | {"id": uuid7(), "position": 2 * place + 1, "role": Role.ANSWER, "text": house.passages[place]}
        rows += [asked | {"question_id": None, "model": None}, told | {"question_id": question, "model": "stand-in"}]
    db.session.execute(delete(Message).where(Message.conversation_id == conversation(0)))
    db.session.execute(insert(Message), [row | {"state": State.COMPLETE} for row in rows])
