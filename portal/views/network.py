"""Network: who asks to connect, whom one may know, connections, blocks, the opt-out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext

from portal.calls import network as calls
from portal.forms.careers import ConnectForm
from portal.gateway import Api
from portal.guards import learner, person
from portal.views.answers import Page, optional, shown
from portal.views.desk import done, names_of, pressed, sent

pages = Blueprint("network", __name__, url_prefix="/network")
FRAME = "network/frame.html"


@pages.get("")
@learner
def home() -> Page:
    """Requests to the person, then suggestions with their reasons."""
    api = person()
    asked = calls.requests(api, "in", request.args.get("cursor", "")[:500])
    suggested = optional(lambda: calls.suggestions(api), None)
    return shown("network/home.html", asked=asked, suggested=suggested)


@pages.get("/sent")
@learner
def sent_out() -> Page:
    """The person's own open requests."""
    return shown(
        "network/sent.html", found=calls.requests(person(), "out", request.args.get("cursor", "")[:500])
    )


@pages.get("/connections")
@learner
def connections() -> Page:
    """Everybody the person is connected with."""
    return shown(
        "network/connections.html", found=calls.connections(person(), request.args.get("cursor", "")[:500])
    )


@pages.route("/people/<user_id>/connect", methods=["GET", "POST"])
@learner
def connect(user_id: str) -> Page:
    """Ask somebody to connect, with a note."""
    api, form, key = person(), ConnectForm(), request.form.get("key", "")
    made: dict[str, Any] = {}
    taken, failure = sent(form, lambda: made.update(calls.ask(api, user_id, form.note.data or "", key)))
    if taken and made.get("state") == "accepted":
        return done(url_for("network.connections"), gettext("You are connected now."))
    if taken:
        return done(url_for("network.sent_out"), gettext("Your request is sent."))
    name = names_of(api, [user_id]).get(user_id) or gettext("an official")
    return shown("network/connect.html", failure, form=form, name=name, user_id=user_id)


@pages.post("/people/<user_id>/<any(dismiss, disconnect, block, unblock):action>")
@learner
def act(user_id: str, action: str) -> Page:
    """One of the buttons beside a person."""
    api = person()
    call: Callable[[Api, str], object] = getattr(calls, action)
    told = {
        "dismiss": gettext("We will not suggest this person again."),
        "disconnect": gettext("You are not connected any more."),
        "block": gettext("Blocked. The person is not told."),
        "unblock": gettext("The block is ended."),
    }[action]
    back = {"dismiss": "network.home", "disconnect": "network.connections"}.get(action, "network.settings")
    return pressed(lambda: call(api, user_id), url_for(back), told, FRAME)


@pages.post("/requests/<connection_id>/<any(accept, decline, withdraw):action>")
@learner
def answer(connection_id: str, action: str) -> Page:
    """Accept or decline a request, or take the own one back."""
    api = person()
    call: Callable[[Api, str], object] = getattr(calls, action)
    told = {
        "accept": gettext("You are connected now."),
        "decline": gettext("Declined. The person is not told."),
        "withdraw": gettext("Your request is taken back."),
    }[action]
    back = "network.sent_out" if action == "withdraw" else "network.home"
    return pressed(lambda: call(api, connection_id), url_for(back), told, FRAME)


@pages.route("/settings", methods=["GET", "POST"])
@learner
def settings() -> Page:
    """Whether one is suggested to others, and whom one has blocked."""
    api = person()
    if request.method == "POST":
        wanted = "suggested" in request.form
        return pressed(
            lambda: calls.choose(api, wanted), url_for("network.settings"), gettext("Saved."), FRAME
        )
    return shown(
        "network/settings.html", chosen=calls.settings(api), blocked=optional(lambda: calls.blocks(api), None)
    )
