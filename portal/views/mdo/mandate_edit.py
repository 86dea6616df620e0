"""Changing a mandate: the draft first; what is published holds until the change is published too."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext

from portal.calls import mandates
from portal.forms.mdo import MandateForm
from portal.gateway import Api
from portal.guards import needs, person
from portal.i18n import day, indian_date, words
from portal.views.answers import Failure, Page, shown
from portal.views.desk import done, names_of, sent
from portal.views.mdo import pages
from portal.views.mdo.mandates import ERRORS, left_out, named, offer


@pages.route("/mandates/<mandate_id>/edit", methods=["GET", "POST"])
@needs("mdo")
def mandate_edit(mandate_id: str) -> Page:
    """Change a mandate unless somebody did so since the page was opened."""
    api = person()
    found = mandates.mandate(api, mandate_id)
    form = MandateForm(data=None if request.method == "POST" else _typed(found))
    find = request.form.get("find_words", "").strip()[:200]
    offer(api, form, find)
    _offer_named(api, form, found)
    if "find" in request.form:
        return _page(form, None, find, found)
    strangers: list[str] = []
    ids = named(api, form.emails.data or "", strangers) if request.method == "POST" else []
    version = request.form.get("version", type=int)
    body = {"order_number": None, **form.body(ids)}
    taken, failure = sent(form, lambda: mandates.change(api, mandate_id, body, version), ERRORS)
    if failure is not None and failure.status == 409:
        found = mandates.mandate(api, mandate_id)
        taken = _same(found, body)
    if not taken:
        return _page(form, failure, find, found)
    published = gettext("Saved. What is published holds until you publish the change.")
    told = published if found["status"] == "published" else gettext("Saved.")
    return done(url_for("mdo.mandate", mandate_id=mandate_id), told + left_out(strangers))


def _same(found: dict[str, Any], body: dict[str, Any]) -> bool:
    """Whether what is stored is what was sent: a form sent twice is no conflict."""
    stored = {**found, "due": indian_date(found["due"])}
    return found["status"] != "retired" and all(stored.get(name) == value for name, value in body.items())


def _typed(found: dict[str, Any]) -> dict[str, Any]:
    """A mandate as the form shows it; the last day is one of the Indian calendar."""
    audience, title = found["audience"], found["title"]
    return {
        **{name: audience[name] for name in ("mdo_ids", "position_ids", "groups")},
        "named": audience["user_ids"], "course_ids": found["course_ids"], "due": indian_date(found["due"]),
        "title_en": title.get("en", ""), "title_hi": title.get("hi", ""), "reason": found["reason"],
        "order_number": found.get("order_number") or "",
    }  # fmt: skip


def _offer_named(api: Api, form: MandateForm, found: dict[str, Any]) -> None:
    ids = list(dict.fromkeys([*found["audience"]["user_ids"], *(form.named.data or [])]))
    who = names_of(api, list(ids))
    form.named.choices = [(id_, who.get(id_, id_)) for id_ in ids]


def _page(form: MandateForm, failure: Failure | None, find: str, found: dict[str, Any]) -> Page:
    theirs = _theirs(found) if failure is not None and failure.status == 409 else []
    return shown("mdo/mandate_new.html", failure, form=form, find=find, mandate=found, theirs=theirs)


def _theirs(found: dict[str, Any]) -> list[tuple[str, str]]:
    """What is stored now, when somebody else changed it meanwhile."""
    return [
        (gettext("Title"), words(found["title"])),
        (gettext("To be completed by"), day(found["due"])),
        (gettext("Reason"), found["reason"]),
        (gettext("Order number"), found.get("order_number") or gettext("none")),
    ]
