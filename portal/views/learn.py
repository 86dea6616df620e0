"""Learn: search with facets, and browsing by topic, competency and provider."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request, session
from flask_babel import gettext

from portal.calls import catalog
from portal.gateway import Api
from portal.guards import anyone
from portal.i18n import words
from portal.views.answers import Page, shown

pages = Blueprint("learn", __name__, url_prefix="/learn")
FACETS = (
    "content_type",
    "resource_type",
    "provider",
    "topic",
    "competency",
    "duration",
    "locale",
    "mode",
    "rating",
)
SORTS = ("relevance", "newest", "rating", "popularity")


def query() -> dict[str, str | list[str]]:
    """What the address asks for, with known names only and bounded lengths."""
    asked: dict[str, str | list[str]] = {
        name: [value[:100] for value in request.args.getlist(name) if value][:20]
        for name in (*FACETS, "level")
    }
    asked["q"] = request.args.get("q", "").strip()[:200]
    asked["sort"] = request.args.get("sort", "") if request.args.get("sort") in SORTS else ""
    asked["cursor"] = request.args.get("cursor", "")[:500]
    return asked


@pages.get("")
def search() -> Page:
    """The list of courses for words and filters; no words list everything."""
    return _results(anyone(), query(), gettext("Learn"))


@pages.get("/topics", defaults={"kind": "topics"})
@pages.get("/competencies", defaults={"kind": "competencies"})
@pages.get("/providers", defaults={"kind": "providers"})
def browse(kind: str) -> Page:
    """All topics, competencies or providers that have courses, A to Z."""
    items = sorted(catalog.browse(anyone(), kind), key=lambda item: words(item["name"]).casefold())
    return shown("learn/browse.html", kind=kind, things=[item for item in items if item.get("count")])


@pages.get("/topics/<thing_id>", defaults={"kind": "topic"})
@pages.get("/competencies/<thing_id>", defaults={"kind": "competency"})
@pages.get("/providers/<thing_id>", defaults={"kind": "provider"})
def within(kind: str, thing_id: str) -> Page:
    """The courses of one topic, competency or provider."""
    asked = query()
    asked[kind] = [thing_id]
    return _results(anyone(), asked, "", kind)


def _results(api: Api, asked: dict[str, str | list[str]], title: str, within: str = "") -> Page:
    answer = catalog.search(api, asked)
    facets = answer.get("facets") or {}
    chosen = _chosen(facets, asked, within)
    if within:
        title = _title(facets, within, asked) or gettext("Courses")
    return shown(
        "learn/search.html", answer=answer, facets={name: facets.get(name) or [] for name in FACETS if name != within},
        chosen=chosen, asked=asked, title=title, sorts=SORTS, signed="user" in session,
        plain=request.script_root + request.path,
    )  # fmt: skip


def _title(facets: dict[str, Any], within: str, asked: dict[str, Any]) -> str:
    values = facets.get(within) or []
    found = next((value for value in values if str(value["value"]) in asked[within]), None)
    return words(found["name"]) if found else ""


def _chosen(facets: dict[str, Any], asked: dict[str, Any], within: str) -> list[dict[str, str]]:
    """One chip for each chosen filter, with the address that drops it."""
    chips = []
    for name in FACETS:
        names = {str(value["value"]): value["name"] for value in facets.get(name) or []}
        for value in asked[name] if name != within else []:
            chips.append(
                {"facet": name, "value": value, "name": names.get(value, value), "drop": without(name, value)}
            )
    return chips


def without(name: str, value: str) -> str:
    """The query of the page in hand without one value."""
    kept = [pair for pair in request.args.items(multi=True) if pair != (name, value) and pair[0] != "cursor"]
    return urlencode(kept)
