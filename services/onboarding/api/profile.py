"""The profile of the person who asks, and the queue of changes that await a decision."""

from __future__ import annotations

from typing import Any

from services.onboarding.commands.profile import change_profile
from services.onboarding.commands.profiles import profile_of
from services.onboarding.queries.people import profile_view
from services.onboarding.schemas.profile import ProfileIn, ProfileOut
from services.onboarding.store import Store
from shared.auth import allow, principal
from shared.editing import etag, if_match
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
Answer = tuple[Document, dict[str, str]]


def profile_blueprint(store: Store) -> Blueprint:
    """The routes of the own profile."""
    blueprint = Blueprint("profile", __name__, description="The mandatory profile")

    def answer(profile: Document) -> Answer:
        shown = profile_view(store, profile)
        return shown, etag(shown["version"])

    @blueprint.route("/v1/profiles/me")
    @blueprint.response(200, ProfileOut)
    @allow()
    def see_profile() -> Answer:
        """Your profile, what is missing, and what awaits approval."""
        return answer(profile_of(store, principal().user_id, utcnow()))

    @blueprint.route("/v1/profiles/me", methods=["PATCH"])
    @blueprint.arguments(ProfileIn)
    @blueprint.response(200, ProfileOut)
    @allow()
    def change(body: Document) -> Answer:
        """Change your profile; once complete, position, group and MDO go to the approval queue."""
        return answer(change_profile(store, principal().user_id, body, if_match(), utcnow()))

    return blueprint
