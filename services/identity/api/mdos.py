"""The tree of MDOs for SPV admins."""

from __future__ import annotations

from typing import Any

from services.identity.commands.mdos import change_mdo, create_mdo, get_mdo, set_state
from services.identity.schemas.mdos import MDOChangeIn, MDOStateOut, NewMDOIn, TreeOut
from services.identity.schemas.users import NoBody
from services.identity.store import Store
from shared.auth import allow, principal
from shared.editing import etag, if_match
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]


def mdos_blueprint(store: Store) -> Blueprint:
    """The routes that keep the tree; each change is told to all services."""
    blueprint = Blueprint("mdos", __name__, description="The tree of MDOs")

    @blueprint.route("/v1/mdos/tree")
    @blueprint.response(200, TreeOut)
    @allow("SPV_ADMIN", "MDO_ADMIN")
    def tree() -> Document:
        """All units with their paths, also what is suspended."""
        return {"items": store.mdos.find({}, sort=[("_id", 1)])}

    @blueprint.route("/v1/mdos/<mdo_id>")
    @blueprint.response(200, MDOStateOut)
    @allow("SPV_ADMIN", "MDO_ADMIN")
    def get(mdo_id: str) -> tuple[Document, int, dict[str, str]]:
        """One unit; the ETag is its version."""
        found = get_mdo(store, mdo_id)
        return found, 200, etag(found["version"])

    @blueprint.route("/v1/mdos", methods=["POST"])
    @blueprint.arguments(NewMDOIn)
    @blueprint.response(201, MDOStateOut)
    @allow("SPV_ADMIN")
    def create(body: Document) -> Document:
        """Add a ministry, state, department or organisation."""
        return create_mdo(store, principal().user_id, body, utcnow())

    @blueprint.route("/v1/mdos/<mdo_id>", methods=["PATCH"])
    @blueprint.arguments(MDOChangeIn)
    @blueprint.response(200, MDOStateOut)
    @allow("SPV_ADMIN")
    def change(body: Document, mdo_id: str) -> tuple[Document, int, dict[str, str]]:
        """Rename or move a unit; what stands below it and its people follow."""
        changed = change_mdo(store, principal().user_id, mdo_id, body, if_match(), utcnow())
        return changed, 200, etag(changed["version"])

    @blueprint.route("/v1/mdos/<mdo_id>/suspend", methods=["POST"])
    @blueprint.arguments(NoBody)
    @blueprint.response(200, MDOStateOut)
    @allow("SPV_ADMIN")
    def suspend(body: Document, mdo_id: str) -> Document:
        """Nobody new registers in this unit; its people stay."""
        return set_state(store, principal().user_id, mdo_id, "suspended", utcnow())

    @blueprint.route("/v1/mdos/<mdo_id>/resume", methods=["POST"])
    @blueprint.arguments(NoBody)
    @blueprint.response(200, MDOStateOut)
    @allow("SPV_ADMIN")
    def resume(body: Document, mdo_id: str) -> Document:
        """People may register in this unit again."""
        return set_state(store, principal().user_id, mdo_id, "active", utcnow())

    return blueprint
