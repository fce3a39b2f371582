"""What an assistant looks like."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from webapp.assistants.models import Assistant, Picture
from webapp.extensions import db
from webapp.web.pictures import Image


def give(assistant: Assistant, image: Image) -> None:
    """Let the assistant look like this from now on."""
    values = {"organization_id": assistant.organization_id, "media_type": image.media_type, "data": image.data}
    statement = insert(Picture).values(assistant_id=assistant.id, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["assistant_id"], set_=values))
    assistant.picture = image.digest


def take_away(assistant: Assistant) -> None:
    """Let the letter stand in its place again."""
    db.session.execute(delete(Picture).where(Picture.assistant_id == assistant.id))
    assistant.picture = None


def of(assistant: Assistant) -> Picture | None:
    """Return what the assistant looks like."""
    return db.session.scalar(
        select(Picture).where(
            Picture.assistant_id == assistant.id, Picture.organization_id == assistant.organization_id
        )
    )
