"""People for administrators: find, invite, close, open, send the link, names by id."""

from __future__ import annotations

from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.invitation import Invitation, invite
from services.identity.commands.people import AccountOrder, disable_person, enable_person, send_link
from services.identity.commands.reach import admin_of, person_within
from services.identity.commands.registration import Mailer
from services.identity.queries.users import names_within, shown_to_admin, users_within
from services.identity.schemas.credentials import PeopleIn, PeopleOut
from services.identity.schemas.users import InvitationIn, NoBody, ReasonIn, UserOut, UsersIn, UsersOut
from services.identity.store import Store
from shared.auth import allow, principal
from shared.editing import new_resource_id
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
ADMINS = ("MDO_ADMIN", "SPV_ADMIN")


def users_blueprint(store: Store, mailer: Mailer) -> Blueprint:
    """The routes of people's administration; MDO admins reach their own MDO and below."""
    blueprint = Blueprint("users", __name__, description="People, for administrators")

    def noted(what: str, ids: list[str]) -> None:
        if ids:
            actor = principal().user_id
            record(store, who=actor, what=what, whom=None, result="ok", now=utcnow(), about=ids)

    @blueprint.route("/v1/users")
    @blueprint.arguments(UsersIn, location="query")
    @blueprint.response(200, UsersOut)
    @allow(*ADMINS)
    def list_users(asked: Document) -> Document:
        """People you look after, newest first; each of them can see that you looked."""
        found = users_within(store, admin_of(store, principal().user_id), asked, utcnow())
        noted("people_listed", [one["id"] for one in found["items"]])
        return found

    @blueprint.route("/v1/users/<user_id>")
    @blueprint.response(200, UserOut)
    @allow(*ADMINS)
    def get_user(user_id: str) -> Document:
        """One person you look after."""
        found = person_within(store, admin_of(store, principal().user_id), user_id)
        noted("person_seen", [user_id])
        return shown_to_admin(store, found, utcnow())

    @blueprint.route("/v1/users/<user_id>/disable", methods=["POST"])
    @blueprint.arguments(ReasonIn)
    @blueprint.response(200, UserOut)
    @allow(*ADMINS)
    def disable(body: Document, user_id: str) -> Document:
        """Close an account; its sessions end at once and its tokens within a minute, everywhere."""
        order = AccountOrder(principal().user_id, user_id, body["reason"])
        return shown_to_admin(store, disable_person(store, order, utcnow()), utcnow())

    @blueprint.route("/v1/users/<user_id>/enable", methods=["POST"])
    @blueprint.arguments(ReasonIn)
    @blueprint.response(200, UserOut)
    @allow(*ADMINS)
    def enable(body: Document, user_id: str) -> Document:
        """Open a disabled account again."""
        order = AccountOrder(principal().user_id, user_id, body["reason"])
        return shown_to_admin(store, enable_person(store, order, utcnow()), utcnow())

    @blueprint.route("/v1/users/<user_id>/send-link", methods=["POST"])
    @blueprint.arguments(NoBody)
    @blueprint.response(202, UserOut)
    @allow(*ADMINS)
    def send(body: Document, user_id: str) -> Document:
        """Mail the person a new link to set the password; older links die."""
        sent = send_link(store, mailer, principal().user_id, user_id, utcnow())
        return shown_to_admin(store, sent, utcnow())

    @blueprint.route("/v1/invitations", methods=["POST"])
    @blueprint.arguments(InvitationIn)
    @blueprint.response(201, UserOut)
    @allow(*ADMINS)
    def invite_person(body: Document) -> Document:
        """Make an account for somebody; the mail with the link goes to its owner."""
        invitation = Invitation(principal().user_id, body, new_resource_id())
        return shown_to_admin(store, invite(store, mailer, invitation, utcnow()), utcnow())

    @blueprint.route("/v1/people", methods=["POST"])
    @blueprint.arguments(PeopleIn)
    @blueprint.response(200, PeopleOut)
    @allow(*ADMINS)
    def name_people(body: Document) -> Document:
        """Display names for tables, by id; ids of people you do not look after are left out."""
        found = names_within(store, admin_of(store, principal().user_id), body["ids"])
        noted("people_named", sorted(found))
        return {"people": found}

    return blueprint
