"""The Network hub: suggestions, requests, connections, blocks."""

from __future__ import annotations

from typing import Any

from services.community.api.discuss import Clock
from services.community.clients import Directory
from services.community.commands.network import Networking
from services.community.queries.network import (
    blocks_out,
    connections_out,
    connections_page,
    requests_page,
    suggestions,
)
from services.community.rules import CommunitySettings
from services.community.schemas.common import RailIn
from services.community.schemas.network import (
    BlocksOut,
    ConnectionOut,
    ConnectionsOut,
    NetworkSettings,
    RequestIn,
    RequestsIn,
    SuggestIn,
    SuggestionsOut,
)
from services.community.store import Store
from shared.auth import allow, principal
from shared.paging import PageIn
from shared.web import Blueprint

Document = dict[str, Any]


def network_blueprint(
    store: Store, settings: CommunitySettings, directory: Directory, clock: Clock
) -> Blueprint:
    """The routes of the Network hub."""
    blueprint = Blueprint("network", __name__, description="People worth knowing, and connections")

    def networking() -> Networking:
        return Networking(store, settings, principal().user_id, clock())

    @blueprint.route("/v1/network/suggestions")
    @blueprint.arguments(SuggestIn, location="query")
    @blueprint.response(200, SuggestionsOut)
    @allow()
    def suggest(query: Document) -> Document:
        """People worth knowing, with reasons; best first."""
        return suggestions(store, directory, principal().user_id, query["limit"])

    @blueprint.route("/v1/home/people")
    @blueprint.arguments(RailIn, location="query")
    @blueprint.response(200, SuggestionsOut)
    @allow()
    def people_rail(query: Document) -> Document:
        """People to connect with, for the home page."""
        return suggestions(store, directory, principal().user_id, query["limit"])

    @blueprint.route("/v1/network/suggestions/<user_id>/dismiss", methods=["POST"])
    @blueprint.response(204)
    @allow()
    def dismiss(user_id: str) -> None:
        """Not to be suggested again."""
        networking().dismiss(user_id)

    @blueprint.route("/v1/network/settings")
    @blueprint.response(200, NetworkSettings)
    @allow()
    def get_settings() -> Document:
        """Whether others may find one among their suggestions."""
        return {"suggested": store.network.suggested(principal().user_id)}

    @blueprint.route("/v1/network/settings", methods=["PUT"])
    @blueprint.arguments(NetworkSettings)
    @blueprint.response(200, NetworkSettings)
    @allow()
    def put_settings(body: Document) -> Document:
        """Be suggested to others, or not."""
        store.network.set_suggested(principal().user_id, body["suggested"])
        return body

    _add_connection_routes(blueprint, store, settings, directory, clock)
    _add_block_routes(blueprint, store, settings, directory, clock)
    return blueprint


def _add_connection_routes(
    blueprint: Blueprint, store: Store, settings: CommunitySettings, directory: Directory, clock: Clock
) -> None:
    def networking() -> Networking:
        return Networking(store, settings, principal().user_id, clock())

    def shown(row: Document) -> Document:
        return connections_out(store, directory, principal().user_id, [row])[0]

    @blueprint.route("/v1/network/requests", methods=["POST"])
    @blueprint.arguments(RequestIn)
    @blueprint.response(201, ConnectionOut)
    @allow()
    def ask_to_connect(body: Document) -> Document:
        """Ask somebody to connect; who asked me first is accepted."""
        return shown(networking().request(body["user_id"], body["note"]))

    @blueprint.route("/v1/network/requests")
    @blueprint.arguments(RequestsIn, location="query")
    @blueprint.response(200, ConnectionsOut)
    @allow()
    def list_requests(query: Document) -> Document:
        """Open requests, newest first."""
        return requests_page(store, directory, principal().user_id, query)

    @blueprint.route("/v1/network/requests/<connection_id>/accept", methods=["POST"])
    @blueprint.response(200, ConnectionOut)
    @allow()
    def accept(connection_id: str) -> Document:
        """Say yes."""
        return shown(networking().accept(connection_id))

    @blueprint.route("/v1/network/requests/<connection_id>/decline", methods=["POST"])
    @blueprint.response(200, ConnectionOut)
    @allow()
    def decline(connection_id: str) -> Document:
        """Say no; who asked is not told."""
        return shown(networking().decline(connection_id))

    @blueprint.route("/v1/network/requests/<connection_id>/withdraw", methods=["POST"])
    @blueprint.response(200, ConnectionOut)
    @allow()
    def withdraw(connection_id: str) -> Document:
        """Take one's request back."""
        return shown(networking().withdraw(connection_id))


def _add_block_routes(
    blueprint: Blueprint, store: Store, settings: CommunitySettings, directory: Directory, clock: Clock
) -> None:
    def networking() -> Networking:
        return Networking(store, settings, principal().user_id, clock())

    @blueprint.route("/v1/network/connections")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, ConnectionsOut)
    @allow()
    def list_connections(query: Document) -> Document:
        """The people one is connected with, newest first."""
        return connections_page(store, directory, principal().user_id, query)

    @blueprint.route("/v1/network/connections/<user_id>", methods=["DELETE"])
    @blueprint.response(204)
    @allow()
    def part(user_id: str) -> None:
        """End a connection."""
        networking().part(user_id)

    @blueprint.route("/v1/network/blocks")
    @blueprint.response(200, BlocksOut)
    @allow()
    def list_blocks() -> Document:
        """Whom one has blocked."""
        return blocks_out(store, directory, principal().user_id)

    @blueprint.route("/v1/network/blocks/<user_id>", methods=["PUT"])
    @blueprint.response(204)
    @allow()
    def block(user_id: str) -> None:
        """Block somebody, who is not told; a connection and a request end."""
        networking().block(user_id)

    @blueprint.route("/v1/network/blocks/<user_id>", methods=["DELETE"])
    @blueprint.response(204)
    @allow()
    def unblock(user_id: str) -> None:
        """Lift a block."""
        networking().unblock(user_id)
