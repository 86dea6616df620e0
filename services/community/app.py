"""The web process of community."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask
from pymongo.database import Database

from services.community.api.career import career_blueprint
from services.community.api.discuss import discuss_blueprint
from services.community.api.home import home_blueprint
from services.community.api.moderation import moderation_blueprint
from services.community.api.network import network_blueprint
from services.community.api.organising import organising_blueprint
from services.community.api.recruiting import recruiting_blueprint
from services.community.api.replies import replies_blueprint
from services.community.api.sessions import sessions_blueprint
from services.community.clients import Ask, Directory, identity_people
from services.community.rules import CommunitySettings
from services.community.store import Store
from shared import log
from shared.auth import Subjects, Verifier, fetch_keys
from shared.mongo import Document, connect, utcnow
from shared.ops import audit_step, ops_blueprint
from shared.settings import load
from shared.web import make_app


def create_app(
    settings: CommunitySettings | None = None,
    database: Database[Document] | None = None,
    *,
    keys: Callable[[], Document] | None = None,
    people: Ask | None = None,
    clock: Callable[[], datetime] = utcnow,
) -> Flask:
    """Build the app from its settings; tests give the keys, the names of people and the time themselves."""
    if settings is None:
        settings = load(CommunitySettings)
        log.set_up(settings)
    database = connect(settings) if database is None else database
    store = Store(database, rails_cache=settings.rails_cache, samples_cache=settings.samples_cache)
    directory = Directory(people or identity_people(settings), settings.names_cache)

    return make_app(
        settings,
        discuss_blueprint(store, settings, directory, clock),
        replies_blueprint(store, settings, directory, clock),
        moderation_blueprint(store, settings, directory, clock),
        sessions_blueprint(store, settings, clock),
        organising_blueprint(store, directory, clock),
        home_blueprint(store, clock),
        network_blueprint(store, settings, directory, clock),
        career_blueprint(store, clock),
        recruiting_blueprint(store, directory, clock),
        ops_blueprint(
            settings, database, [one.collection.name for one in store.publishing], {"audit": audit_step}
        ),
        ready=store.ping,
        verifier=Verifier(
            settings, keys or fetch_keys(settings.identity_url), Subjects(store.subjects, settings)
        ),
    )
