"""Files of courses by signed links, with byte ranges."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, request

from services.catalog.files import Files
from services.catalog.rules.links import GONE, file_of
from services.catalog.store import Store
from shared.auth import KeyRing, public
from shared.errors import NotFound
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.A)


def files_blueprint(store: Store, files: Files, ring: KeyRing) -> Blueprint:
    """The route of downloads."""
    blueprint = Blueprint("files", __name__, description="Files of courses")

    @blueprint.route("/v1/files/<token>")
    @public
    def get_file(token: str) -> Response:
        """A file, or the range of it that was asked for; the link itself is the permission."""
        row = store.files.find_one({"_id": file_of(ring, token, utcnow().timestamp()), "state": "ready"})
        if row is None or not files.has(row["key"]):
            raise NotFound(*GONE)
        return _send(files, row)

    return blueprint


def _send(files: Files, row: Document) -> Response:
    tag, size = f'"{row["sha256"][:32]}"', row["size"]
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Cache-Control": "private, max-age=3600",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
        "Content-Disposition": "inline",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers=headers)
    span = _span(request.headers.get("Range"), size) if _same(tag) else (0, size)
    if span is None:
        return Response(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    start, end = span
    if (start, end) != (0, size):
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    body = () if request.method == "HEAD" else files.pieces(row["key"], start, end)
    status = 206 if "Content-Range" in headers else 200
    return Response(body, status=status, headers=headers, content_type=row["mime"])


def _same(tag: str) -> bool:
    wanted = request.headers.get("If-Range")
    return wanted is None or wanted == tag


def _span(asked: str | None, size: int) -> tuple[int, int] | None:
    """From the Range header to a half-open span; the whole file for what is no single range, None outside."""
    found = RANGE.fullmatch(asked or "")
    if not found or not (found[1] or found[2]) or not size:
        return 0, size
    if not found[1]:
        return (max(0, size - int(found[2])), size) if int(found[2]) else None
    start = int(found[1])
    end = min(int(found[2]) + 1, size) if found[2] else size
    return (start, end) if start < end else None
