"""How many passages a worker takes in a second, from the upload until a document can be searched."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import func, select

from bench.deployment import Process
from bench.machine import Meter, Spent
from bench.seed import House, Words, empty_organization, join
from webapp import jobs, tenancy
from webapp.assistants.models import Assistant
from webapp.extensions import db
from webapp.knowledge import documents
from webapp.knowledge.models import Passage, State, Version

DOCUMENTS, SECTIONS = 10, 60
LONGEST = 600.0
MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class Intake:
    """How many passages came out of the documents, how long that took, and what it cost."""

    passages: int
    seconds: float
    spent: Spent


def measure(app: Flask, settings: dict[str, str], slug: str) -> tuple[Intake, House]:
    """Upload documents to a new organization while a worker runs; return when all of them can be searched."""
    with app.app_context(), tenancy.everywhere(), Process("worker", settings) as worker:
        _wait(jobs.worker_running, 60)
        with Meter(worker=worker.pid) as meter:
            house = _upload(slug)
            _wait(lambda: _read(house) == DOCUMENTS, LONGEST)
        texts = db.session.scalars(
            select(Passage.text).where(Passage.organization_id == house.id, func.length(Passage.text) > 300)  # noqa: PLR2004
        ).all()
        count = db.session.scalar(select(func.count()).where(Passage.organization_id == house.id)) or 0
        house.passages.extend(texts)
        db.session.rollback()
    return Intake(count, meter.spent.seconds, meter.spent), house


def _upload(slug: str) -> House:
    house, words = empty_organization(slug), Words(seed=len(slug))
    collection = documents.default_collection(db.session.get_one(Assistant, house.assistant_id).organization)
    db.session.get_one(Assistant, house.assistant_id).search_in(collection)
    join(house, person=0)
    for number in range(DOCUMENTS):
        sections = [f"## {words.some(2, 4)}\n\n{words.some(80, 160)}." for _ in range(SECTIONS)]
        text = "\n\n".join([f"# {words.some(2, 4)}", *sections])
        documents.upload(collection, f"Handbook {number}.md", io.BytesIO(text.encode()), None, MOST)
    db.session.commit()
    return house


def _read(house: House) -> int:
    found = db.session.scalar(
        select(func.count()).where(Version.organization_id == house.id, Version.state == State.COMPLETE)
    )
    db.session.rollback()
    return found or 0


def _wait(until: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() > deadline:
            raise RuntimeError("The worker does not come to an end.")
        time.sleep(0.05)
