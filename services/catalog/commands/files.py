"""Uploads: begun with a size and a checksum, sent in pieces, finished when both agree."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from services.catalog.commands.authoring import CREATOR, authored
from services.catalog.files import Files
from services.catalog.rules import CatalogSettings
from services.catalog.rules.authority import Actor
from services.catalog.rules.media import HEAD, check_kind
from services.catalog.store import Store
from shared.errors import Conflict, NotFound, Refused
from shared.events import new_id

Document = dict[str, Any]
UNKNOWN = ("file_unknown", "There is no such file.")
FILES_MOST = 300


def begin_upload(
    store: Store, settings: CatalogSettings, actor: Actor, course_id: str, body: Document, now: datetime
) -> Document:
    """Make room for a file of this size; Refused when it is too large."""
    authored(store, actor, course_id, CREATOR)
    if body["size"] > settings.file_most:
        raise Refused("file_too_large", f"A file has at most {settings.file_most >> 20} MiB.", field="size")
    if store.files.count_documents({"course_id": course_id}, limit=FILES_MOST) >= FILES_MOST:
        raise Refused("too_many_files", f"A course has at most {FILES_MOST} files.")
    row = {
        "_id": new_id(), "course_id": course_id, "state": "uploading", "offset": 0, "parts": [], "mime": None,
        "by": actor.user_id, "created_at": now, **{name: body[name] for name in ("name", "size", "sha256", "kind")},
    }  # fmt: skip
    store.files.insert_one(row)
    return row


def upload_of(store: Store, actor: Actor, course_id: str, file_id: str) -> Document:
    """A file of a course that one may write."""
    authored(store, actor, course_id, CREATOR)
    row = store.files.find_one({"_id": file_id})
    if row is None or row.get("course_id") != course_id:
        raise NotFound(*UNKNOWN)
    return row


def add_piece(store: Store, files: Files, row: Document, offset: int, piece: bytes) -> int:
    """Keep the next piece and return the new offset; Conflict when it is not the next one."""
    if row["state"] != "uploading" or offset != row["offset"]:
        raise Conflict("offset_wrong", "Go on where the upload stands.", current={"offset": row["offset"]})
    upto = offset + len(piece)
    if not piece or upto > row["size"]:
        raise Refused("size_wrong", "The piece goes beyond the size that was named.")
    part = f"uploads/{row['_id']}/{offset:012d}-{secrets.token_hex(4)}"
    files.put(part, piece)
    kept = store.files.update_one(
        {"_id": row["_id"], "offset": offset, "state": "uploading"},
        {"$set": {"offset": upto}, "$push": {"parts": part}},
    )
    if not kept.matched_count:
        files.delete(part)
        raise Conflict("offset_wrong", "Go on where the upload stands.", current={"offset": upto})
    return upto


def finish_upload(store: Store, files: Files, row: Document) -> Document:
    """Join the pieces when size, checksum and content are right; a file that is finished stays so."""
    if row["state"] == "ready":
        return row
    if row["offset"] != row["size"]:
        raise Conflict("upload_not_whole", "Pieces are missing.", current={"offset": row["offset"]})
    digest, head = hashlib.sha256(), b""
    for part in row["parts"]:
        piece = files.read(part)
        digest.update(piece)
        head = head or piece[:HEAD]
    if digest.hexdigest() != row["sha256"]:
        raise Refused(
            "checksum_wrong", "The file did not arrive as it was sent. Upload it again.", field="sha256"
        )
    mime = check_kind(head, row["kind"])
    key = f"files/{row['sha256']}"
    files.join(row["parts"], key)
    values = {"state": "ready", "key": key, "mime": mime}
    store.files.update_one({"_id": row["_id"]}, {"$set": values, "$unset": {"parts": ""}})
    return {**row, **values}


def add_file(
    store: Store, files: Files, owner: tuple[str, str], name: str, body: bytes, kind: str, now: datetime
) -> Document:
    """Keep a whole file for a course (`owner`: course and person); Refused when its content is something else."""
    mime = check_kind(body[:HEAD], kind)
    digest = hashlib.sha256(body).hexdigest()
    row: Document = {
        "_id": new_id(), "course_id": owner[0], "by": owner[1], "state": "ready", "name": name[:200], "kind": kind,
        "size": len(body), "sha256": digest, "mime": mime, "key": f"files/{digest}", "created_at": now,
    }  # fmt: skip
    files.put(row["key"], body)
    store.files.insert_one(row)
    return row
