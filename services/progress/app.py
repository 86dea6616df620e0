"""The web process of progress."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask
from pymongo.database import Database

from services.progress.api.attempts import attempts_blueprint
from services.progress.api.certificates import certificates_blueprint, verification_blueprint
from services.progress.api.dashboards import dashboards_blueprint
from services.progress.api.enrolments import enrolments_blueprint
from services.progress.api.mandates import mandates_blueprint
from services.progress.api.updates import updates_blueprint
from services.progress.api.why import why_blueprint
from services.progress.certificates import Issuer
from services.progress.clients import Bundles, catalog_bundles, identity_people
from services.progress.queries.access import Names
from services.progress.rules import ProgressSettings
from services.progress.store import Store
from shared import log
from shared.auth import KeyRing, Subjects, Verifier, fetch_keys
from shared.failpoint import Failpoints
from shared.mongo import Document, connect, utcnow
from shared.ops import audit_step, ops_blueprint
from shared.settings import load
from shared.web import make_app


def create_app(
    settings: ProgressSettings | None = None,
    database: Database[Document] | None = None,
    *,
    keys: Callable[[], Document] | None = None,
    bundles: Bundles | None = None,
    names: Names | None = None,
    clock: Callable[[], datetime] = utcnow,
) -> Flask:
    """Build the app from its settings; tests give keys, questions, names and the time themselves."""
    if settings is None:
        settings = load(ProgressSettings)
        log.set_up(settings)
    database = connect(settings) if database is None else database
    store = Store(database, course_cache=settings.course_cache)
    bundles = bundles or catalog_bundles(settings)
    failpoint = Failpoints(settings)
    issuer = Issuer(KeyRing.load(settings.badge_keys), settings.public_url)
    return make_app(
        settings,
        enrolments_blueprint(store, clock),
        updates_blueprint(store, settings, clock, failpoint),
        attempts_blueprint(store, settings, bundles, clock, failpoint),
        why_blueprint(store, settings, clock, names or identity_people(settings).names),
        certificates_blueprint(store, issuer),
        verification_blueprint(store, issuer, settings),
        mandates_blueprint(store, clock),
        dashboards_blueprint(store, clock),
        ops_blueprint(
            settings, database, [one.collection.name for one in store.publishing], {"audit": audit_step}
        ),
        ready=store.ping,
        verifier=Verifier(
            settings, keys or fetch_keys(settings.identity_url), Subjects(store.subjects, settings)
        ),
    )
