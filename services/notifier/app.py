"""The web process of the notifier."""

from __future__ import annotations

from flask import Flask
from pymongo.database import Database

from services.notifier.api import deliveries_blueprint
from services.notifier.api.notices import notices_blueprint
from services.notifier.queries import delivery_step
from services.notifier.rules import NotifierSettings
from services.notifier.store import Store
from shared import log
from shared.auth import Subjects, Verifier, fetch_keys
from shared.mongo import Document, connect
from shared.ops import ops_blueprint
from shared.settings import load
from shared.web import make_app


def create_app(settings: NotifierSettings | None = None, database: Database[Document] | None = None) -> Flask:
    """Build the app from its settings."""
    if settings is None:
        settings = load(NotifierSettings)
        log.set_up(settings)
    database = connect(settings) if database is None else database
    store = Store(database)
    return make_app(
        settings,
        deliveries_blueprint(store),
        notices_blueprint(store),
        ops_blueprint(settings, database, store.publishing_names, {"deliveries": delivery_step}),
        ready=store.ping,
        verifier=Verifier(settings, fetch_keys(settings.identity_url), Subjects(store.subjects, settings)),
    )
