"""Taking a conversation elsewhere: a read-only address that can be taken back, and a file."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, request

from webapp.accounts.visitor import current_person, visitor
from webapp.chat import access, guarding, presentation, turns
from webapp.chat.forms import ShareForm
from webapp.chat.models import Conversation
from webapp.chat.sharing import shares, transcript
from webapp.extensions import db, limiter
from webapp.knowledge import access as documents
from webapp.mail.posting import address_for
from webapp.web.fragments import page, see_other
from webapp.web.headers import as_attachment

bp = Blueprint("sharing", __name__)

NOTHING = "There is no finished answer to share yet. Ask something first, or wait for the end of the answer."
GONE = "It may have been taken back. If it was shared among members of an organization, sign in first."
HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}

limited = limiter.limit("60 per hour", key_func=lambda: f"sharing:{visitor().key}")


@bp.get("/conversations/<uuid:id>/share")
def edit(id: UUID) -> Response:
    conversation = access.conversation(id)
    share = shares.share_of(conversation)
    return _edit(conversation, ShareForm(data={"named": bool(share and share.sharer)}))


def _edit(conversation: Conversation, form: ShareForm, status: int = 200) -> Response:
    share = shares.share_of(conversation)
    token = shares.token(share) if share else None
    return page(
        "chat/share.html",
        status=status,
        conversation=conversation,
        share=share,
        address=address_for("sharing.show", token=token) if token else None,
        shown_count=len(shares.shown(share)) if share else 0,
        turn_count=len(shares.finished(conversation)),
        form=form,
    )


@bp.post("/conversations/<uuid:id>/share")
@limited
def update(id: UUID) -> Response:
    conversation, form = access.conversation(id), ShareForm.sent()
    try:
        shares.share(conversation, current_person(), named=form.named.data)
    except shares.NothingToShow:
        form.form_errors.append(NOTHING)
        return _edit(conversation, form, status=422)
    db.session.commit()
    flash("The address shows the conversation as it is now.", "success")
    return see_other("sharing.edit", id=id)


@bp.post("/conversations/<uuid:id>/share/address")
@limited
def create_address(id: UUID) -> Response:
    share = shares.share_of(access.conversation(id))
    if share:
        shares.renew(share)
        db.session.commit()
        flash("There is a new address, and the one before leads nowhere any more.", "success")
    return see_other("sharing.edit", id=id)


@bp.post("/conversations/<uuid:id>/share/removal")
def create_removal(id: UUID) -> Response:
    shares.take_back(access.conversation(id), current_person())
    db.session.commit()
    flash("The address was taken back. Whoever opens it finds nothing.", "success")
    return see_other("sharing.edit", id=id)


@bp.get("/shared/<token>")
@limiter.limit("120 per minute", key_func=lambda: f"shared:{request.remote_addr}")
def show(token: str) -> Response:
    share, assistant = shares.opened(token) or abort(404, GONE)
    standing = shares.shown(share)
    questions = [turn.question for turn in standing if turn.question]
    told = guarding.raised_by(share.conversation.emergencies, {turn.answer.id for turn in standing})
    answer = page(
        "chat/shared.html",
        share=share,
        assistant=assistant,
        turns=presentation.shown(standing, documents.readable),
        readable=documents.readable(asked.document_id for asked in questions if asked.document_id),
        cards=guarding.pinned(told),
    )
    answer.headers.update(HEADERS)
    return answer


@bp.get("/conversations/<uuid:id>/export")
def export(id: UUID) -> Response:
    conversation = access.conversation(id)
    written = transcript.markdown(conversation, presentation.shown(turns.visible_turns(conversation.id)))
    return as_attachment(Response(written, mimetype="text/markdown"), transcript.file_name(conversation))
