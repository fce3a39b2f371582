"""Conversations: asking, following the answer, and everything one can do with either."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, render_template, request, stream_with_context
from redis.exceptions import RedisError
from sqlalchemy import ColumnElement, or_, select, update
from werkzeug.exceptions import NotFound

from webapp import jobs
from webapp.accounts import cookies
from webapp.accounts.joining import guest_joined
from webapp.accounts.models import Guest, Person
from webapp.accounts.visitor import current_person, known_guest, visitor
from webapp.assistants import access as assistants
from webapp.assistants.forms import LineForm, MessageForm
from webapp.assistants.front import front
from webapp.assistants.managing import assistant_deleting
from webapp.assistants.models import Assistant, Mode
from webapp.chat import access, answering, asking, guarding, navigation, presentation, streaming, turns
from webapp.chat.forms import TitleForm
from webapp.chat.limits import questions_limited
from webapp.chat.live import live_answers
from webapp.chat.mirror import mirror
from webapp.chat.models import Conversation, Message, Role, State
from webapp.chat.practice import casting, drills, plays
from webapp.chat.recovery import recover_dead
from webapp.extensions import db, language_model
from webapp.knowledge import access as documents
from webapp.knowledge import reader, selections
from webapp.knowledge.models import State as Standing
from webapp.records import now
from webapp.scenarios import access as scenarios
from webapp.web.forms import tidy
from webapp.web.fragments import fragment, page, see_other, target, wants_part
from webapp.web.sse import event_stream

bp = Blueprint("chat", __name__)

STOPPING = 3.0
MARGIN = "margin"
STRANGE = "One cannot practise like this here."
BUSY = "The last answer is still being written. Wait for its end, or stop it; your question is kept here."
LIVE_TEXT, LIVE_END = "<!--live:text-->", "<!--live:end-->"


@bp.post("/assistants/<slug>/conversations")
@questions_limited
def create_conversation(slug: str) -> Response:
    assistant, form = assistants.assistant(slug), MessageForm.sent()
    about, mode = _selected(assistant), request.form.get("mode") or Mode.CHAT
    if mode == Mode.ROLEPLAY and mode in assistant.modes:
        return _play(assistant, form)
    if not form.validate():
        return _question_page(about, form, status=422) if about else front(assistant, form, mode, status=422)
    if mode not in (Mode.CHAT, *assistant.modes):
        form.message.errors = [STRANGE]
        return front(assistant, form, status=422)
    _refuse_while_draining()
    person = current_person()
    turn = turns.begin(
        assistant,
        form.message.data or "",
        person=person,
        guest=None if person else known_guest(),
        about=about.selection if about else None,
        mode=Mode(mode),
    )
    if wants_part() and target() == MARGIN:
        return _asked(turn.answer.conversation, turn, "chat/margin.html")
    conversation_id = turn.answer.conversation_id
    _start(turn)
    return see_other("chat.show", id=conversation_id)


def _play(assistant: Assistant, form: MessageForm) -> Response:
    """Begin a play with the customer's first line. Without a model the page says what works instead."""
    scenario = scenarios.playable(assistant, request.form.get("scenario", ""))
    if language_model() is None:
        return front(assistant, form, Mode.ROLEPLAY, status=422)
    person = current_person()
    conversation = plays.begin(assistant, scenario, person=person, guest=None if person else known_guest())
    conversation_id = conversation.id
    db.session.commit()
    return see_other("chat.show", id=conversation_id)


@bp.get("/documents/<uuid:id>/question")
def new_question(id: UUID) -> Response:
    reading = documents.reading(id)
    blocks = reader.shown(reading)
    words = selections.paragraph(blocks, request.args.get("at", -1, type=int))
    selection = selections.selected(id, blocks, words) or abort(404)
    answering_it = assistants.answering_from(reading.document.collection_id) or abort(404)
    return _question_page(About(reading, selection, answering_it), MessageForm())


@dataclass(frozen=True, slots=True)
class About:
    """What a question in the margin is about, and who may be asked."""

    reading: documents.Reading
    selection: selections.Selection
    assistants: list[Assistant]


def _question_page(about: About, form: MessageForm, status: int = 200) -> Response:
    return page(
        "chat/new_question.html",
        parts=(MARGIN,),
        status=status,
        document=about.reading.document,
        version=about.reading.version,
        selection=about.selection,
        assistants=about.assistants,
        form=form,
    )


def _selected(assistant: Assistant) -> About | None:
    """Return what the form says was selected in a document that this visitor reads and the assistant searches."""
    sent = request.form.get("document")
    if not sent:
        return None
    try:
        reading = documents.reading(UUID(sent))
    except ValueError:
        abort(404)
    able = assistants.answering_from(reading.document.collection_id)
    if assistant not in able:
        abort(404)
    current = reading.version.state == Standing.COMPLETE  # Of an earlier version the places are others.
    blocks = reader.shown(reading) if current else []
    selection = selections.selected(reading.document.id, blocks, request.form.get("selection"))
    chosen = [assistant, *(other for other in able if other is not assistant)]
    return About(reading, selection, chosen) if selection else None


@bp.get("/conversations")
def index() -> Response:
    query = tidy(request.args.get("q"))[:200]
    found = access.conversations().options(navigation.with_assistants())
    if query:
        like = "%" + query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        said = select(Message.conversation_id).where(Message.text.ilike(like), Message.superseded_at.is_(None))
        found = found.where(or_(Conversation.title.ilike(like), Conversation.id.in_(said)))
    latest = db.session.scalars(found.order_by(Conversation.touched_at.desc()).limit(200)).all()
    return page("chat/index.html", parts=("results",), groups=navigation.by_day(latest), query=query)


@bp.get("/conversations/<uuid:id>")
def show(id: UUID) -> Response:
    conversation = access.conversation(id)
    if conversation.has_news:
        conversation.has_news = False
        db.session.commit()
    standing = turns.visible_turns(conversation.id)
    if standing:
        recover_dead(standing[-1].answer)
    running = next((turn.answer for turn in standing if turn.answer.unfinished), None)
    if request.args.get("live"):
        return _live_page(conversation, standing, running) if running else at_latest(id)
    return _show(conversation, standing, MessageForm())


def _show(conversation: Conversation, standing: list[turns.Entry], form: MessageForm, status: int = 200) -> Response:
    return page("chat/show.html", status=status, live=False, form=form, **_context(conversation, standing))


def _context(conversation: Conversation, standing: list[turns.Entry]) -> dict[str, Any]:
    return {
        "turns": presentation.shown(standing),
        "cards": guarding.pinned(conversation.emergencies),
        **_around(conversation),
    }


def _around(conversation: Conversation) -> dict[str, Any]:
    """Return what every composer of a conversation shows."""
    return {
        "conversation": conversation,
        "assistant": conversation.assistant,
        "count": drills.count(conversation),
    }


def _live_page(conversation: Conversation, standing: list[turns.Entry], running: Message) -> Response:
    """Answer a browser without script: the page at once, the answer's blocks as they come, then the end."""
    html = render_template("chat/show.html", live=True, form=MessageForm(), **_context(conversation, standing))
    before, _, rest = html.partition(LIVE_TEXT)
    between, _, after = rest.partition(LIVE_END)
    pieces = streaming.pages((before, between, after), streaming.live_answer(running), partial(_finished, running.id))
    return Response(
        stream_with_context(pieces),
        mimetype="text/html",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _finished(message_id: UUID, shown: int) -> tuple[str, str]:
    """Return what a page that shows so many blocks of an answer lacks of it, and what follows it."""
    message = access.message(message_id, Role.ANSWER)
    answer = presentation.shown_answer(message)
    blocks = presentation.blocks(message)[shown:]
    ending = fragment("chat/answer.live_end.html", answer=answer)
    db.session.remove()
    return "".join(blocks), ending


@bp.post("/conversations/<uuid:id>/messages")
@questions_limited
def create_message(id: UUID) -> Response:
    conversation = access.conversation(id)
    form = (LineForm if conversation.mode == Mode.ROLEPLAY else MessageForm).sent()
    if not form.validate():
        return _refused(conversation, form)
    return take(conversation, form, form.message.data or "")


def take(conversation: Conversation, form: MessageForm, words: str, *, aside: bool = False) -> Response:
    """Add a turn to a conversation and start it, or say why not: 422 with what was typed."""
    _refuse_while_draining()
    id_, silence = conversation.id, plays.silence(conversation, aside=aside)
    if silence is None:
        try:
            return _asked(conversation, turns.ask(conversation, words, aside=aside))
        except turns.StillAnswering:
            db.session.rollback()
            conversation = access.conversation(id_)
            silence = plays.silence(conversation, aside=aside) or BUSY
    form.message.errors = [silence]
    return _refused(conversation, form)


def _refused(conversation: Conversation, form: MessageForm) -> Response:
    """Answer 422 with the words kept: the composer alone where it was sent by itself.

    Where an answer is being written that was asked for elsewhere, its turn comes along.
    """
    standing = turns.visible_turns(conversation.id)
    if not wants_part():
        return _show(conversation, standing, form, status=422)
    latest = standing[-1].answer if standing else None
    missed = latest and latest.unfinished and request.form.get("latest", str(latest.id)) != str(latest.id)
    return page(
        "chat/composer.parts.html",
        status=422,
        form=form,
        latest=latest,
        missed=presentation.shown(standing[-1:]) if missed else [],
        **_around(conversation),
    )


def _asked(conversation: Conversation, turn: turns.Turn, template: str = "chat/turn.parts.html") -> Response:
    """Start the turn, and answer with its place in the page, or with the page."""
    if not wants_part():
        conversation_id = conversation.id
        _start(turn)
        return at_latest(conversation_id)
    shown = presentation.Shown(turn.question, presentation.waiting(turn.answer))
    body = page(template, turn=shown, form=MessageForm(formdata=None), **_around(conversation))
    _start(turn)
    return body


def at_latest(conversation_id: UUID) -> Response:
    """Send the reader to the latest turn of a conversation: without script nothing else scrolls there."""
    return see_other("chat.show", id=conversation_id, _anchor=turns.place_of_latest(conversation_id))


def _start(turn: turns.Turn) -> None:
    question, answer, assistant = turn.question, turn.answer, turn.answer.conversation.assistant
    selection, earlier = turns.selection_of(question), [before.words for before in turn.earlier]
    subject = selection.searched if selection else asking.subject(earlier)
    begun = answering.Turn(
        message_id=answer.id,
        organization_id=answer.organization_id,
        question=question.text,
        subject=subject,
        cookie=visitor().cookie,
        asked_at=answer.created_at,
        selection=selection.text if selection else None,
        place=asking.place(question.text, selection, subject, turn.earlier),
        earlier=earlier,
        guard=assistant.guarded_by,
        part=casting.cast(turn),
    )
    jobs.after_commit(partial(answering.start, begun))
    db.session.commit()


def _refuse_while_draining() -> None:
    if live_answers().draining:
        abort(503)


@bp.get("/messages/<uuid:id>/stream")
def stream(id: UUID) -> Response:
    live = live_answers().own.get(id)
    if live is None or live.cookie not in cookies.carried():
        live = streaming.live_answer(access.message(id, Role.ANSWER))
    return event_stream(streaming.events(id, live, partial(_ending, id)))


def _ending(message_id: UUID, made: presentation.Answer | None) -> str:
    """Return the finished answer as a fragment: as it was made here, or as another process saved it.

    Of a conversation that was deleted meanwhile nothing is left to show, and the stream just ends.
    """
    try:
        answer = made or presentation.shown_answer(access.message(message_id, Role.ANSWER))
    except NotFound:
        return ""
    db.session.remove()
    return fragment("chat/answer.final.html", answer=answer, announcement=presentation.first_sentence(answer))


@bp.post("/messages/<uuid:id>/stop")
def create_stop(id: UUID) -> Response:
    message = access.message(id, Role.ANSWER)
    conversation_id = message.conversation_id
    won = db.session.scalar(
        update(Message)
        .where(Message.id == id, Message.state == State.PENDING)
        .values(state=State.STOPPED, finished_at=now())
        .returning(Message.id)
    )
    db.session.commit()
    live = live_answers().own.get(id)
    if live:
        live.stop(State.STOPPED)
        live.wait_for_end(STOPPING)
    elif not won:
        try:
            mirror().ask_to_stop(id)
        except RedisError:
            flash("The answer could not be stopped just now. It ends by itself.", "warning")
    return Response(status=204) if wants_part() else at_latest(conversation_id)


@bp.post("/messages/<uuid:id>/retry")
@questions_limited
def create_retry(id: UUID) -> Response:
    message = access.message(id, Role.ANSWER)
    _refuse_while_draining()
    _keep_what_was_said(message)
    if silence := plays.silence(message.conversation, aside=message.aside):
        flash(silence, "warning")
        return at_latest(message.conversation_id)
    stands = message.superseded_at is None and message.question_id is not None
    return _again(message.conversation_id, lambda: turns.retry(message) if stands else None)


@bp.get("/messages/<uuid:id>/edit")
def edit_question(id: UUID) -> Response:
    message = access.message(id, Role.QUESTION)
    _keep_what_was_said(message)
    form = MessageForm(data={"message": message.text})
    return page("chat/edit_question.html", question=message, conversation=message.conversation, form=form)


@bp.post("/messages/<uuid:id>/edit")
@questions_limited
def create_edit(id: UUID) -> Response:
    message, form = access.message(id, Role.QUESTION), MessageForm.sent()
    _keep_what_was_said(message)
    if not form.validate():
        return page(
            "chat/edit_question.html", question=message, conversation=message.conversation, form=form, status=422
        )
    _refuse_while_draining()
    words = form.message.data or ""
    return _again(
        message.conversation_id, lambda: turns.edit(message, words) if message.superseded_at is None else None
    )


def _keep_what_was_said(message: Message) -> None:
    """Answer 403 where something is to be said differently that a customer has heard, or has said to the end."""
    if message.conversation.mode == Mode.ROLEPLAY and message.state == State.COMPLETE and not message.aside:
        abort(403)


def _again(conversation_id: UUID, ask: Callable[[], turns.Turn | None]) -> Response:
    """Ask once more within a conversation. A message that was superseded meanwhile is left as it is."""
    try:
        turn = ask()
        if turn:
            _start(turn)
    except turns.StillAnswering:
        db.session.rollback()
        flash("The last answer is still being written. Wait for its end, or stop it.", "warning")
    return at_latest(conversation_id)


@bp.get("/conversations/<uuid:id>/title")
def edit_title(id: UUID) -> Response:
    conversation = access.conversation(id)
    return page("chat/edit_title.html", conversation=conversation, form=TitleForm(obj=conversation))


@bp.post("/conversations/<uuid:id>/title")
def update_title(id: UUID) -> Response:
    conversation, form = access.conversation(id), TitleForm.sent()
    if not form.validate():
        return page("chat/edit_title.html", conversation=conversation, form=form, status=422)
    conversation.title = form.title.data
    db.session.commit()
    return see_other("chat.show", id=id)


@bp.get("/conversations/<uuid:id>/deletion")
def new_deletion(id: UUID) -> Response:
    return page("chat/new_deletion.html", conversation=access.conversation(id))


@bp.post("/conversations/<uuid:id>/deletion")
def create_deletion(id: UUID) -> Response:
    conversation = access.conversation(id)
    _stop_answers_in(Conversation.id == id)
    db.session.delete(conversation)
    db.session.commit()
    flash("The conversation was deleted.", "success")
    return see_other("chat.index")


def _stop_answers_in(conversations: ColumnElement[bool]) -> None:
    """Stop what this process is writing in conversations that are about to be gone."""
    running = select(Message.id).join(Message.conversation).where(conversations, Message.state == State.STREAMING)
    for message_id in db.session.scalars(running):
        live = live_answers().own.get(message_id)
        if live:
            live.stop(State.STOPPED)


@assistant_deleting.connect
def _stop_its_answers(assistant: Assistant) -> None:
    _stop_answers_in(Conversation.assistant_id == assistant.id)


@guest_joined.connect
def _take_along(guest: Guest, person: Person) -> None:
    db.session.execute(
        update(Conversation).where(Conversation.guest_id == guest.id).values(person_id=person.id, guest_id=None)
    )
