"""Playing a turn again: another play that begins with the lines before it. The first one stays as it was played."""

from uuid import UUID

from sqlalchemy import select

from webapp.chat.models import Conversation, Message, Role
from webapp.chat.practice import plays
from webapp.extensions import db
from webapp.records import now, uuid7


def replay(played: Conversation, message_id: UUID) -> Conversation | None:
    """Return a new play of the same scene in which it is the trainee's turn, as before this line.

    None where this is no line of the trainee's in the play.
    """
    standing = db.session.scalars(
        select(Message)
        .where(Message.conversation_id == played.id, Message.superseded_at.is_(None), Message.aside.is_(False))
        .order_by(Message.position)
    ).all()
    turn = next((each for each in standing if each.id == message_id and each.role == Role.QUESTION), None)
    if turn is None:
        return None
    before = [each for each in standing if each.position < turn.position]
    owner, scene = {"person_id": played.person_id, "guest_id": played.guest_id}, played.scene or {}
    again = Conversation(
        id=uuid7(),
        organization_id=played.organization_id,
        assistant_id=played.assistant_id,
        **owner,
        title=plays.title(played.assistant_id, scene["title"], **owner),
        mode=played.mode,
        scenario_id=played.scenario_id,
        scene=played.scene,
        message_count=len(before),
    )
    db.session.add(again)
    db.session.flush()
    ids = {each.id: uuid7() for each in before}
    copies = [
        Message(
            id=ids[each.id],
            organization_id=again.organization_id,
            conversation_id=again.id,
            position=position,
            role=each.role,
            state=each.state,
            text=each.text,
            question_id=ids.get(each.question_id) if each.question_id else None,
            model=each.model,
            created_at=now(),
            finished_at=each.finished_at,
        )
        for position, each in enumerate(before)
    ]
    for role in (Role.QUESTION, Role.ANSWER):  # A line is there before what answers it.
        db.session.add_all(copy for copy in copies if copy.role == role)
        db.session.flush()
    return again
