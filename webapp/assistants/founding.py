"""A new organization has an assistant from the start, which answers its members from its documents."""

from webapp.assistants.models import Assistant
from webapp.extensions import db
from webapp.knowledge.documents import default_collection
from webapp.organizations.founding import organization_founded
from webapp.organizations.models import Organization
from webapp.records import uuid7

INSTRUCTIONS = "Answer plainly and briefly, and say where something is written."


@organization_founded.connect
def _give_an_assistant(organization: Organization) -> None:
    assistant = Assistant(
        id=uuid7(),
        organization_id=organization.id,
        slug=f"{organization.slug}-assistant",
        name="Assistant",
        tagline="Answers from the documents of your organization.",
        greeting="What would you like to know?",
        instructions=INSTRUCTIONS,
    )
    db.session.add(assistant)
    db.session.flush()
    assistant.search_in(default_collection(organization))
