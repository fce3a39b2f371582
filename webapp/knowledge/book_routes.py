"""Books: reading a published collection from its contents, and what its organization's admins decide about it."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, request
from sqlalchemy.exc import IntegrityError

from webapp.accounts.visitor import current_person
from webapp.extensions import db, embedder
from webapp.knowledge import access, book, reading_places, searching
from webapp.knowledge.forms import NameForm
from webapp.knowledge.models import Collection
from webapp.web.forms import tidy
from webapp.web.fragments import page, see_other

bp = Blueprint("books", __name__)

FARTHEST = 2**31 - 1


@bp.get("/books/<uuid:id>")
def show(id: UUID) -> Response:
    collection = access.book(id)
    chapters = book.contents(id)
    place = reading_places.place(id)
    reached = next((chapter for chapter in chapters if place and chapter.id == place.document_id), None)
    return page(
        "knowledge/book.html",
        book=collection,
        chapters=chapters,
        place=place,
        reached=reached,
        assistants=book.who_answers(id),
    )


@bp.get("/books/<uuid:id>/search")
def search(id: UUID) -> Response:
    collection, query = access.book(id), tidy(request.args.get("q"))[:200]
    return page(
        "knowledge/book_search.html",
        parts=("results",),
        book=collection,
        query=query,
        results=searching.hits_in_book(collection, query, embedder()) if query else [],
    )


@bp.post("/documents/<uuid:id>/place")
def update_place(id: UUID) -> Response:
    """Keep how far a reader came in a chapter; a script tells it when the page is left."""
    found, at = access.reading(id), request.form.get("at", type=int)
    if not found.document.collection.published or at is None or not 0 <= at <= FARTHEST:
        abort(404)
    reading_places.keep(found.document, at)
    db.session.commit()
    return Response(status=204)


@bp.get("/organizations/<slug>/documents/collections/<uuid:id>")
def edit(slug: str, id: UUID) -> Response:
    collection = access.administered_collection(slug, id)
    return _edit(collection, NameForm(obj=collection))


def _edit(collection: Collection, form: NameForm, status: int = 200) -> Response:
    return page(
        "knowledge/edit_book.html",
        status=status,
        organization=collection.organization,
        collection=collection,
        documents=book.everything(collection.id),
        form=form,
    )


@bp.post("/organizations/<slug>/documents/collections/<uuid:id>/name")
def update_name(slug: str, id: UUID) -> Response:
    collection, form = access.administered_collection(slug, id), NameForm.sent()
    if not form.validate():
        return _edit(collection, form, status=422)
    try:
        book.rename(collection, form.name.data, current_person())
        db.session.commit()
    except (book.NameTaken, IntegrityError):
        form.name.errors = ["Another collection has this name."]
    else:
        flash(f"It is called “{collection.name}” now.", "success")
        return see_other("books.edit", slug=slug, id=id)
    db.session.rollback()
    return _edit(access.administered_collection(slug, id), form, status=422)


@bp.post("/organizations/<slug>/documents/collections/<uuid:id>/publication")
def update_publication(slug: str, id: UUID) -> Response:
    collection = access.administered_collection(slug, id)
    published = request.form.get("published") == "yes"
    book.publish(collection, current_person(), published=published)
    db.session.commit()
    now = "is published: whoever may ask an assistant of yours can read it" if published else "is for members only now"
    flash(f"“{collection.name}” {now}.", "success")
    return see_other("books.edit", slug=slug, id=id)


@bp.post("/organizations/<slug>/documents/collections/<uuid:id>/order")
def update_order(slug: str, id: UUID) -> Response:
    collection = access.administered_collection(slug, id)
    try:
        book.move(collection, UUID(request.form.get("document", "")), up=request.form.get("move") == "up")
    except ValueError:  # It is no id, or no document of this collection.
        abort(404)
    db.session.commit()
    return see_other("books.edit", slug=slug, id=id)
