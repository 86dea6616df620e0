"""The web process of identity."""

from __future__ import annotations

from flask import Flask
from pymongo.database import Database

from services.identity.api.account import account_blueprint
from services.identity.api.approval import approval_blueprint
from services.identity.api.audit import audit_blueprint
from services.identity.api.bulk import bulk_blueprint
from services.identity.api.credentials import credentials_blueprint
from services.identity.api.directory import directory_blueprint
from services.identity.api.domains import domains_blueprint
from services.identity.api.internal import internal_blueprint
from services.identity.api.mdos import mdos_blueprint
from services.identity.api.names import names_blueprint
from services.identity.api.privacy import privacy_blueprint
from services.identity.api.registration import registration_blueprint
from services.identity.api.roles import roles_blueprint
from services.identity.api.second_factor import second_factor_blueprint
from services.identity.api.session import session_blueprint
from services.identity.api.users import users_blueprint
from services.identity.commands.audit import record_denial
from services.identity.commands.credentials import Proof
from services.identity.commands.mails import MailDesk
from services.identity.commands.registration import Mailer
from services.identity.hashing import Hasher
from services.identity.rules import IdentitySettings
from services.identity.store import Store
from shared import log
from shared.auth import KeyRing, RingFile, Signer, Subjects, Verifier
from shared.mongo import Document, connect, utcnow
from shared.ops import audit_step, ops_blueprint
from shared.settings import load
from shared.web import make_app


def create_app(settings: IdentitySettings | None = None, database: Database[Document] | None = None) -> Flask:
    """Build the app from its settings; a wrong key ring stops the start with a ValueError."""
    if settings is None:
        settings = load(IdentitySettings)
        log.set_up(settings)
    database = connect(settings) if database is None else database
    store = Store(database, directory_cache=settings.directory_cache)
    path = settings.signing_keys_path
    signer = Signer(RingFile(path) if path else KeyRing.load(settings.signing_keys), settings)
    ring = KeyRing.load(settings.link_keys)
    hasher = Hasher(settings.hash_slots or None, settings.hash_waiting)
    mailer, proof = Mailer(settings, ring), Proof(hasher, settings)
    return make_app(
        settings,
        registration_blueprint(store, mailer),
        credentials_blueprint(store, mailer, hasher),
        directory_blueprint(store),
        internal_blueprint(store, MailDesk(store, settings, ring)),
        session_blueprint(store, settings, hasher, signer, ring),
        roles_blueprint(store),
        approval_blueprint(store, ring),
        users_blueprint(store, mailer),
        mdos_blueprint(store),
        domains_blueprint(store),
        audit_blueprint(store),
        account_blueprint(store, settings),
        second_factor_blueprint(store, proof, ring),
        names_blueprint(store, mailer, proof),
        bulk_blueprint(store),
        privacy_blueprint(store, proof),
        ops_blueprint(settings, database, store.publishing_names, {"audit": audit_step}),
        ready=store.ping,
        verifier=Verifier(settings, signer.jwks, Subjects(store.subjects, settings)),
        denied=lambda who, method, route: record_denial(store, who, method, route, utcnow()),
    )
