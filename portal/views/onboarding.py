"""The wizard: welcome, roles, topics, walkthrough; every button saves what was typed or ticked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.calls import onboarding
from portal.forms.onboarding import RolesForm, TopicForm, role_form, roles_form
from portal.gateway import Api
from portal.guards import person, signed_in
from portal.session import pass_gate
from portal.views.answers import Failure, Page, attempt, optional, shown, submit

pages = Blueprint("onboarding", __name__, url_prefix="/onboarding")
STEPS = {
    "welcome": "onboarding.start",
    "roles": "onboarding.roles",
    "topics": "onboarding.topics",
    "current": "onboarding.current",
    "desired": "onboarding.desired",
    "walkthrough": "onboarding.walkthrough",
}


def leave(api: Api, step: str) -> Response:
    """Mark the step saved, or skipped, and go to the next one."""
    onboarding.save_step(api, step, "skip" in request.form)
    names = list(STEPS)
    return redirect(url_for(STEPS[names[names.index(step) + 1]]), 303)


@pages.get("")
@signed_in
def start() -> Page:
    """Welcome, and how far the person is."""
    return shown("onboarding/start.html", me=onboarding.me(person()), steps=STEPS)


@pages.post("")
@signed_in
def begin() -> Page:
    """Let's Go: on to the first open step."""
    api = person()
    me = onboarding.save_step(api, "welcome", False)
    step = me.get("next") if me.get("next") in STEPS else None
    return redirect(url_for(STEPS[step] if step and step != "welcome" else "onboarding.roles"), 303)


@pages.route("/roles", methods=["GET", "POST"])
@signed_in
def roles() -> Page:
    """Roles with their activities; Add and Enter add what is typed, Continue adds it and goes on."""
    api = person()
    known = onboarding.roles(api)
    form = roles_form(known)
    failure = None
    if request.method == "POST":
        failure = Failure() if not form.validate() else _add(api, form, known)
        if not failure and ("continue" in request.form or "skip" in request.form):
            return leave(api, "roles")
        if not failure:
            return redirect(url_for("onboarding.roles") + "#title", 303)
        known = onboarding.roles(api)
    return shown("onboarding/roles.html", failure, form=form, roles=known)


def _add(api: Api, form: RolesForm, known: list[dict[str, Any]]) -> Failure | None:
    """Add what was typed into any of the fields."""
    key = request.form.get("key", "")
    title, activity = form.title.data, form.activity.data
    if activity and not title:
        form.title.errors = [gettext("Enter the role this activity belongs to")]
        return Failure()
    if title:
        names = {"activities": "activity", "activities.0": "activity"}
        first = [activity] if activity else []
        failure = submit(form, lambda: onboarding.add_role(api, title, first, key), names)
        if failure:
            return failure
        form.title.data = form.activity.data = ""
    for role in known:
        field = form[f"activity_{role['id']}"]
        if field.data:
            failure = submit(form, _more(api, role["id"], field.data, key), {"text": field.name})
            if failure:
                return failure
            field.data = ""
    return None


def _more(api: Api, role_id: str, text: str, key: str) -> Any:
    return lambda: onboarding.add_activity(api, role_id, text, f"{key}.{role_id}"[:64])


def _role(api: Api, role_id: str) -> dict[str, Any]:
    found = next((role for role in onboarding.roles(api) if role["id"] == role_id), None)
    return found or abort(404)


@pages.route("/roles/<role_id>", methods=["GET", "POST"])
@signed_in
def role(role_id: str) -> Page:
    """Edit a role; a change made elsewhere is shown beside one's own."""
    api = person()
    stored = _role(api, role_id)
    form = role_form(stored)
    if request.method != "POST":
        return shown("onboarding/role.html", form=form, role=stored, version=stored["version"])
    failure: Failure | None = Failure()
    if form.validate():
        failure = _change(api, form, stored)
    if failure:
        theirs = failure.current or (stored if failure.status == 409 else None)
        version = (theirs or {}).get("version", request.form.get("version", ""))
        return shown("onboarding/role.html", failure, form=form, role=stored, version=version, theirs=theirs)
    return redirect(url_for("onboarding.roles"), 303)


def _change(api: Api, form: Any, stored: dict[str, Any]) -> Failure | None:
    texts = [form[f"activity_{part['id']}"].data for part in stored["activities"]]
    version = request.form.get("version", type=int, default=stored["version"])
    names = {f"activities.{n}": f"activity_{part['id']}" for n, part in enumerate(stored["activities"])}
    return submit(
        form, lambda: onboarding.change_role(api, stored["id"], form.title.data, texts, version), names
    )


@pages.route("/roles/<role_id>/delete", methods=["GET", "POST"])
@signed_in
def delete_role(role_id: str) -> Page:
    """Ask, saying what goes, then delete the role."""
    api = person()
    if request.method != "POST":
        return shown("onboarding/delete.html", role=_role(api, role_id), activity=None)
    onboarding.delete_role(api, role_id)
    session["notice"] = gettext("The role is deleted.")
    return redirect(url_for("onboarding.roles"), 303)


@pages.route("/roles/<role_id>/activities/<activity_id>/delete", methods=["GET", "POST"])
@signed_in
def delete_activity(role_id: str, activity_id: str) -> Page:
    """Ask, then delete one activity."""
    api = person()
    if request.method != "POST":
        role = _role(api, role_id)
        activity = next((part for part in role["activities"] if part["id"] == activity_id), None)
        return shown("onboarding/delete.html", role=role, activity=activity or abort(404))
    onboarding.delete_activity(api, role_id, activity_id)
    session["notice"] = gettext("The activity is deleted.")
    return redirect(url_for("onboarding.roles"), 303)


@pages.route("/topics", methods=["GET", "POST"])
@signed_in
def topics() -> Page:
    """Choose topics; searching and adding keep what is ticked."""
    api = person()
    failure = None
    words = request.values.get("q", "").strip()[:100]
    chosen = request.form.getlist("topic")
    if request.method == "POST":
        failure = attempt(lambda: onboarding.choose_topics(api, chosen))
        if not failure and "add" in request.form:
            return redirect(url_for("onboarding.new_topic"), 303)
        if not failure and "find" not in request.form:
            return leave(api, "topics")
        if not failure:
            return redirect(url_for("onboarding.topics", q=words or None) + "#topics", 303)
    return _topics_page(api, words, chosen if failure else None, failure)


def _topics_page(api: Api, words: str, typed: list[str] | None, failure: Failure | None) -> Page:
    offered = optional(lambda: onboarding.topics(api), None)
    mine = optional(lambda: onboarding.my_topics(api), {"items": [], "proposals": []})
    chosen = typed if typed is not None else [topic["id"] for topic in mine["items"]]
    found = offered if not words else optional(lambda: onboarding.topics(api, words), [])
    ids = {topic["id"] for topic in found or []} | set(chosen)
    groups: dict[str, list[dict[str, Any]]] = {}
    for topic in offered or []:
        if topic["id"] in ids:
            groups.setdefault(topic["group"], []).append(topic)
    return shown(
        "onboarding/topics.html", failure, groups=groups, chosen=chosen, words=words, down=offered is None,
        proposals=mine.get("proposals", []), found=len(found or []),
    )  # fmt: skip


@pages.route("/topics/new", methods=["GET", "POST"])
@signed_in
def new_topic() -> Page:
    """Propose a topic; one that exists is offered instead."""
    api, form = person(), TopicForm()
    if request.method != "POST":
        return shown("onboarding/topic.html", form=form)
    failure: Failure | None = Failure()
    if form.validate():
        key = request.form.get("key", "")
        failure = submit(form, lambda: onboarding.propose_topic(api, form.name.data, form.reason.data, key))
    if failure:
        return shown("onboarding/topic.html", failure, form=form, existing=failure.current)
    session["notice"] = gettext(
        "Your topic is proposed. An administrator decides; you see the state in the list."
    )
    return redirect(url_for("onboarding.topics"), 303)


@pages.route("/walkthrough", methods=["GET", "POST"])
@signed_in
def walkthrough() -> Page:
    """What the platform has; Done opens it."""
    api = person()
    if request.method != "POST":
        return shown("onboarding/walkthrough.html")
    onboarding.save_step(api, "walkthrough", False)
    me = onboarding.complete(api)
    if not me.get("profile_complete"):
        return redirect(url_for("profile.edit"), 303)
    pass_gate()
    return redirect(url_for("home.home"), 303)
