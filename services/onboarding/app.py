"""The web process of onboarding."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from pymongo.database import Database

from services.onboarding.api.approvals import approvals_blueprint
from services.onboarding.api.competencies import competencies_blueprint
from services.onboarding.api.dictionary import dictionary_blueprint
from services.onboarding.api.frac import frac_blueprint
from services.onboarding.api.profile import profile_blueprint
from services.onboarding.api.proposals import proposals_blueprint
from services.onboarding.api.roles import roles_blueprint
from services.onboarding.api.tables import tables_blueprint
from services.onboarding.api.wizard import wizard_blueprint
from services.onboarding.rules import OnboardingSettings
from services.onboarding.store import Store
from shared import log
from shared.auth import Subjects, Verifier, fetch_keys
from shared.mongo import Document, connect
from shared.ops import audit_step, ops_blueprint
from shared.settings import load
from shared.web import make_app


def create_app(
    settings: OnboardingSettings | None = None,
    database: Database[Document] | None = None,
    keys: Callable[[], Document] | None = None,
) -> Flask:
    """Build the app from its settings; `keys` gives identity's public keys instead of asking identity."""
    if settings is None:
        settings = load(OnboardingSettings)
        log.set_up(settings)
    database = connect(settings) if database is None else database
    store = Store(database, dictionary_cache=settings.dictionary_cache)
    return make_app(
        settings,
        wizard_blueprint(store),
        profile_blueprint(store),
        roles_blueprint(store),
        competencies_blueprint(store),
        dictionary_blueprint(store),
        proposals_blueprint(store),
        approvals_blueprint(store, settings),
        tables_blueprint(store, settings.import_limit),
        frac_blueprint(store),
        ops_blueprint(
            settings, database, [one.collection.name for one in store.publishing], {"audit": audit_step}
        ),
        ready=store.ping,
        verifier=Verifier(
            settings, keys or fetch_keys(settings.identity_url), Subjects(store.subjects, settings)
        ),
    )
