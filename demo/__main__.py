"""Load the demo: an organization, its handbook, and a tutor whom anyone may ask. `python -m demo`

Loading it twice changes nothing. The chapters are searchable by their words at once, and with the built-in embedder by
their vectors, which come along; where another one is in use, a worker gives them theirs.
"""

from sqlalchemy import select

from demo import vectors
from webapp import create_app, tenancy
from webapp.assistants.models import Assistant, Audience
from webapp.extensions import db, embedder
from webapp.knowledge import documents, ingestion
from webapp.knowledge.models import Collection
from webapp.organizations.models import Organization
from webapp.records import uuid7

SLUG = "tideway-press"
INSTRUCTIONS = """\
You are the tutor of the Handbook of Physical AI, a textbook on robotics. Explain step by step, begin with the idea \
before the formula, give one concrete example, and say which chapter goes deeper. Be calm and exact."""
SUGGESTIONS = [
    "How does a strain wave gear work?",
    "What is integrator windup?",
    "How does a Kalman filter work?",
    "Why does a cloned behaviour drift?",
    "Which stop category may an e-stop have?",
]


def load() -> bool:
    """Load the demo, unless it is there. Return whether anything was loaded."""
    with tenancy.everywhere():
        if db.session.scalar(select(Organization.id).where(Organization.slug == SLUG)):
            return False
        organization = Organization(id=uuid7(), name="Tideway Press", slug=SLUG)
        db.session.add(organization)
        db.session.flush()
        collection = Collection(
            id=uuid7(), organization_id=organization.id, name="The Handbook of Physical AI", published=True
        )
        db.session.add(collection)
        tutor = Assistant(
            id=uuid7(),
            organization_id=organization.id,
            slug="physical-ai-tutor",
            name="Physical AI Tutor",
            tagline="Explains the handbook of physical AI and robotics at your level, and shows where it is written.",
            greeting="What would you like to understand about robots?",
            instructions=INSTRUCTIONS,
            suggestions=SUGGESTIONS,
            preset="tutor",
            audience=Audience.ANYONE,
        )
        db.session.add(tutor)
        db.session.flush()
        tutor.search_in(collection)
        versions = []
        for chapter in vectors.chapters():
            with chapter.open("rb") as stream:
                versions.append(documents.upload(collection, chapter.name, stream, None, chapter.stat().st_size).id)
        db.session.commit()
        for version_id in versions:
            ingestion.ingest(version_id, embed=False)
        if embedder().name == vectors.MODEL:
            ingestion.give_known(organization.id, vectors.MODEL, vectors.known())
        ingestion.embed_later()
        db.session.commit()
    return True


if __name__ == "__main__":
    with create_app().app_context():
        print("The demo handbook is ready to be asked." if load() else "The demo handbook is already there.")
