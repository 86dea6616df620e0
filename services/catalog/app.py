"""The web process of catalog."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from pymongo.database import Database

from services.catalog.api.authoring import authoring_blueprint
from services.catalog.api.courses import courses_blueprint
from services.catalog.api.discovery import discovery_blueprint
from services.catalog.api.files import files_blueprint
from services.catalog.api.providers import providers_blueprint
from services.catalog.api.ratings import ratings_blueprint
from services.catalog.api.recommendations import recommendations_blueprint
from services.catalog.api.uploads import uploads_blueprint
from services.catalog.files import Files
from services.catalog.queries.cards import Cards, Links
from services.catalog.rules import CatalogSettings
from services.catalog.search import SearchIndex, Searching
from services.catalog.store import Store
from shared import log
from shared.auth import KeyRing, Subjects, Verifier, fetch_keys
from shared.mongo import Document, connect
from shared.ops import audit_step, ops_blueprint
from shared.settings import load
from shared.web import make_app


@dataclass(frozen=True)
class Parts:
    """What the app is made of; tests reach the index and the files through it."""

    store: Store
    index: SearchIndex
    searching: Searching
    files: Files


def create_app(
    settings: CatalogSettings | None = None,
    database: Database[Document] | None = None,
    verifier: Verifier | None = None,
) -> Flask:
    """Build the app from its settings; a wrong key ring stops the start with a ValueError."""
    if settings is None:
        settings = load(CatalogSettings)
        log.set_up(settings)
    database = connect(settings) if database is None else database
    store = Store(database)
    ring = KeyRing.load(settings.file_links)
    parts = Parts(store, index := SearchIndex(store, settings), Searching(index), Files(settings.files_url))
    cards = Cards(index.names, Links(ring, settings.file_link_lifetime))
    if verifier is None:
        subjects = Subjects(store.subjects, settings)
        verifier = Verifier(settings, fetch_keys(settings.identity_url), subjects)

    def ready() -> None:
        store.ping()
        parts.files.ready()
        index.ready()

    app = make_app(
        settings,
        discovery_blueprint(store, parts.searching, cards),
        courses_blueprint(store, parts.searching, cards, verifier),
        ratings_blueprint(store, settings, verifier),
        recommendations_blueprint(store, parts.searching, cards),
        authoring_blueprint(store, cards),
        uploads_blueprint(store, parts.files, settings),
        providers_blueprint(store, parts.searching),
        files_blueprint(store, parts.files, ring),
        ops_blueprint(settings, database, ("courses", "ratings", "misses"), {"audit": audit_step}),
        ready=ready,
        verifier=verifier,
    )
    app.extensions["catalog"] = parts
    return app
