"""The starting catalogue: providers, courses and their files, inserted once and never overwritten."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from services.catalog.store.shapes import course_published, published_state, version_key
from shared.mongo import Document, Records, utcnow

SEED = Path(__file__).parents[1] / "seed"
AUTHOR = "seed"
DUPLICATE_KEY = 11000
MIMES = {
    ".pdf": "application/pdf", ".mp4": "video/mp4", ".webm": "video/webm", ".mp3": "audio/mpeg", ".vtt": "text/vtt",
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
}  # fmt: skip


def seed_courses() -> list[Document]:
    """All courses of the starting catalogue as they stand on disk."""
    light = SEED / "courses.json"
    found: list[Document] = json.loads(light.read_text(encoding="utf-8")) if light.exists() else []
    rich = sorted((SEED / "courses").glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in rich] + found


def seed_files() -> dict[str, Path]:
    """The files of the starting catalogue by the name that courses give them."""
    return {f"files/{path.name}": path for path in sorted((SEED / "files").glob("*")) if path.suffix in MIMES}


def file_row(name: str, path: Path) -> Document:
    """What is kept about one file of the starting catalogue."""
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()
    return {
        "_id": f"seed-{digest[:24]}",
        "name": path.name,
        "seed": name,
        "mime": MIMES[path.suffix],
        "size": len(body),
        "sha256": digest,
        "key": f"files/{digest}",
        "state": "ready",
        "course_id": None,
        "created_at": utcnow(),
    }


def linked(content: Any, ids: dict[str, str]) -> Any:
    """The content with file names replaced by the ids of stored files; a file that is missing becomes None."""
    if isinstance(content, dict):
        return {name: linked(value, ids) for name, value in content.items()}
    if isinstance(content, list):
        return [linked(value, ids) for value in content]
    if isinstance(content, str) and content.startswith("files/"):
        return ids.get(content)
    return content


def seed(database: Database[Document]) -> None:
    """Insert what is not there yet: providers, files, courses with their first version and its event."""
    path = SEED / "providers.json"
    providers = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    now = utcnow()
    rows = [{"mdo_id": None, "suspended": False, **one, "version": 1, "changed_at": now} for one in providers]
    _insert_missing(database, "providers", rows)
    courses = seed_courses()
    have = {row["_id"] for row in database["courses"].find({"created_by": AUTHOR}, {"_id": 1})}
    missing = [one for one in courses if one["_id"] not in have]
    if not missing:
        return
    files = [file_row(name, path) for name, path in seed_files().items()]
    _insert_missing(database, "files", files)
    ids = {row["seed"]: row["_id"] for row in files}
    _add_courses(database, [linked(one, ids) for one in missing])


def _add_courses(database: Database[Document], courses: list[Document]) -> None:
    records, began = Records(database["courses"]), utcnow()
    snapshots = []
    for place, course in enumerate(courses):
        content = {name: value for name, value in course.items() if name != "_id"}
        key = version_key(course["_id"], 1, 0)
        # A catalogue whose courses all came out in one second would have no newest ones.
        at = began - timedelta(days=3 * place, minutes=7 * place)
        snapshots.append(
            {"_id": key, "course_id": course["_id"], "number": 1, "content": content, "at": at, "by": AUTHOR}
        )
    _insert_missing(database, "versions", snapshots)
    for shot in snapshots:
        id_ = shot["course_id"]
        state = published_state(id_, 1, shot["_id"], shot["content"], AUTHOR, shot["at"])
        version = {"number": 1, "key": shot["_id"], "at": shot["at"], "by": AUTHOR}
        document = {"_id": id_, "created_by": AUTHOR, "review": None, "versions": [version], **state}
        document["changed_at"] = began
        try:
            records.add(document, course_published(id_, 1, shot["content"]))
        except DuplicateKeyError:
            continue  # Another run of this job was quicker.


def _insert_missing(database: Database[Document], name: str, rows: list[Document]) -> None:
    if not rows:
        return
    try:
        database[name].insert_many(rows, ordered=False)
    except BulkWriteError as error:
        if any(one["code"] != DUPLICATE_KEY for one in (error.details or {}).get("writeErrors", ())):
            raise
