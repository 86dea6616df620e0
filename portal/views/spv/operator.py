"""The operator's console: how services stand, the timeline of a flow, messages set aside."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from portal.calls import operations
from portal.forms.spv import MessageForm
from portal.gateway import Api
from portal.guards import needs, person
from portal.views.answers import Failure, Page, shown
from portal.views.desk import done, sent
from portal.views.spv import pages

SHELF = "<any(parked, dead):shelf>"
SERVICE = f"<any({', '.join(operations.SERVICES)}):service>"


@pages.get("/operations")
@needs("spv")
def health() -> Page:
    """How each service stands; each fails alone."""
    api = person()
    parts = api.fan_out({name: partial(operations.health, api, name) for name in operations.SERVICES}, 2.0)
    return shown("spv/operations.html", parts=parts)


@pages.get("/operations/timeline")
@needs("spv")
def timeline() -> Page:
    """All steps of one flow, from all services, in their order."""
    ref = request.args.get("ref", "").strip()[:64]
    if not ref or "/" in ref:
        return shown("spv/timeline.html", ref="", steps=[], silent=[])
    api = person()
    parts = api.fan_out(
        {name: partial(operations.timeline, api, name, ref) for name in operations.SERVICES}, 2.0
    )
    steps = [step for part in parts.values() for step in part.value or []]
    silent = [name for name, part in parts.items() if part.state != "ready"]
    return shown("spv/timeline.html", ref=ref, steps=sorted(steps, key=lambda one: one["at"]), silent=silent)


@pages.get(f"/operations/{SERVICE}/{SHELF}")
@needs("spv")
def shelf(service: str, shelf: str) -> Page:
    """The messages that a service set aside, as its worker saw them last."""
    found = operations.messages(person(), service, shelf)
    return shown("spv/shelf.html", service=service, shelf=shelf, found=found)


@pages.route(f"/operations/{SERVICE}/{SHELF}/<message_id>", methods=["GET", "POST"])
@needs("spv")
def message(service: str, shelf: str, message_id: str) -> Page:
    """One message: send it again, edit it, or drop it; the worker carries the order out."""
    api = person()
    found = _message(api, service, shelf, message_id)
    form = MessageForm(data=None if request.method == "POST" else {"body": found.get("body", "")})
    wish = {"do": request.form.get("do", ""), "shelf": shelf, "message_id": message_id}
    made: dict[str, Any] = {}
    key = request.form.get("key", "")
    taken, failure = sent(form, lambda: made.update(operations.order(api, service, _wish(form, wish), key)))
    if taken:
        where = url_for("spv.order", service=service, order_id=made["id"])
        return done(where, gettext("Ordered. The worker of the service carries it out."))
    return _shown(form, failure, service, shelf, found)


def _shown(form: MessageForm, failure: Failure | None, service: str, shelf: str, found: Any) -> Page:
    return shown("spv/message.html", failure, form=form, service=service, shelf=shelf, found=found)


def _wish(form: MessageForm, wish: dict[str, str]) -> dict[str, str]:
    """An order with what its kind needs."""
    if wish["do"] == "edit":
        wish["body"] = (form.body.data or "").replace("\r\n", "\n")
    return wish | {"reason": form.reason.data or ""}


def _message(api: Api, service: str, shelf: str, message_id: str) -> dict[str, Any]:
    for found in operations.messages(api, service, shelf)["items"]:
        if found["id"] == message_id:
            return dict(found)
    raise NotFound


@pages.get(f"/operations/{SERVICE}/orders/<order_id>")
@needs("spv")
def order(service: str, order_id: str) -> Page:
    """What came of an order."""
    return shown("spv/order.html", service=service, found=operations.ordered(person(), service, order_id))
