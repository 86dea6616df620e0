"""Providers, topics that people propose, reviews that people report."""

from __future__ import annotations

from collections.abc import Callable

from flask import request, url_for
from flask_babel import gettext

from portal.calls import authoring, catalog, dictionary, onboarding
from portal.forms.spv import ProviderForm
from portal.gateway import Api
from portal.guards import needs, person
from portal.views.answers import Page, optional, shown
from portal.views.desk import done, names_of, pressed, sent, unit_choices
from portal.views.spv import FRAME, pages


@pages.route("/providers", methods=["GET", "POST"])
@needs("spv")
def providers() -> Page:
    """The providers of courses; add one."""
    api, form = person(), ProviderForm()
    form.mdo_id.choices = [("", gettext("None")), *unit_choices(api)]
    taken, failure = sent(form, lambda: authoring.add_provider(api, form.body()), {"name": "name_en"})
    if taken:
        return done(url_for("spv.providers"), gettext("Added."))
    return shown("spv/providers.html", failure, form=form, found=authoring.providers(api))


@pages.post("/providers/<provider_id>/<any(suspend, resume):action>")
@needs("spv")
def provider_act(provider_id: str, action: str) -> Page:
    """Suspend a provider or end the suspension."""
    api, back = person(), url_for("spv.providers")
    call = authoring.suspend_provider if action == "suspend" else authoring.resume_provider
    told = gettext("Suspended.") if action == "suspend" else gettext("In use again.")
    return pressed(lambda: call(api, provider_id), back, told, FRAME)


@pages.get("/topics")
@needs("spv")
def topics() -> Page:
    """Topics that people proposed."""
    api = person()
    found = dictionary.proposals(api, request.args.get("cursor", ""))
    known = optional(lambda: onboarding.topics(api), [])
    groups = {topic["group"]: topic["group_name"] for topic in known}
    who = names_of(api, [one["user_id"] for one in found["items"]])
    return shown("spv/topics.html", found=found, known=known, groups=groups, who=who)


@pages.post("/topics/<proposal_id>/<any(accept, merge, decline):action>")
@needs("spv")
def topic_decide(proposal_id: str, action: str) -> Page:
    """Accept a topic with its names, merge it with one that exists, or decline it."""
    told = {
        "accept": gettext("Accepted. Everybody can choose it now."),
        "merge": gettext("Merged. The person has the topic that exists."),
        "decline": gettext("Declined. The person gets your reason."),
    }
    return pressed(_topic_call(person(), proposal_id, action), url_for("spv.topics"), told[action], FRAME)


def _topic_call(api: Api, proposal_id: str, action: str) -> Callable[[], object]:
    given = {name: request.form.get(name, "").strip() for name in ("en", "hi", "group", "topic_id", "reason")}
    if action == "accept":
        name = {"en": given["en"], "hi": given["hi"]}
        return lambda: dictionary.accept_proposal(api, proposal_id, name, given["group"])
    if action == "merge":
        return lambda: dictionary.merge_proposal(api, proposal_id, given["topic_id"])
    return lambda: dictionary.decline_proposal(api, proposal_id, given["reason"])


@pages.get("/reviews")
@needs("spv")
def reviews() -> Page:
    """Reviews that people reported."""
    api = person()
    found = authoring.reported(api, request.args.get("cursor", ""))
    ids = list({one["course_id"] for one in found["items"]})
    return shown(
        "spv/reviews.html", found=found, courses=optional(lambda: catalog.cards(api, ids), {})
    )  # fmt: skip


@pages.post("/reviews/<review_id>")
@needs("spv")
def review_decide(review_id: str) -> Page:
    """Keep a review or remove it."""
    api = person()
    keep = request.form.get("decision") == "keep"
    reason = request.form.get("reason", "").strip()
    told = gettext("Kept.") if keep else gettext("Removed.")
    decision = "keep" if keep else "remove"
    return pressed(
        lambda: authoring.moderate(api, review_id, decision, reason), url_for("spv.reviews"), told, FRAME
    )
