"""Openings of one's units: writing, publishing, closing, who applied."""

from __future__ import annotations

from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext

from portal.calls import careers, dictionary, onboarding
from portal.forms.careers import OpeningForm
from portal.gateway import Api
from portal.guards import needs, person
from portal.i18n import NAMES
from portal.views.answers import Failure, Page, optional, shown
from portal.views.desk import done, position_choices, pressed, sent, unit_choices
from portal.views.mdo import FRAME, pages

STATES = ("draft", "published", "closed")
MOST = 20
FIELDS = {
    "title": "title_en", "about": "about_en",
    **{f"{name}.{code}": f"{name}_{code}" for name in ("title", "about") for code in NAMES},
}  # fmt: skip


@pages.get("/openings")
@needs("mdo")
def openings() -> Page:
    """Openings of one's units, by state."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    found = careers.recruiting(person(), state, request.args.get("cursor", "")[:500])
    return shown("mdo/openings.html", found=found, state=state)


@pages.route("/openings/new", methods=["GET", "POST"])
@needs("mdo")
def opening_new() -> Page:
    """Write an opening; nobody sees it until it is published."""
    api, form, key = person(), OpeningForm(), request.form.get("key", "")
    made: dict[str, Any] = {}
    levels = _levels()
    if "find" in request.form or "fetch" in request.form:
        return _form(api, form, None, levels, None)
    taken, failure = _sent(form, levels, lambda: made.update(careers.draft(api, form.body(levels), key)))
    if not taken:
        return _form(api, form, failure, levels, None)
    told = gettext("Saved as a draft. Look at it, then publish it.")
    return done(url_for("mdo.opening", opening_id=made["id"]), told)


def _sent(form: OpeningForm, levels: dict[str, int], call: Any) -> tuple[bool, Failure | None]:
    """As for every form; the competencies are chosen outside of it."""
    if request.method == "POST" and not 1 <= len(levels) <= MOST:
        form.validate()
        return False, Failure(422, general=[gettext("Choose 1 to 20 competencies with their levels.")])
    return sent(form, call, FIELDS)


def _levels() -> dict[str, int]:
    """The competencies of the form with a level; those without one are left out."""
    return {
        name.removeprefix("level-"): int(value)
        for name, value in request.form.items()
        if name.startswith("level-") and value in ("1", "2", "3", "4", "5")
    }


def _form(
    api: Api, form: OpeningForm, failure: Failure | None, levels: dict[str, int], found: dict[str, Any] | None
) -> Page:
    """The form; `find` adds competencies by words, `fetch` those that the position needs."""
    form.mdo_id.choices, form.position_id.choices = unit_choices(api), position_choices(api)
    find = request.form.get("find_words", "").strip()[:100]
    names = {one["competency"]["id"]: one["competency"] for one in (found or {}).get("competencies", [])}
    if "fetch" in request.form:
        levels = _needed(api, form.position_id.data or "") | levels
    offered: list[dict[str, Any]] = []
    if find:
        offered = optional(lambda: onboarding.competencies(api, find), {"items": []})["items"][:10]
    names |= {one["id"]: one for one in offered}
    for key in levels.keys() - names.keys():
        names[key] = _competency(api, key)
    keys = list(dict.fromkeys([*levels, *(one["id"] for one in offered)]))
    rows = [(names[key], levels.get(key, 0)) for key in keys]
    return shown("mdo/opening_form.html", failure, form=form, rows=rows, find=find, opening=found)


def _competency(api: Api, key: str) -> dict[str, Any]:
    """The name of one competency, or its id while onboarding does not answer."""
    return dict(optional(lambda: onboarding.competency(api, key), {"id": key, "name": key}))


def _needed(api: Api, position_id: str) -> dict[str, int]:
    """What the dictionary says of a position; nothing while it does not answer."""
    known: dict[str, Any] = optional(lambda: dictionary.position(api, position_id), {}) if position_id else {}
    needs_ = (known.get("competencies") or [])[:MOST]
    return {str(need["competency_id"]): int(need["level"]) for need in needs_}


@pages.get("/openings/<opening_id>")
@needs("mdo")
def opening(opening_id: str) -> Page:
    """One opening with the people who applied, best match first."""
    api = person()
    found = _own(api, opening_id)
    applied = None
    if found["state"] != "draft":
        cursor = request.args.get("cursor", "")[:500]
        applied = optional(lambda: careers.applicants(api, opening_id, cursor), None)
    return shown("mdo/opening.html", opening=found, applied=applied)


def _own(api: Api, opening_id: str) -> dict[str, Any]:
    """One opening of one's units in any state; the API lists them only, so they are read page by page."""
    cursor = ""
    for _page_number in range(50):
        answer = careers.recruiting(api, "", cursor, "100")
        for one in answer["items"]:
            if one["id"] == opening_id:
                return dict(one)
        cursor = answer.get("next_cursor") or ""
        if not cursor:
            break
    abort(404)


@pages.route("/openings/<opening_id>/edit", methods=["GET", "POST"])
@needs("mdo")
def opening_edit(opening_id: str) -> Page:
    """Change an opening unless it is closed."""
    api = person()
    found = _own(api, opening_id)
    posted = request.method == "POST"
    form = OpeningForm(data=None if posted else _typed(found))
    levels = _levels() if posted else {n["competency"]["id"]: n["level"] for n in found["competencies"]}
    version = request.form.get("version", type=int) or found["version"]
    if "find" in request.form or "fetch" in request.form:
        return _form(api, form, None, levels, found)
    taken, failure = _sent(form, levels, lambda: careers.change(api, opening_id, form.body(levels), version))
    if taken:
        return done(url_for("mdo.opening", opening_id=opening_id), gettext("Saved."))
    return _form(api, form, failure, levels, found)


def _typed(found: dict[str, Any]) -> dict[str, Any]:
    """An opening as the form shows it."""
    pairs = {f"{n}_{code}": (found.get(n) or {}).get(code, "") for n in ("title", "about") for code in NAMES}
    ids = {"mdo_id": found["mdo"]["id"], "position_id": found["position"]["id"]}
    return {**pairs, **ids, "last_date": found["last_date"], "places": found["places"]}


@pages.post("/openings/<opening_id>/<any(publish, close):action>")
@needs("mdo")
def opening_act(opening_id: str, action: str) -> Page:
    """Show an opening to everybody, or take no more applications."""
    api, back = person(), url_for("mdo.opening", opening_id=opening_id)
    call = careers.publish if action == "publish" else careers.close
    published = gettext("Published. People who qualify and asked to be told are told.")
    told = published if action == "publish" else gettext("Closed. Nobody can apply any more.")
    return pressed(lambda: call(api, opening_id), back, told, FRAME)


@pages.post("/openings/<opening_id>/applications/<application_id>/<any(shortlisted, declined):state>")
@needs("mdo")
def application_decide(opening_id: str, application_id: str, state: str) -> Page:
    """Put an applicant on the short list or decline."""
    api, back = person(), url_for("mdo.opening", opening_id=opening_id)
    told = gettext("On the short list.") if state == "shortlisted" else gettext("Declined.")
    return pressed(lambda: careers.decide(api, application_id, state), back, told, FRAME)
