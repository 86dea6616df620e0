"""Courses that people have to take: writing, trying, publishing, watching."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext

from portal.calls import catalog, mandates, people
from portal.forms.mdo import MandateForm
from portal.gateway import Api
from portal.guards import needs, person
from portal.i18n import words
from portal.views.answers import Failure, Page, attempt, optional, shown
from portal.views.desk import done, names_of, position_choices, pressed, sent, unit_choices, units_of
from portal.views.mdo import FRAME, pages


@pages.get("/mandates")
@needs("mdo")
def mandate_list() -> Page:
    """All mandates of one's units."""
    return shown("mdo/mandates.html", found=mandates.mandates(person(), request.args.get("cursor", "")))


@pages.route("/mandates/new", methods=["GET", "POST"])
@needs("mdo")
def mandate_new() -> Page:
    """Write a mandate; it binds nobody until it is published."""
    api, form, key = person(), MandateForm(), request.form.get("key", "")
    find = request.form.get("find_words", "").strip()[:200]
    offer(api, form, find)
    if "find" in request.form:
        return _page(form, None, find)
    strangers: list[str] = []
    ids = named(api, form.emails.data or "", strangers) if request.method == "POST" else []
    made: dict[str, Any] = {}
    taken, failure = sent(form, lambda: made.update(mandates.draft(api, form.body(ids), key)), ERRORS)
    if not taken:
        return _page(form, failure, find)
    told = gettext("Saved as a draft. Try it, then publish it.")
    return done(url_for("mdo.mandate", mandate_id=made["id"]), told + left_out(strangers))


ERRORS = {"audience": "mdo_ids", "title": "title_en"} | {f"course_ids.{n}": "course_ids" for n in range(20)}


def left_out(strangers: list[str]) -> str:
    """What is said of addresses that nobody has."""
    said = gettext("Not found and left out: %(names)s", names=", ".join(strangers))
    return f" {said}" if strangers else ""


def _page(form: MandateForm, failure: Failure | None, find: str) -> Page:
    return shown("mdo/mandate_new.html", failure, form=form, find=find, mandate=None)


def offer(api: Api, form: MandateForm, find: str) -> None:
    """What can be chosen: courses already chosen and those just found, units, positions."""
    chosen = form.course_ids.data or []
    cards: list[dict[str, Any]] = list(optional(lambda: catalog.cards(api, chosen), {}).values())
    query: dict[str, str | list[str]] = {"q": find}
    cards += optional(lambda: catalog.search(api, query), {"items": []})["items"]
    form.course_ids.choices = list({card["id"]: words(card["title"]) for card in cards}.items())[:40]
    form.mdo_ids.choices, form.position_ids.choices = unit_choices(api), position_choices(api)


def named(api: Api, text: str, strangers: list[str]) -> list[str]:
    """Ids of the people whose addresses stand in the field; unknown ones go to `strangers`."""
    ids = []
    for address in list(dict.fromkeys(text.lower().split()))[:50]:
        found = people.users(api, {"q": address}).get("items", [])
        same = [one["id"] for one in found if one["email"].lower() == address]
        ids += same
        strangers += [] if same else [address]
    return ids


@pages.get("/mandates/<mandate_id>")
@needs("mdo")
def mandate(mandate_id: str) -> Page:
    """One mandate, with the report by unit once it is published."""
    return _mandate(person(), mandate_id, None, None)


def _mandate(api: Api, mandate_id: str, tried: dict[str, Any] | None, failure: Failure | None) -> Page:
    found = mandates.mandate(api, mandate_id)
    report = None
    if found["status"] != "draft":
        report = optional(lambda: mandates.report(api, mandate_id, request.args.get("cursor", "")), None)
    changes = _changes(found)
    moved = {row["field"]: row["gone"] + row["new"] for row in changes}
    courses = list(dict.fromkeys([*found["course_ids"], *moved.get("course_ids", [])]))
    return shown(
        "mdo/mandate.html", failure, found=found, held=found["rule"] if changes else found, tried=tried,
        report=report, units=units_of(api),
        courses=optional(lambda: catalog.cards(api, courses), {}), positions=dict(position_choices(api)),
        changes=changes, who=names_of(api, moved.get("user_ids", [])),
    )  # fmt: skip


AUDIENCE = ("mdo_ids", "position_ids", "groups", "user_ids")


def _changes(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Where the draft differs from what is in force: what goes and what comes."""
    rule = found.get("rule")
    if found["status"] != "published" or not rule:
        return []
    before, after = _flat(rule), _flat(found)
    rows = [
        {
            "field": name,
            "gone": [one for one in before[name] if one not in after[name]],
            "new": [one for one in after[name] if one not in before[name]],
        }
        for name in after
    ]
    return [row for row in rows if row["gone"] or row["new"]]


def _flat(rule: dict[str, Any]) -> dict[str, list[Any]]:
    audience = rule.get("audience") or {}
    single = ("title", "due", "reason", "order_number")
    return {
        "course_ids": list(rule.get("course_ids") or []),
        **{name: list(audience.get(name) or []) for name in AUDIENCE},
        **{name: [rule[name]] if rule.get(name) else [] for name in single},
    }


@pages.post("/mandates/<mandate_id>/try")
@needs("mdo")
def mandate_try(mandate_id: str) -> Page:
    """Say what publishing would do; nothing changes."""
    api, tried = person(), dict[str, Any]()
    failure = attempt(lambda: tried.update(mandates.dry_run(api, mandate_id)))
    return _mandate(api, mandate_id, tried or None, failure)


@pages.post("/mandates/<mandate_id>/<any(publish, retire):action>")
@needs("mdo")
def mandate_act(mandate_id: str, action: str) -> Page:
    """Publish a mandate or end it."""
    api, back = person(), url_for("mdo.mandate", mandate_id=mandate_id)
    call = mandates.publish if action == "publish" else mandates.retire
    published = gettext("Published. The people it binds are told within minutes.")
    told = published if action == "publish" else gettext("Ended. It binds nobody any more.")
    return pressed(lambda: call(api, mandate_id), back, told, FRAME)
