"""Files of a course in authoring: resumable uploads, a form for browsers without scripts, zip out and in."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from flask import Response, redirect, request

from services.catalog.commands.archive import export_course, import_course
from services.catalog.commands.authoring import CREATOR, authored
from services.catalog.commands.files import add_file, add_piece, begin_upload, finish_upload, upload_of
from services.catalog.files import Files
from services.catalog.rules import CatalogSettings
from services.catalog.rules.authority import ROLES, Actor
from services.catalog.rules.media import KINDS
from services.catalog.schemas.authoring import FileIn, FileOut, ImportOut, UploadOut
from services.catalog.schemas.content import NewCourseIn
from services.catalog.schemas.recommendations import EmptyIn
from services.catalog.store import Store
from shared.auth import allow, principal
from shared.body import WrongType
from shared.editing import new_resource_id
from shared.errors import Refused
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
PLACE = "/v1/authoring/courses/<course_id>/files"
NUMBER = re.compile(r"\d{1,12}", re.A)
NEXT = re.compile(r"/(?!/)[A-Za-z0-9._~!$&'()*+,;=:@%/?#-]{0,500}", re.A)
FORM_FRAME = 65_536


def uploads_blueprint(store: Store, files: Files, settings: CatalogSettings) -> Blueprint:
    """The routes of files in authoring."""
    blueprint = Blueprint("uploads", __name__, description="Files of courses in authoring")
    _add_pieces(blueprint, store, files, settings)
    _add_whole(blueprint, store, files, settings)
    return blueprint


def _add_pieces(blueprint: Blueprint, store: Store, files: Files, settings: CatalogSettings) -> None:
    @blueprint.route(PLACE, methods=["POST"])
    @blueprint.arguments(FileIn)
    @blueprint.response(201, UploadOut)
    @allow(*ROLES)
    def begin(body: Document, course_id: str) -> Document:
        """Begin an upload of a known size and checksum."""
        row = begin_upload(store, settings, Actor.of(principal()), course_id, body, utcnow())
        where = f"/api/catalog/v1/authoring/courses/{course_id}/files/{row['_id']}"
        return {"file_id": row["_id"], "upload_url": where, "offset": 0, "chunk": settings.file_chunk}

    @blueprint.route(f"{PLACE}/<file_id>", methods=["PATCH"])
    @blueprint.response(204)
    @allow(*ROLES)
    def send(course_id: str, file_id: str) -> Any:
        """The next piece: raw bytes, `Upload-Offset` says from where on."""
        request.max_content_length = settings.file_chunk
        if request.mimetype != "application/offset+octet-stream":
            raise WrongType(
                "content_type_not_supported", "Send the piece as application/offset+octet-stream."
            )
        given = request.headers.get("Upload-Offset", "")
        if not NUMBER.fullmatch(given):
            raise Refused("offset_wrong", "Upload-Offset says from where on.", field="Upload-Offset")
        row = upload_of(store, Actor.of(principal()), course_id, file_id)
        offset = add_piece(store, files, row, int(given), request.get_data(cache=False))
        return "", {"Upload-Offset": str(offset)}

    @blueprint.route(f"{PLACE}/<file_id>")
    @blueprint.response(200, FileOut)
    @allow(*ROLES)
    def stand(course_id: str, file_id: str) -> Any:
        """Where an upload stands; HEAD tells the same in headers."""
        row = upload_of(store, Actor.of(principal()), course_id, file_id)
        headers = {"Upload-Offset": str(row.get("offset", row["size"])), "Upload-Length": str(row["size"])}
        return {**row, "id": row["_id"]}, headers

    @blueprint.route(f"{PLACE}/<file_id>/finish", methods=["POST"])
    @blueprint.arguments(EmptyIn)
    @blueprint.response(200, FileOut)
    @allow(*ROLES)
    def finish(body: Document, course_id: str, file_id: str) -> Document:
        """Check size, checksum and content, and keep the file."""
        row = finish_upload(store, files, upload_of(store, Actor.of(principal()), course_id, file_id))
        return {**row, "id": row["_id"]}


def _add_whole(blueprint: Blueprint, store: Store, files: Files, settings: CatalogSettings) -> None:
    @blueprint.route(f"{PLACE}/form", methods=["POST"])
    @allow(*ROLES)
    def form(course_id: str) -> Any:
        """A whole file from a form; answers with a redirect to `next` on this site."""
        request.max_content_length = settings.form_most + FORM_FRAME
        authored(store, actor := Actor.of(principal()), course_id, CREATOR)
        sent, kind = request.files.get("file"), request.form.get("kind", "")
        if sent is None or kind not in KINDS:
            raise Refused("file_missing", "Choose a file and say what it is.", field="file")
        add_file(store, files, (course_id, actor.user_id), sent.filename or kind, sent.read(), kind, utcnow())
        return redirect(safe_next(request.form.get("next", "")), 303)

    @blueprint.route("/v1/authoring/courses/<course_id>/export")
    @allow(*ROLES)
    def export(course_id: str) -> Response:
        """The course as one zip: course.json and its files."""
        course = authored(store, Actor.of(principal()), course_id)
        body = export_course(store, files, course)
        name = {"Content-Disposition": f'attachment; filename="course-{course_id}.zip"'}
        return Response(body, content_type="application/zip", headers=name)

    @blueprint.route("/v1/authoring/import", methods=["POST"])
    @blueprint.response(200, ImportOut)
    @allow("CONTENT_CREATOR")
    def import_() -> Document:
        """Make a draft from such a zip; all that is wrong is told by its place."""
        request.max_content_length = settings.archive_most
        if request.mimetype not in ("application/zip", "application/octet-stream"):
            raise WrongType("content_type_not_supported", "Send the file as application/zip.")
        body = request.get_data(cache=False)
        id_ = new_resource_id()
        actor, load = Actor.of(principal()), NewCourseIn().load
        return import_course(store, files, settings, actor, load, id_, body, utcnow())


def safe_next(given: str) -> str:
    """A path on this site; the start page for anything else."""
    if not NEXT.fullmatch(given) or "\\" in given:
        return "/"
    parts = urlsplit(given)
    return given if not parts.scheme and not parts.netloc and "%0" not in given.lower() else "/"
