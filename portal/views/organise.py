"""Organising events: the list, the form, review, publishing, cancelling, who came."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request, session, url_for
from flask_babel import gettext

from portal.calls import catalog, identity, onboarding
from portal.calls import events as calls
from portal.forms.events import LATER, EventForm
from portal.forms.mdo import ReasonForm
from portal.gateway import Api
from portal.guards import held, holds, person
from portal.i18n import name_of, words
from portal.views.answers import Failure, Page, optional, shown
from portal.views.desk import done, form_page, pressed, sent, unit_choices
from portal.views.events import ORGANISERS

pages = Blueprint("organise", __name__, url_prefix="/events/organise")
FRAME = "organise/frame.html"
STATES = ("draft", "review", "published", "cancelled")
FIELDS = {
    "title": "title_en", "about": "about_en",
    **{f"{name}.{code}": f"{name}_{code}" for name in ("title", "about") for code in ("en", "hi")},
    **{f"speakers.{n}": "speakers" for n in range(10)}, **{f"topics.{n}": "topics" for n in range(5)},
}  # fmt: skip


@pages.get("")
@holds(*ORGANISERS)
def home() -> Page:
    """Events one may edit or review, by state."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    found = calls.organised(person(), state, request.args.get("cursor", "")[:500])
    return shown("organise/home.html", found=found, state=state, states=STATES, writes=_writes())


def _writes() -> bool:
    """Whether the person may write events, not only review them."""
    return held("CONTENT_CREATOR", "MDO_ADMIN", "SPV_ADMIN")


@pages.route("/new", methods=["GET", "POST"])
@holds("CONTENT_CREATOR", "MDO_ADMIN", "SPV_ADMIN")
def new() -> Page:
    """Write an event; nobody sees it until it is published."""
    api, form, key = person(), EventForm(), request.form.get("key", "")
    if request.method == "GET":
        form.audience.data, form.capacity.data = "all", 0
    find = request.form.get("find_words", "").strip()[:200]
    _offer(api, form, find)
    if "find" in request.form:
        return shown("organise/form.html", None, form=form, find=find, event=None)
    made: dict[str, Any] = {}
    taken, failure = sent(form, lambda: made.update(calls.draft(api, form.body(), key)), FIELDS)
    if taken:
        told = gettext("Saved as a draft. Look at it, then hand it in for review.")
        return done(url_for("organise.event", event_id=made["id"]), told)
    return shown("organise/form.html", failure, form=form, find=find, event=None)


def _offer(api: Api, form: EventForm, find: str) -> None:
    """What can be chosen: units one acts for, topics, the course chosen and those just found."""
    units = optional(lambda: unit_choices(api), None) or _own_unit(api)
    form.mdo_id.choices = [("", gettext("The platform")), *units] if held("SPV_ADMIN") else units
    topics: list[dict[str, Any]] = optional(lambda: onboarding.topics(api), [])
    form.topics.choices = [(one["id"], name_of(one)) for one in topics]
    chosen = form.course_id.data
    cards = list(optional(lambda: catalog.cards(api, [chosen]), {}).values()) if chosen else []
    cards += optional(lambda: catalog.search(api, {"q": find}), {"items": []})["items"] if find else []
    known = {card["id"]: words(card["title"]) for card in cards}
    form.course_id.choices = [("", gettext("None")), *list(known.items())[:20]]


def _own_unit(api: Api) -> list[tuple[str, str]]:
    """The unit one works for, where identity shows no tree."""
    mine: dict[str, Any] = optional(lambda: identity.me(api), {}).get("mdo") or {}
    return [(mine["id"], name_of(mine))] if mine else []


@pages.get("/<event_id>")
@holds(*ORGANISERS)
def event(event_id: str) -> Page:
    """One event with everything organisers need, and the next step."""
    found = calls.organise(person(), event_id)
    mine = (found.get("created_by") or {}).get("id") == session["user"].get("id")
    return shown("organise/event.html", event=found, own=mine)


@pages.route("/<event_id>/edit", methods=["GET", "POST"])
@holds(*ORGANISERS)
def edit(event_id: str) -> Page:
    """Change a draft, or of a published event what may still change."""
    api = person()
    found = calls.organise(api, event_id)
    if not found["may_edit"]:
        abort(404)
    form = EventForm(data=None if request.method == "POST" else EventForm.typed(found))
    if found["state"] != "draft":
        for name in [name for name in form._fields if name not in (*LATER, "csrf_token")]:
            del form[name]
    else:
        _offer(api, form, request.form.get("find_words", "").strip()[:200])
    return _edited(api, form, found)


def _edited(api: Api, form: EventForm, found: dict[str, Any]) -> Page:
    find = request.form.get("find_words", "").strip()[:200]
    version = request.form.get("version", type=int) or found["version"]
    failure: Failure | None = None
    if "find" not in request.form:
        taken, failure = sent(form, lambda: calls.change(api, found["id"], form.body(), version), FIELDS)
        if taken:
            return done(url_for("organise.event", event_id=found["id"]), gettext("Saved."))
    return shown("organise/form.html", failure, form=form, find=find, event=found, version=found["version"])


@pages.post("/<event_id>/<any(submit, publish):action>")
@holds(*ORGANISERS)
def step(event_id: str, action: str) -> Page:
    """Hand a draft in, or publish what was reviewed."""
    api, back = person(), url_for("organise.event", event_id=event_id)
    call = calls.submit if action == "submit" else calls.publish
    handed_in = gettext("Handed in. Somebody else reviews and publishes it.")
    told = handed_in if action == "submit" else gettext("Published. People can register now.")
    return pressed(lambda: call(api, event_id), back, told, FRAME)


@pages.route("/<event_id>/<any(return, cancel):action>", methods=["GET", "POST"])
@holds(*ORGANISERS)
def because(event_id: str, action: str) -> Page:
    """Return an event to its author, or cancel it; both need a reason."""
    api, form = person(), ReasonForm()
    call = calls.hand_back if action == "return" else calls.cancel
    back = url_for("organise.event", event_id=event_id)
    taken, failure = sent(form, lambda: call(api, event_id, form.reason.data or ""))
    if taken:
        returned = gettext("Returned to its author with your reason.")
        return done(
            back, returned if action == "return" else gettext("Cancelled. Registered people are told.")
        )
    button = gettext("Return the event to its author") if action == "return" else gettext("Cancel the event")
    name = words(optional(lambda: calls.organise(api, event_id)["title"], {}))
    lead = "" if action == "return" else gettext("Registered and waiting people are told, with your reason.")
    title = f"{button}: {name}" if name else button
    return form_page(FRAME, title, form, failure, button, lead=lead, back=back)


@pages.route("/<event_id>/people", methods=["GET", "POST"])
@holds(*ORGANISERS)
def people(event_id: str) -> Page:
    """Who is registered, waits or came; from the beginning on, note who is there."""
    api, failure = person(), None
    found = calls.organise(api, event_id)
    if request.method == "POST":
        marked = request.form.getlist("user_ids")[:200]
        if marked:
            back = url_for("organise.people", event_id=event_id)
            answer: dict[str, Any] = {}
            page = pressed(
                lambda: answer.update(calls.attended(api, event_id, marked)), back, gettext("Saved."), FRAME
            )
            if not answer.get("refused"):
                return page
            told = gettext("Saved, but not for those who are not registered, and not for yourself.")
            return done(back, told)
        failure = Failure(422, general=[gettext("Tick who was there.")])
    listed = calls.registrations(api, event_id, request.args.get("cursor", "")[:500])
    return shown("organise/people.html", failure, event=found, found=listed)
