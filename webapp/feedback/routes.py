"""What a reader says of an answer: a thumb, and that something in it is inaccurate."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, url_for

from webapp.accounts.visitor import visitor
from webapp.chat import presentation
from webapp.chat.models import Message
from webapp.extensions import db, limiter
from webapp.feedback import access, reporting, showing, thumbs
from webapp.feedback.forms import NONE, REASONS, ReportForm, ThumbForm
from webapp.feedback.models import Reason, Thumb
from webapp.web.fragments import page, see_other, wants_part

bp = Blueprint("feedback", __name__)


@bp.app_template_global()
def thumb_reasons() -> dict[Reason, str]:
    """Return why a thumb may point down, in words."""
    return REASONS


@bp.post("/messages/<uuid:id>/feedback")
@limiter.limit("60 per minute", key_func=lambda: f"feedback:{visitor().key}")
def create_feedback(id: UUID) -> Response:
    answer, form = access.answer(id), ThumbForm.sent()
    if not form.validate():
        if not form.words.errors:
            abort(422)
        return page("feedback/reason.html", answer=answer, form=form, status=422)
    if form.thumb.data == NONE:
        thumbs.take_back(answer)
    else:
        reason = Reason(form.reason.data) if form.reason.data else None
        thumbs.press(answer, Thumb(form.thumb.data), reason, form.words.data or "")
    db.session.commit()
    if wants_part():
        return page("feedback/_thumbs.html", answer=showing.judged(id))
    return see_other(_place(answer))


@bp.get("/messages/<uuid:id>/reports/new")
def new_report(id: UUID) -> Response:
    answer = access.answer(id)
    return _report_page(answer, ReportForm(obj=reporting.open_report(answer)))


@bp.post("/messages/<uuid:id>/reports")
@limiter.limit("20 per hour", key_func=lambda: f"reports:{visitor().key}")
def create_report(id: UUID) -> Response:
    answer, form = access.answer(id), ReportForm.sent()
    if not form.validate():
        return _report_page(answer, form, status=422)
    reporting.report(answer, form.note.data or "")
    place, organization = _place(answer), answer.conversation.assistant.organization.name
    db.session.commit()
    flash(
        f"Thank you. The admins of {organization} will look at it, and you will read here what became of it.", "success"
    )
    return see_other(place)


def _report_page(answer: Message, form: ReportForm, status: int = 200) -> Response:
    return page(
        "feedback/new_report.html",
        status=status,
        answer=presentation.shown_answer(answer),
        question=db.session.get_one(Message, answer.question_id),
        assistant=answer.conversation.assistant,
        place=_place(answer),
        form=form,
    )


def _place(answer: Message) -> str:
    """Return the address of the thumbs below an answer."""
    return url_for("chat.show", id=answer.conversation_id, _anchor=f"judgement_{answer.id.hex}")
