"""Each service's web app without servers behind it, for the references and the access table."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import fields
from typing import Any

from flask import Flask

from deploy.local.servers import key_ring
from shared.mongo import connect
from shared.settings import Settings

NOWHERE = "http://127.0.0.1:1"


@contextmanager
def unconnected(service: str) -> Iterator[Flask]:
    """The app of one service with addresses that nobody answers; it lists its routes and no more."""
    rules = importlib.import_module(f"services.{service}.rules")
    cls = getattr(rules, f"{service.capitalize()}Settings")
    known = {one.name for one in fields(cls)}
    settings: Settings = cls(**{name: value for name, value in _values(service).items() if name in known})
    with closing(connect(settings).client) as client:
        yield importlib.import_module(f"services.{service}.app").create_app(settings, client["unused"])


def _values(service: str) -> dict[str, Any]:
    return {
        "service": service,
        "mongodb_uri": "mongodb://127.0.0.1:1/?directConnection=true",
        "signing_keys": key_ring(),
        "link_keys": key_ring(),
        "badge_keys": key_ring(),
        "file_links": key_ring(),
        "files_url": "memory://",
        "mail_from": "no-reply@karmayogi.example",
        "smtp_url": "smtp://127.0.0.1:1",
        "identity_url": NOWHERE,
        "catalog_url": NOWHERE,
        "identity_credential": "x",
    }
