"""A store of onboarding with a small dictionary, its HTTP door, and people who ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pymongo.database import Database

from services.onboarding.app import create_app
from services.onboarding.handlers import Onboarding
from services.onboarding.rules import OnboardingSettings
from services.onboarding.store import Store, ensure_indexes
from shared.auth import Subjects
from tests.service_kit import SIGNER

SEED = Path(__file__).parent / "seed"
SETTINGS = OnboardingSettings(service="onboarding", environment="test", dictionary_cache=0.0)


@pytest.fixture
def store(database: Database[dict[str, Any]]) -> Store:
    """An empty store with the small dictionary."""
    ensure_indexes(database, SEED)
    return Store(database)


@pytest.fixture
def app(store: Store) -> Flask:
    """The web app over the same store."""
    return create_app(SETTINGS, store.database, SIGNER.jwks)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The HTTP door over the same store."""
    return app.test_client()


@pytest.fixture
def onboarding(store: Store) -> Onboarding:
    """What the handlers work with."""
    return Onboarding(store, Subjects(store.subjects, SETTINGS), SETTINGS)
