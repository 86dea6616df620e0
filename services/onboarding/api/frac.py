"""Administration of the dictionary: drafts, changes, verification, retirement, history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema

from services.onboarding.commands.frac import Editor
from services.onboarding.queries.dictionary import drafts, entry_view
from services.onboarding.schemas.common import NoBody
from services.onboarding.schemas.frac import (
    CompetencyIn,
    CompetencyPatchIn,
    DraftsIn,
    DraftsOut,
    EntryOut,
    HistoryOut,
    PositionIn,
    PositionPatchIn,
    TopicIn,
    TopicPatchIn,
)
from services.onboarding.store import Store
from shared.auth import allow, principal
from shared.editing import etag, if_match, new_resource_id
from shared.errors import NotFound, Refused
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
Answer = tuple[Document, dict[str, str]]
BODIES: dict[str, tuple[type[Schema], type[Schema]]] = {
    "positions": (PositionIn, PositionPatchIn),
    "competencies": (CompetencyIn, CompetencyPatchIn),
    "topics": (TopicIn, TopicPatchIn),
}


def frac_blueprint(store: Store) -> Blueprint:
    """The routes of the dictionary's administration."""
    blueprint = Blueprint("frac", __name__, description="Administration of the dictionary")
    for kind, (new, patch) in BODIES.items():
        _add_edits(blueprint, store, kind, new, patch)

    @blueprint.route("/v1/frac/drafts")
    @blueprint.arguments(DraftsIn, location="query")
    @blueprint.response(200, DraftsOut)
    @allow("FRAC_ADMIN")
    def list_drafts(query: Document) -> Document:
        """What awaits verification, of all kinds."""
        return drafts(store, query | {"q": ""})

    @blueprint.route("/v1/frac/<kind>/<entry_id>/verify", methods=["POST"])
    @blueprint.arguments(NoBody)
    @blueprint.response(200, EntryOut)
    @allow("FRAC_ADMIN")
    def verify(body: Document, kind: str, entry_id: str) -> Answer:
        """Publish a draft, or again what was retired."""
        return _shown(store, kind, editor(store).verify(kind, entry_id))

    @blueprint.route("/v1/frac/<kind>/<entry_id>/retire", methods=["POST"])
    @blueprint.arguments(NoBody)
    @blueprint.response(200, EntryOut)
    @allow("FRAC_ADMIN")
    def retire(body: Document, kind: str, entry_id: str) -> Answer:
        """Take an entry out of choice; those who hold it keep it."""
        return _shown(store, kind, editor(store).retire(kind, entry_id))

    @blueprint.route("/v1/frac/<kind>/<entry_id>", methods=["DELETE"])
    @blueprint.response(204)
    @allow("FRAC_ADMIN")
    def remove(kind: str, entry_id: str) -> None:
        """Remove a draft; what was ever verified can only be retired."""
        editor(store).remove(kind, entry_id)

    @blueprint.route("/v1/frac/<kind>/<entry_id>/history")
    @blueprint.response(200, HistoryOut)
    @allow()
    def see_history(kind: str, entry_id: str) -> Document:
        """Who changed an entry when, newest first; that of a draft is shown to nobody."""
        entry = Editor(store, "", utcnow()).entry(kind, entry_id)
        if entry["status"] == "draft":
            raise NotFound("entry_unknown", "There is no such entry.")
        return {"items": list(reversed(entry["history"]))}

    return blueprint


def editor(store: Store) -> Editor:
    """The person who asks, as an editor."""
    return Editor(store, principal().user_id, utcnow())


def _add_edits(blueprint: Blueprint, store: Store, kind: str, new: type[Schema], patch: type[Schema]) -> None:
    def draft(body: Document) -> Answer:
        """Add a draft; a repeated request with the same Idempotency-Key adds none."""
        return _shown(store, kind, editor(store).draft(kind, body, new_resource_id()))

    def change(body: Document, entry_id: str) -> Answer:
        """Change an entry from the version in If-Match; 409 shows it as it is now."""
        Editor(store, "", utcnow()).entry(kind, entry_id)
        expected = if_match()
        if expected is None:
            raise Refused("if_match_missing", "Send the entry's version in If-Match.", field="If-Match")
        return _shown(store, kind, editor(store).change(kind, entry_id, expected, body))

    _route(blueprint, f"/v1/frac/{kind}", "POST", new, 201, draft, f"draft_{kind}")
    _route(blueprint, f"/v1/frac/{kind}/<entry_id>", "PATCH", patch, 200, change, f"change_{kind}")


def _route(
    blueprint: Blueprint,
    path: str,
    method: str,
    body: type[Schema],
    status: int,
    view: Callable[..., Answer],
    name: str,
) -> None:
    answered = blueprint.response(status, EntryOut)(allow("FRAC_ADMIN")(view))
    blueprint.route(path, methods=[method], endpoint=name)(blueprint.arguments(body)(answered))


def _shown(store: Store, kind: str, entry: Document) -> Answer:
    store.forget_dictionary()
    return entry_view(store.dictionary(), kind, entry), etag(entry["version"])
