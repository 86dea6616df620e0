"""Competencies of the person who asks: the passport and the gap; the chosen topics."""

from __future__ import annotations

from typing import Any

from services.onboarding.commands.competencies import state_competencies
from services.onboarding.commands.interests import choose_topics
from services.onboarding.commands.profiles import profile_of
from services.onboarding.queries.people import competencies_of, gap_view, topics_of
from services.onboarding.schemas.competencies import GapOut, PassportOut, StatedListIn
from services.onboarding.schemas.interests import ChosenTopicsOut, TopicChoiceIn
from services.onboarding.store import Store
from shared.auth import allow, principal
from shared.editing import etag, if_match
from shared.mongo import utcnow
from shared.web import Blueprint

Document = dict[str, Any]
Answer = tuple[Document, dict[str, str]]


def competencies_blueprint(store: Store) -> Blueprint:
    """The routes of a person's topics, competencies and gap."""
    blueprint = Blueprint("passport", __name__, description="Your topics, competency passport and gap")

    def own() -> Document:
        return profile_of(store, principal().user_id, utcnow())

    def state(part: str, body: Document) -> Answer:
        user_id = principal().user_id
        return passport(state_competencies(store, user_id, part, body["items"], if_match(), utcnow()))

    def passport(profile: Document) -> Answer:
        shown = competencies_of(store, profile)
        return shown, etag(shown["version"])

    @blueprint.route("/v1/profiles/me/topics")
    @blueprint.response(200, ChosenTopicsOut)
    @allow()
    def list_chosen() -> Answer:
        """Your topics of interest and your proposals."""
        shown = topics_of(store, own())
        return shown, etag(shown["version"])

    @blueprint.route("/v1/profiles/me/topics", methods=["PUT"])
    @blueprint.arguments(TopicChoiceIn)
    @blueprint.response(200, ChosenTopicsOut)
    @allow()
    def choose(body: Document) -> Answer:
        """Choose your topics of interest; what is left out is taken away."""
        profile = choose_topics(store, principal().user_id, body["ids"], if_match(), utcnow())
        shown = topics_of(store, profile)
        return shown, etag(shown["version"])

    @blueprint.route("/v1/profiles/me/competencies")
    @blueprint.response(200, PassportOut)
    @allow()
    def see_passport() -> Answer:
        """Your competency passport: what you hold with its evidence, what you want."""
        return passport(own())

    @blueprint.route("/v1/profiles/me/competencies/current", methods=["PUT"])
    @blueprint.arguments(StatedListIn)
    @blueprint.response(200, PassportOut)
    @allow()
    def state_current(body: Document) -> Answer:
        """State the competencies you have; what a course has proved stays."""
        return state("current", body)

    @blueprint.route("/v1/profiles/me/competencies/desired", methods=["PUT"])
    @blueprint.arguments(StatedListIn)
    @blueprint.response(200, PassportOut)
    @allow()
    def state_desired(body: Document) -> Answer:
        """State the competencies you want; a level below the one you hold warns."""
        return state("desired", body)

    @blueprint.route("/v1/profiles/me/gap")
    @blueprint.response(200, GapOut)
    @allow()
    def see_gap() -> Document:
        """What is missing to your position and your wishes, ranked, each with its reasons."""
        return gap_view(store, own())

    return blueprint
