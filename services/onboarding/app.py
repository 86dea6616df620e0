"""The web process of onboarding."""

from __future__ import annotations

from flask import Flask
from pymongo.database import Database

from services.onboarding.rules import OnboardingSettings
from services.onboarding.store import Store
from shared import log
from shared.auth import Subjects, Verifier, fetch_keys
from shared.mongo import Document, connect
from shared.settings import load
from shared.web import make_app


def create_app(
    settings: OnboardingSettings | None = None, database: Database[Document] | None = None
) -> Flask:
    """Build the app from its settings."""
    if settings is None:
        settings = load(OnboardingSettings)
        log.set_up(settings)
    database = connect(settings) if database is None else database
    store = Store(database)
    return make_app(
        settings,
        ready=store.ping,
        verifier=Verifier(settings, fetch_keys(settings.identity_url), Subjects(store.subjects, settings)),
    )
