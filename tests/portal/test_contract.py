"""Each path that the portal calls is one that the services offer."""

from __future__ import annotations

import json
import re
from pathlib import Path

from flask import Flask
from werkzeug.exceptions import HTTPException

import portal
from services.notifier.rules.notices import NOTICES

ROOT = Path(portal.__file__).parents[1]
CALL = re.compile(r'api\.(get|post|put|patch|delete|download)\(\s*(?:f"\{_V1\}([^"]*)"|path)')
PATH = re.compile(r'path = f"\{_V1\}([^"]*)"')


def called(service: str) -> set[tuple[str, str]]:
    """Method and path of each call of one file, with every parameter as {}."""
    text = (ROOT / "portal" / "calls" / f"{service}.py").read_text(encoding="utf-8")
    found = set()
    for body in re.split(r"\ndef ", text)[1:]:
        named = PATH.search(body)
        for method, path in CALL.findall(body):
            plain = path or (named[1] if named else "")
            verb = "get" if method == "download" else method
            found.add((verb, re.sub(r"\{\w+\}", "{}", f"/api/{service}/v1{plain}")))
    return found


def offered(service: str) -> set[tuple[str, str]]:
    """What the service's reference lists; the kinds of /browse are written out there."""
    paths = json.loads((ROOT / "docs" / "openapi" / f"{service}.json").read_text(encoding="utf-8"))["paths"]
    plain = {(verb, re.sub(r"\{\w+\}", "{}", path)) for path, verbs in paths.items() for verb in verbs}
    kinds = {("get", "/api/catalog/v1/browse/{}"), ("put", "/api/onboarding/v1/profiles/me/competencies/{}")}
    return plain | kinds


def test_every_call_has_its_route() -> None:
    services = ("identity", "onboarding", "catalog", "progress", "notifier")

    missing = {service: sorted(called(service) - offered(service)) for service in services}
    assert {service: paths for service, paths in missing.items() if paths} == {}
    assert sum(len(called(service)) for service in services) > 70


MAIL_LINK = re.compile(r"""site ~ "(/[^"]*)"|\{\{ site \}\}(/[^\s"<{]+)""")
TEMPLATES = ROOT / "services" / "notifier" / "templates"


def named() -> set[str]:
    """Addresses of this site that mails and notices name outright."""
    texts = [file.read_text(encoding="utf-8") for file in TEMPLATES.rglob("*.*")]
    mails = {found for text in texts for pair in MAIL_LINK.findall(text) for found in pair if found}
    return mails | {kind.link for kind in NOTICES.values()}


def has_page(app: Flask, path: str) -> bool:
    """Whether an address can be opened."""
    try:
        app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return False
    return True


def test_every_address_that_a_mail_or_notice_names_is_a_page(app: Flask) -> None:
    computed = {"/confirm-email", "/set-password", "/courses/c1", "/me/certificates/n1", "/me/why/e1"}

    assert len(named()) > 10
    assert {path for path in named() | computed if not has_page(app, path)} == set()
    assert not has_page(app, "/mdo/name-changes")
