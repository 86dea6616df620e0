"""Competencies: the two pickers of the wizard, the passport with the gap, one competency."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, session, url_for
from flask_babel import gettext

from portal.calls import catalog, onboarding
from portal.gateway import Api
from portal.guards import guest, learner, person, signed_in
from portal.views import onboarding as wizard
from portal.views.answers import Failure, Page, attempt, optional, shown

pages = Blueprint("competencies", __name__, url_prefix="/competencies")


@wizard.pages.route("/competencies/current", methods=["GET", "POST"])
@signed_in
def current() -> Page:
    """What the person can do today, with the level."""
    return _pick("current", "onboarding.current")


@wizard.pages.route("/competencies/desired", methods=["GET", "POST"])
@signed_in
def desired() -> Page:
    """Which level the person wants to reach; a competency already held may be wanted higher."""
    return _pick("desired", "onboarding.desired")


def _pick(which: str, endpoint: str) -> Page:
    api = person()
    words, kind = request.values.get("q", "").strip()[:100], request.values.get("type", "")
    failure = None
    if request.method == "POST":
        failure = _save(api, which)
        if not failure and ("continue" in request.form or "skip" in request.form):
            return wizard.leave(api, which)
        if not failure:
            return redirect(url_for(endpoint, q=words or None, type=kind or None) + "#chosen", 303)
    return _picker(api, which, endpoint, words, kind, failure)


def _save(api: Api, which: str) -> Failure | None:
    """Set what is chosen: as stored, as picked now, without what is removed."""
    mine = onboarding.my_competencies(api)
    levels = {
        item["competency_id"]: item["level"] for item in mine[which] if item.get("source", "self") == "self"
    }
    picked = {
        name.removeprefix("level-"): int(value)
        for name, value in request.form.items()
        if name.startswith("level-") and value in "12345" and value
    }
    wanted = {**levels, **picked}
    wanted.pop(request.form.get("remove", ""), None)
    if wanted == levels:
        return None
    told: dict[str, Any] = {}
    failure = attempt(lambda: told.update(onboarding.set_competencies(api, which, wanted)))
    if told.get("warnings"):
        session["notice"] = gettext("Saved. One of the levels you want is below the level you have.")
    return failure


def _picker(api: Api, which: str, endpoint: str, words: str, kind: str, failure: Failure | None) -> Page:
    mine = onboarding.my_competencies(api)
    chosen = {item["competency_id"]: item for item in mine[which]}
    held = {item["competency_id"]: item["level"] for item in mine["current"]}
    found = optional(lambda: onboarding.competencies(api, words, kind, request.args.get("cursor", "")), None)
    others = [item for item in (found or {}).get("items", []) if item["id"] not in chosen]
    return shown(
        "competencies/picker.html", failure, which=which, endpoint=endpoint, words=words, kind=kind,
        chosen=chosen, held=held, others=others, down=found is None, answer=found or {},
        known={item["id"]: item for item in (found or {}).get("items", [])},
    )  # fmt: skip


@pages.get("")
@learner
def passport() -> Page:
    """What is held and proved, what is wanted, and the gap with its reasons."""
    api = person()
    mine = onboarding.my_competencies(api)
    gap = optional(lambda: onboarding.gap(api), None)
    return shown("competencies/passport.html", mine=mine, gap=gap)


@pages.get("/<competency_id>")
@learner
def competency(competency_id: str) -> Page:
    """One competency with its levels and the courses that teach it."""
    api = person()
    found = onboarding.competency(api, competency_id)
    courses = optional(lambda: catalog.search(guest(), {"competency": competency_id}), {"items": []})
    return shown("competencies/competency.html", competency=found, courses=courses["items"][:6])
