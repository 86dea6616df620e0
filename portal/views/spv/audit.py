"""The record of what administrators did and what was refused."""

from __future__ import annotations

from flask import Response, request

from portal.calls import platform
from portal.gateway import Api
from portal.guards import needs, person
from portal.views.answers import Page, shown
from portal.views.desk import names_of
from portal.views.spv import pages

FILTERS = ("who", "whom", "what", "from", "to")


def _asked() -> tuple[dict[str, str], dict[str, str]]:
    """The filters as typed, and as the API takes them: days become the times they begin and end, in India."""
    typed = {name: request.args.get(name, "").strip()[:100] for name in FILTERS}
    sent = {name: value for name, value in typed.items() if value}
    for name, time in (("from", "00:00:00"), ("to", "23:59:59")):
        if len(sent.get(name, "")) == 10:
            sent[name] = f"{sent[name]}T{time}+05:30"
    return typed, sent


def _page(api: Api, typed: dict[str, str], sent: dict[str, str]) -> Page:
    found = platform.audit(api, sent | {"cursor": request.args.get("cursor", "")})
    who = names_of(api, [one.get(side) for one in found["items"] for side in ("who", "whom")])
    return shown("spv/audit.html", found=found, asked=typed, who=who)


@pages.get("/audit")
@needs("spv")
def audit() -> Page:
    """Who did what to whom, newest first."""
    return _page(person(), *_asked())


@pages.get("/audit.csv")
@needs("spv")
def audit_csv() -> Response:
    """The same as a table."""
    file = platform.audit_csv(person(), _asked()[1])
    answer = Response(file.body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer
