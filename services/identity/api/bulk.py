"""Registration of many people by a file."""

from __future__ import annotations

from typing import Any

from services.identity.commands.bulk import check_bulk, get_bulk, order_bulk, rows_shown
from services.identity.schemas.bulk import BulkIn, BulkOut, BulkPageIn, BulksOut
from services.identity.schemas.users import NoBody
from services.identity.store import Store
from shared.auth import allow, principal
from shared.body import takes
from shared.mongo import utcnow
from shared.paging import PageIn, page
from shared.web import Blueprint

Document = dict[str, Any]
ADMINS = ("MDO_ADMIN", "SPV_ADMIN")
FILE_MOST = 2_200_000


def bulk_blueprint(store: Store) -> Blueprint:
    """The routes of batches: check, commit, watch, undo."""
    blueprint = Blueprint("bulk", __name__, description="Registration by a file")

    @blueprint.route("/v1/bulk")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, BulksOut)
    @allow(*ADMINS)
    def list_batches(asked: Document) -> Document:
        """Your batches."""
        return page(store.bulks.find, {"actor_id": principal().user_id}, [("_id", 1)], [str], asked)

    @blueprint.route("/v1/bulk", methods=["POST"])
    @blueprint.arguments(BulkIn)
    @blueprint.response(201, BulkOut)
    @takes(FILE_MOST)
    @allow(*ADMINS)
    def check(body: Document) -> Document:
        """Look at a CSV file and say what a commit would do; nothing is done yet."""
        return check_bulk(store, principal().user_id, body["name"], body["text"], utcnow())

    @blueprint.route("/v1/bulk/<bulk_id>")
    @blueprint.arguments(BulkPageIn, location="query")
    @blueprint.response(200, BulkOut)
    @allow(*ADMINS)
    def watch(asked: Document, bulk_id: str) -> Document:
        """Where a batch stands, and its rows a hundred at a time."""
        bulk = get_bulk(store, principal().user_id, bulk_id)
        first = asked["cursor"]
        parts = store.parts_of(bulk_id, first, 2)
        following = str(first + 2) if first + 2 < bulk["parts"] else None
        return bulk | {"row_items": rows_shown(parts), "next_cursor": following}

    @blueprint.route("/v1/bulk/<bulk_id>/commit", methods=["POST"])
    @blueprint.arguments(NoBody)
    @blueprint.response(202, BulkOut)
    @allow(*ADMINS)
    def commit(body: Document, bulk_id: str) -> Document:
        """Invite the new people of a batch, in the background."""
        return order_bulk(store, principal().user_id, bulk_id, "commit", utcnow())

    @blueprint.route("/v1/bulk/<bulk_id>/undo", methods=["POST"])
    @blueprint.arguments(NoBody)
    @blueprint.response(202, BulkOut)
    @allow(*ADMINS)
    def undo(body: Document, bulk_id: str) -> Document:
        """Erase those accounts of a batch that nobody has used yet."""
        return order_bulk(store, principal().user_id, bulk_id, "undo", utcnow())

    return blueprint
