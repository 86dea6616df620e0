"""Discuss: what moves now, spaces, search, asking."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext

from portal.calls import discuss as calls
from portal.forms.discuss import AskForm
from portal.gateway import Api
from portal.guards import learner, person
from portal.i18n import name_of
from portal.views.answers import Failure, Page, optional, shown
from portal.views.desk import done, sent

pages = Blueprint("discuss", __name__, url_prefix="/discuss")
SORTS = ("trending", "new", "active", "top")
ONLY = ("mine", "followed", "unanswered")
KINDS = ("topic", "course")


def _asked(space_id: str = "") -> dict[str, str | list[str]]:
    """What the address asks for, with known values only and bounded lengths."""
    sort, only = request.args.get("sort", ""), request.args.get("only", "")
    return {
        "q": request.args.get("q", "").strip()[:100],
        "sort": sort if sort in SORTS else "trending",
        "only": only if only in ONLY else "",
        "cursor": request.args.get("cursor", "")[:500],
        "space": space_id,
    }


@pages.get("")
@learner
def home() -> Page:
    """Threads that move now, or those of a search; the busiest spaces beside them."""
    api, asked = person(), _asked()
    found = calls.threads(api, asked)
    spaces = optional(lambda: calls.spaces(api, "topic", limit="100")["items"], None)
    busy = sorted(spaces or [], key=lambda one: -one["threads"])[:10]
    return shown("discuss/home.html", found=found, asked=asked, spaces=spaces, busy=busy, sorts=SORTS)


@pages.get("/spaces")
@learner
def spaces() -> Page:
    """All spaces of topics or of courses."""
    kind, words = request.args.get("kind", ""), request.args.get("q", "").strip()[:100]
    kind = kind if kind in KINDS else "topic"
    found = calls.spaces(person(), kind, words, request.args.get("cursor", "")[:500], "50")
    return shown("discuss/spaces.html", found=found, kind=kind, words=words)


@pages.get("/spaces/<space_id>")
@learner
def space(space_id: str) -> Page:
    """The threads of one space."""
    api, asked = person(), _asked(space_id)
    place = calls.space(api, space_id)
    return shown(
        "discuss/space.html", place=place, found=calls.threads(api, asked), asked=asked, sorts=SORTS
    )  # fmt: skip


@pages.route("/ask", methods=["GET", "POST"])
@learner
def ask() -> Page:
    """Begin a thread; an address that names a space offers it first."""
    api, key = person(), request.form.get("key", "")
    wanted = request.values.get("space", "")[:200]
    form = AskForm(data=None if request.method == "POST" else {"space": wanted})
    form.space.choices = [("", gettext("Choose")), *_places(api, wanted)]
    made: dict[str, Any] = {}

    def call() -> None:
        body = {"space": form.space.data, "title": form.title.data, "body": form.body.data}
        made.update(calls.ask(api, body, key))

    taken, failure = sent(form, call)
    if taken:
        told = gettext("Your question is there. You are told when somebody replies.")
        return done(url_for("thread.thread", thread_id=made["id"]), told)
    return _ask_page(form, failure)


def _ask_page(form: AskForm, failure: Failure | None) -> Page:
    return shown("discuss/ask.html", failure, form=form)


def _places(api: Api, wanted: str) -> list[tuple[str, str]]:
    """The spaces of topics by name, and the one that the address or the form names."""
    found: list[dict[str, Any]] = optional(lambda: calls.spaces(api, "topic", limit="100")["items"], [])
    if wanted and wanted not in {one["id"] for one in found}:
        named = optional(lambda: calls.space(api, wanted), None)
        found = [named, *found] if named else found
    return [(one["id"], name_of(one) or one["ref"]) for one in sorted(found, key=name_of)]
