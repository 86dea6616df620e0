"""A course as one zip: out with its files, in as a draft, with everything that is wrong told by its place."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError

from services.catalog.commands.authoring import create_course
from services.catalog.commands.files import add_file
from services.catalog.files import Files
from services.catalog.queries.authoring import content_of
from services.catalog.rules import CatalogSettings
from services.catalog.rules.authoring import EMPTY
from services.catalog.rules.authority import Actor
from services.catalog.rules.content import file_ids
from services.catalog.rules.media import ENDINGS, HEAD, KINDS, mime_of
from services.catalog.store import Store
from shared.body import BadJSON, strict_json
from shared.errors import Problem

Document = dict[str, Any]
Load = Callable[[Any], Any]
ENTRY = re.compile(r"files/[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.A)
ENTRIES_MOST, JSON_MOST, RATIO_MOST, ERRORS_MOST = 300, 2_000_000, 100, 100


class NotTaken(Exception):
    """An archive, or an entry of it, is not what an import takes."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(sentence)
        self.error = {"path": path, "sentence": sentence}


def export_course(store: Store, files: Files, course: Document) -> bytes:
    """The zip of a course: its content with file names instead of ids, and the files."""
    content = {**EMPTY, **content_of(store, course)}
    rows = {
        id_: row
        for id_, row in store.by_ids(store.files, file_ids(content)).items()
        if row["state"] == "ready"
    }
    names = {id_: f"files/{id_}.{ENDINGS[row['mime']]}" for id_, row in rows.items()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(_renamed(content, names), ensure_ascii=False, indent=1, default=str)
        archive.writestr("course.json", text)
        for id_, name in names.items():
            archive.writestr(name, files.read(rows[id_]["key"]), zipfile.ZIP_STORED)
    return made.getvalue()


def _renamed(content: Any, names: Mapping[str, str]) -> Any:
    """The content in which files go by other names, wherever they stand."""
    if isinstance(content, dict):
        return {key: _renamed(value, names) for key, value in content.items()}
    if isinstance(content, list):
        return [_renamed(value, names) for value in content]
    return names.get(content, content) if isinstance(content, str) else content


def import_course(
    store: Store,
    files: Files,
    settings: CatalogSettings,
    actor: Actor,
    load: Load,
    id_: str,
    body: bytes,
    now: datetime,
) -> Document:
    """A draft from a zip; `load` checks its content; nothing is kept when anything is wrong."""
    try:
        entries = _entries(body, settings)
        raw = _content(entries)
        kinds = {name: _kind(name, data) for name, data in entries.items()}
        content = load(_renamed(raw, {name: name.replace("files/", "file-") for name in entries}))
        course = create_course(store, actor, content, id_, now)
        if course["version"] == 1:
            _attach(store, files, course, (entries, kinds), actor, now)
    except NotTaken as refused:
        return {"course_id": None, "errors": [refused.error]}
    except Problem as refused:
        path = next(iter(refused.fields), "course.json")
        return {"course_id": None, "errors": [{"path": path, "sentence": refused.sentence}]}
    except ValidationError as refused:
        return {"course_id": None, "errors": _flat(refused.messages)[:ERRORS_MOST]}
    return {"course_id": course["_id"], "errors": []}


def _attach(
    store: Store, files: Files, course: Document, sent: tuple[dict[str, bytes], dict[str, str]], actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Keep the files of an archive and let the draft name them by their ids."""
    entries, kinds = sent
    ids = {}
    for name, data in entries.items():
        owner = (course["_id"], actor.user_id)
        row = add_file(store, files, owner, name.removeprefix("files/"), data, kinds[name], now)
        ids[name.replace("files/", "file-")] = row["_id"]
    if ids:
        draft = _renamed(course["draft"], ids)
        store.courses.change({"_id": course["_id"], "version": 1}, {"$set": {"draft": draft}})


def _entries(body: bytes, settings: CatalogSettings) -> dict[str, bytes]:
    """The entries by name, unpacked within bounds; the course itself comes first."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
        listed = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise NotTaken("", "This is no zip file.") from None
    names = [one.filename for one in listed if not one.is_dir()]
    if len(names) > ENTRIES_MOST or len(set(names)) != len(names):
        raise NotTaken("", f"At most {ENTRIES_MOST} files, each name once.")
    room, found = settings.file_most, {}
    for one in listed:
        if one.is_dir() and one.filename == "files/":
            continue
        if one.filename != "course.json" and not ENTRY.fullmatch(one.filename):
            raise NotTaken(one.filename[:200], "Only course.json and files/<name> are taken.")
        if one.flag_bits & 0x1 or (one.external_attr >> 16) & 0o170000 not in (0, 0o100000):
            raise NotTaken(one.filename, "No encrypted files and no links.")
        found[one.filename] = _unpacked(archive, one, room)
        room -= len(found[one.filename])
    return found


def _unpacked(archive: zipfile.ZipFile, one: zipfile.ZipInfo, room: int) -> bytes:
    """One entry, read no farther than there is room, whatever the archive says about its size."""
    most = min(room, max(1, one.compress_size) * RATIO_MOST)
    try:
        with archive.open(one) as packed:
            data = packed.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, RuntimeError):
        raise NotTaken(one.filename, "This entry cannot be read.") from None
    if len(data) > most:
        raise NotTaken(one.filename, "This entry is too large when unpacked.")
    return data


def _content(entries: dict[str, bytes]) -> Document:
    text = entries.pop("course.json", b"")
    if not text or len(text) > JSON_MOST:
        raise NotTaken("course.json", "The archive needs a course.json of at most 2 MB.")
    try:
        return {name: value for name, value in strict_json(text).items() if name != "_id"}
    except BadJSON as refused:
        raise NotTaken("course.json", refused.sentence) from None


def _kind(name: str, data: bytes) -> str:
    mime = mime_of(data[:HEAD])
    kind = next((kind for kind, mimes in KINDS.items() if mime in mimes), None)
    if kind is None:
        raise NotTaken(name, "The content of this file is nothing that can be used here.")
    return kind


def _flat(messages: Any, above: str = "course.json") -> list[dict[str, str]]:
    if isinstance(messages, dict):
        return [one for key, inner in messages.items() for one in _flat(inner, f"{above}.{key}")]
    return [{"path": above[:200], "sentence": str(one)[:300]} for one in messages]
