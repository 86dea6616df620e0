"""The guided onboarding of the person who asks."""

from __future__ import annotations

from typing import Any

from services.onboarding.commands.profiles import profile_of
from services.onboarding.commands.wizard import complete_onboarding, save_step
from services.onboarding.queries.people import onboarding_of
from services.onboarding.rules.wizard import STEPS
from services.onboarding.schemas.common import NoBody
from services.onboarding.schemas.wizard import OnboardingOut, StepIn
from services.onboarding.store import Store
from shared.auth import allow, principal
from shared.errors import NotFound
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]


def wizard_blueprint(store: Store) -> Blueprint:
    """The routes of the guided onboarding."""
    blueprint = Blueprint("wizard", __name__, description="The guided onboarding, resumable on any device")

    @blueprint.route("/v1/onboarding/me")
    @blueprint.response(200, OnboardingOut)
    @allow()
    def see_onboarding() -> Document:
        """Where you stand in the guided onboarding."""
        return onboarding_of(profile_of(store, principal().user_id, utcnow()))

    @blueprint.route("/v1/onboarding/me/steps/<step>", methods=["POST"])
    @blueprint.arguments(StepIn)
    @blueprint.response(200, OnboardingOut)
    @allow()
    def save(body: Document, step: str) -> Document:
        """Record one step as saved or skipped; repeating it changes nothing."""
        if step not in STEPS:
            raise NotFound("step_unknown", "There is no such step.")
        return onboarding_of(save_step(store, principal().user_id, step, body["skipped"], utcnow()))

    @blueprint.route("/v1/onboarding/me/complete", methods=["POST"])
    @blueprint.arguments(NoBody)
    @blueprint.response(200, OnboardingOut)
    @allow()
    def complete(body: Document) -> Document:
        """Press Done; steps still open count as skipped, and repeating it changes nothing."""
        return onboarding_of(complete_onboarding(store, principal().user_id, utcnow()))

    return blueprint
