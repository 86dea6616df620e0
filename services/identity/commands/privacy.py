"""A person's own data: consent, a copy of everything, erasure after a notice of 48 hours."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.credentials import Change, Proof, prove
from services.identity.rules import IdentitySettings
from services.identity.rules.privacy import consent_of, erased, erasure_of
from services.identity.store import Store
from shared.errors import Conflict, Gone, NotFound, Refused, Unauthorized
from shared.events import new_id
from shared.events.identity import ErasureDue, ErasureRequested, ExportReady, ExportRequested, UserErased
from shared.privacy import Holding, Holdings, parts_of

Document = dict[str, Any]
HOLDINGS = Holdings(
    (
        Holding(
            "users", "_id", secret=("password", "links", "link_ids", "spent_links", "totp", "misses", "words")
        ),
        Holding("families", secret=("current", "rotated")),
        Holding("audit", "about", kept="log"),
    )
)


def give_consent(
    store: Store, settings: IdentitySettings, user_id: str, given: Document, now: datetime
) -> Document:
    """Keep which notice was accepted or refused, in which language and when; nothing is overwritten."""
    if given["version"] != settings.consent_version:
        raise Refused("version_old", "There is a newer notice: read it first.", field="version")
    entry = {**given, "at": now}
    changed = store.users.change({"_id": user_id, "status": "ACTIVE"}, {"$push": {"consents": entry}})
    if changed is None:
        raise _over()
    what = "consent_given" if given["accepted"] else "consent_withdrawn"
    record(store, who=user_id, what=what, whom=user_id, result="ok", now=now)
    return consent_of(changed, settings.consent_version)


def request_export(store: Store, user_id: str, now: datetime) -> Document:
    """Ask all services for what they hold of this person; one copy at a time."""
    waiting = [one for one in store.exports_of(user_id) if one["state"] in ("waiting", "ready")]
    if waiting:
        return waiting[0]
    id_ = new_id()
    told = ExportRequested(user_id=user_id, export_id=id_)
    made = store.exports.add(
        {
            "_id": id_, "user_id": user_id, "state": "waiting", "taken": [],
            "asked_at": now, "ready_at": None, "fetch_until": None,
        },
        told,
    )  # fmt: skip
    record(store, who=user_id, what="export_requested", whom=user_id, result="ok", now=now)
    return made


def take_part(
    store: Store, settings: IdentitySettings, export_id: str, service: str, part: Document, now: datetime
) -> None:
    """Keep one piece of a service's part; with the last piece of the last service the copy is ready."""
    export = store.exports.get(export_id)
    if export is None:
        raise NotFound("export_unknown", "There is no such export.")
    if export["state"] != "waiting":
        raise Conflict("export_over", "This export takes no more parts.")
    store.keep_part(f"{export_id}:{service}:{part['number']:05d}", export_id, service, part["text"], now)
    if not part["last"]:
        return
    export = store.exports.change({"_id": export_id}, {"$addToSet": {"taken": service}}) or export
    if set(export["taken"]) >= set(settings.export_services) and export["state"] == "waiting":
        user = store.users.get(export["user_id"]) or {}
        told = ExportReady(user_id=export["user_id"], export_id=export_id, locale=user.get("locale", "en"))
        until = now + timedelta(seconds=settings.export_kept)
        ready = {"$set": {"state": "ready", "ready_at": now, "fetch_until": until}}
        store.exports.change({"_id": export_id, "state": "waiting"}, ready, told)


def take_own_part(
    store: Store, settings: IdentitySettings, export_id: str, user_id: str, now: datetime
) -> None:
    """Identity's own part of an export."""
    for number, last, text in parts_of(HOLDINGS.of(store.database, user_id)):
        part = {"number": number, "last": last, "text": text}
        try:
            take_part(store, settings, export_id, "identity", part, now)
        except (Conflict, NotFound):
            return


def fetch_export(
    store: Store, settings: IdentitySettings, user_id: str, export_id: str, now: datetime
) -> bytes:
    """The whole copy as a ZIP archive, for a while after the first time too: lines break; Gone afterwards."""
    export = store.exports.get(export_id)
    if export is None or export["user_id"] != user_id:
        raise NotFound("export_unknown", "There is no such export.")
    if export["state"] == "waiting":
        raise Conflict("export_not_ready", "The copy is not ready yet.")
    parts = store.parts_of_export(export_id)  # Before the claim: whoever has it has read all that was there.
    until = min(export.get("fetch_until") or now, now + timedelta(seconds=settings.export_again))
    where = {"_id": export_id, "state": {"$in": ["ready", "fetched"]}, "fetch_until": {"$gt": now}}
    if store.exports.change(where, {"$set": {"state": "fetched", "fetch_until": until}}) is None:
        raise Gone(
            "export_fetched", "This copy was fetched already, or its time is over. Ask for another one."
        )
    archive = _archive(parts, export, now)
    record(store, who=user_id, what="export_fetched", whom=user_id, result="ok", now=now)
    return archive


def _archive(parts: list[Document], export: Document, now: datetime) -> bytes:
    texts: dict[str, list[str]] = {}
    for part in parts:
        texts.setdefault(part["service"], []).append(part["text"])
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        about = {
            "person": export["user_id"],
            "asked_at": export["asked_at"].isoformat(),
            "made_at": now.isoformat(),
        }
        archive.writestr("about.json", json.dumps(about, indent=1))
        for service, pieces in sorted(texts.items()):
            data = json.dumps(json.loads("".join(pieces)), ensure_ascii=False, indent=1)
            archive.writestr(f"{service}.json", data)
    return whole.getvalue()


def request_erasure(store: Store, proof: Proof, change: Change, now: datetime) -> Document:
    """Ask to be erased; carried out when the notice is over, unless withdrawn."""
    user = prove(store, proof, change, now, field="password")
    if user.get("erasure"):
        return erasure_of(user)
    due = now + timedelta(seconds=proof.settings.erasure_notice)
    told = ErasureRequested(user_id=user["_id"], due_at=due, locale=user["locale"])
    wish = {"asked_at": now, "due_at": due, "event_id": told.event_id}
    where = {"_id": user["_id"], "erasure": None, "status": "ACTIVE"}
    changed = store.users.change(where, {"$set": {"erasure": wish}}, told)
    record(store, who=user["_id"], what="erasure_requested", whom=user["_id"], result="ok", now=now)
    return erasure_of(changed or store.users.get(user["_id"]) or {})


def withdraw_erasure(store: Store, user_id: str, now: datetime) -> None:
    """Take the wish back; without one nothing happens."""
    where = {"_id": user_id, "erasure.due_at": {"$gt": now}}
    if store.users.change(where, {"$set": {"erasure": None}}) is not None:
        record(store, who=user_id, what="erasure_withdrawn", whom=user_id, result="ok", now=now)


def start_due_erasures(store: Store, now: datetime) -> int:
    """Tell all services of those whose notice is over; each account is closed by the same write."""
    started = 0
    for user in store.users.find({"erasure.due_at": {"$lte": now}}, limit=100):
        if any(grant["role"] == "SPV_ADMIN" for grant in user["roles"]) and not store.leave_spv_admin(
            user["_id"]
        ):
            continue  # The last SPV admin stays until there is another one.
        told = ErasureDue(user_id=user["_id"], sv=user["sv"] + 1)
        update = {"$set": {"status": "DISABLED", "erasure": None}, "$inc": {"sv": 1, "credential_version": 1}}
        where = {"_id": user["_id"], "version": user["version"]}
        if store.users.change(where, update, told) is not None:
            record(store, who="identity", what="erasure_started", whom=user["_id"], result="ok", now=now)
            started += 1
    return started


def erase_person(store: Store, user_id: str, now: datetime) -> None:
    """Leave nothing of a person but the id; a repetition finds nothing left to erase."""
    user = store.users.get(user_id)
    if user is not None and user["status"] != "ERASED":
        told = UserErased(user_id=user_id, sv=user["sv"] + 1)
        store.users.save(erased(user, now), told)
        record(store, who="identity", what="user_erased", whom=user_id, result="ok", now=now)
    store.forget_person(user_id)


def erase_unused(store: Store, user_id: str, now: datetime) -> bool:
    """Erase an account that nobody has used yet; False for one that is in use."""
    user = store.users.get(user_id)
    if user is None or user["status"] == "ERASED":
        return True
    if user["status"] != "INVITED" or user["password"]:
        return False
    told = ErasureDue(user_id=user_id, sv=user["sv"] + 1)
    where = {"_id": user_id, "version": user["version"], "status": "INVITED"}
    update = {"$set": {"status": "DISABLED", "links": {}}, "$inc": {"sv": 1}}
    return store.users.change(where, update, told) is not None


def _over() -> Unauthorized:
    return Unauthorized("session_over", "Your session has ended. Sign in again.")
