"""Documents: taking them in, searching them, reading them."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, request, stream_with_context, url_for
from sqlalchemy import select
from werkzeug.exceptions import RequestEntityTooLarge

from webapp import jobs
from webapp.accounts.visitor import current_person
from webapp.extensions import db, embedder, settings
from webapp.knowledge import access, book, documents, files, listing, reader, reading_places, searching
from webapp.knowledge.extraction import ACCEPTED
from webapp.knowledge.models import Collection, State, Version
from webapp.organizations import access as organizations
from webapp.organizations.models import Organization
from webapp.web.forms import tidy
from webapp.web.fragments import page, see_other
from webapp.web.headers import as_attachment

bp = Blueprint("knowledge", __name__)


@bp.get("/organizations/<slug>/documents")
def index(slug: str) -> Response:
    return _index(organizations.administered(slug))


def _index(organization: Organization, error: str | None = None, status: int = 422) -> Response:
    rows = listing.rows(organization)
    return page(
        "knowledge/index.html",
        parts=("documents",),
        status=status if error else 200,
        organization=organization,
        collections=listing.collections(organization),
        documents=rows,
        refresh=any(row.unfinished for row in rows),
        worker_running=jobs.worker_running(),
        accepted=ACCEPTED,
        largest=settings().file_bytes,
        error=error,
    )


@bp.post("/organizations/<slug>/documents")
def create_documents(slug: str) -> Response:
    organization = organizations.administered(slug)
    try:
        sent = [file for file in request.files.getlist("files") if file.filename]
    except RequestEntityTooLarge:
        return _index(organization, f"At most {_megabytes(settings().upload_bytes)} at once. Send fewer files.", 413)
    if not sent:
        return _index(organization, "Choose at least one file.")
    collection, refused = _collection(organization), []
    for file in sent:
        with db.session.begin_nested() as savepoint:
            try:
                documents.upload(collection, file.filename or "", file.stream, current_person(), settings().file_bytes)
            except files.TooLarge:
                savepoint.rollback()
                refused.append(f"“{documents.tidy_name(file.filename or '')}”")
    db.session.commit()
    if refused:
        were = "was" if len(refused) == 1 else "were"
        return _index(
            organization, f"{', '.join(refused)} {were} not taken in: at most {_megabytes(settings().file_bytes)} each."
        )
    return see_other("knowledge.index", slug=slug)


def _megabytes(count: int) -> str:
    return f"{count // (1024 * 1024)} MB"


def _collection(organization: Organization) -> Collection:
    wanted = request.form.get("collection", "")
    if not wanted:
        return documents.default_collection(organization)
    try:
        id_ = UUID(wanted)
    except ValueError:
        abort(404)
    found = db.session.scalar(
        select(Collection).where(Collection.organization_id == organization.id, Collection.id == id_)
    )
    return found or abort(404)


@bp.get("/documents/<uuid:id>/deletion")
def new_deletion(id: UUID) -> Response:
    organization, document = access.administered_document(id)
    return page("knowledge/new_deletion.html", organization=organization, document=document)


@bp.post("/documents/<uuid:id>/deletion")
def create_deletion(id: UUID) -> Response:
    organization, document = access.administered_document(id)
    name = document.name
    documents.delete(document, current_person())
    db.session.commit()
    flash(f"“{name}” was deleted. Answers that cite it say that their source was removed.", "success")
    return see_other("knowledge.index", slug=organization.slug)


@bp.post("/documents/<uuid:id>/reingestion")
def create_reingestion(id: UUID) -> Response:
    organization, document = access.administered_document(id)
    documents.reingest(_latest(document.id), current_person())
    db.session.commit()
    return see_other("knowledge.index", slug=organization.slug)


@bp.post("/documents/<uuid:id>/cancellation")
def create_cancellation(id: UUID) -> Response:
    organization, document = access.administered_document(id)
    documents.cancel(_latest(document.id))
    db.session.commit()
    return see_other("knowledge.index", slug=organization.slug)


def _latest(document_id: UUID) -> Version:
    version = db.session.scalar(
        select(Version)
        .where(Version.document_id == document_id, Version.state != State.REPLACED)
        .order_by(Version.number.desc())
        .limit(1)
    )
    return version or abort(404)


@bp.get("/organizations/<slug>/search")
def search(slug: str) -> Response:
    organization = organizations.administered(slug)
    query = tidy(request.args.get("q"))[:1000]
    return page(
        "knowledge/search.html",
        parts=("results",),
        organization=organization,
        query=query,
        results=searching.hits(organization, query, embedder()) if query else [],
    )


@bp.get("/documents/<uuid:id>")
def show(id: UUID) -> Response:
    found = access.reading(id)
    document, title = found.document, found.version.title or found.document.name
    blocks = reader.untitled(reader.blocks_of(found.version.blocks or []), title)
    cited = [passage for _, passage in found.cited]
    assistants = book.who_answers(document.collection_id)
    ask = url_for("chat.new_question", id=id) if assistants else None
    place = request.args.get("at", type=int)
    chapters = book.chapters(document.collection_id) if document.collection.published else []
    answer = page(
        "knowledge/reader.html",
        document=document,
        version=found.version,
        title=title,
        contents=reader.contents(blocks) if found.whole else [],
        body=reader.render(blocks, found.passages, ask, place)
        if found.whole
        else reader.render_excerpts(blocks, cited, ask, place),
        cited=[(number, reader.anchor(passage.id), reader.summary(passage)) for number, passage in found.cited],
        excerpt_only=not found.whole,
        book=document.collection if chapters else None,
        chapters=chapters,
        neighbours=book.neighbours(chapters, id),
        assistants=assistants,
    )
    if chapters:
        reading_places.keep(document)
        db.session.commit()
    return answer


@bp.get("/documents/<uuid:id>/passages.css")
def highlights(id: UUID) -> Response:
    found = access.reading(id)
    passages = found.passages if found.whole else [passage for _, passage in found.cited]
    return Response(reader.highlights(passages), mimetype="text/css")


@bp.get("/documents/<uuid:id>/file")
def file(id: UUID) -> Response:
    document, version = access.original(id)
    if not version.byte_count or version.state == State.REPLACED:
        abort(404)
    response = Response(stream_with_context(files.parts(version)), mimetype="application/octet-stream")
    as_attachment(response, document.name)
    response.headers["Content-Security-Policy"] = "sandbox"
    response.content_length = version.byte_count
    return response
