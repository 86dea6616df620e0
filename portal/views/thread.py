"""One thread with its replies: reading, replying, votes, following, accepting, editing, reporting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext

from portal.calls import discuss
from portal.forms.discuss import AnswerForm, QuestionForm, WrongForm
from portal.gateway import Api
from portal.guards import learner, person
from portal.views.answers import Failure, Page, optional, shown
from portal.views.desk import done, form_page, pressed, sent

pages = Blueprint("thread", __name__, url_prefix="/discuss/threads/<thread_id>")
SORTS = ("top", "oldest")
FRAME = "discuss/frame.html"


def _back(thread_id: str, anchor: str = "") -> str:
    """The page of the thread as it was read."""
    kept: dict[str, Any] = {name: request.args.get(name) or None for name in ("sort", "cursor")}
    return url_for("thread.thread", thread_id=thread_id, _anchor=anchor or None, **kept)


@pages.get("")
@learner
def thread(thread_id: str) -> Page:
    """A question with its replies, the accepted one first."""
    return _page(person(), thread_id, AnswerForm(), None)


def _page(api: Api, thread_id: str, form: AnswerForm, failure: Failure | None) -> Page:
    found = discuss.thread(api, thread_id)
    sort = request.args.get("sort", "")
    sort, cursor = sort if sort in SORTS else "top", request.args.get("cursor", "")[:500]
    replies = optional(lambda: discuss.replies(api, thread_id, sort, cursor), None)
    return shown(
        "discuss/thread.html", failure, thread=found, replies=replies, form=form, sort=sort, sorts=SORTS
    )  # fmt: skip


@pages.post("/replies")
@learner
def reply(thread_id: str) -> Page:
    """Reply; what was typed stays when it is refused."""
    api, form, key = person(), AnswerForm(), request.form.get("key", "")
    made: dict[str, Any] = {}
    taken, failure = sent(form, lambda: made.update(discuss.reply(api, thread_id, form.body.data or "", key)))
    if not taken:
        return _page(api, thread_id, form, failure)
    return done(_back(thread_id, f"r-{made['id']}"), gettext("Your reply is there."))


@pages.post("/<any(vote, unvote, follow, unfollow, unaccept, delete):action>")
@learner
def act(thread_id: str, action: str) -> Page:
    """One of the buttons of a question."""
    api = person()
    call: Callable[[Api, str], object] = getattr(discuss, action)
    told = {
        "vote": gettext("Thank you. Your vote counts."),
        "unvote": gettext("Your vote is taken back."),
        "follow": gettext("You are told of new replies."),
        "unfollow": gettext("You are not told of new replies any more."),
        "unaccept": gettext("No reply is accepted now."),
        "delete": gettext("Your question is deleted."),
    }[action]
    back = _back(thread_id)
    where = url_for("discuss.home") if action == "delete" else back
    return pressed(lambda: call(api, thread_id), where, told, FRAME, refused_to=back)


@pages.post("/replies/<reply_id>/<any(vote, unvote, accept, delete):action>")
@learner
def act_on_reply(thread_id: str, reply_id: str, action: str) -> Page:
    """One of the buttons of a reply."""
    api = person()
    calls: dict[str, tuple[Callable[[], object], str]] = {
        "vote": (lambda: discuss.vote_reply(api, reply_id), gettext("Thank you. Your vote counts.")),
        "unvote": (lambda: discuss.unvote_reply(api, reply_id), gettext("Your vote is taken back.")),
        "accept": (lambda: discuss.accept(api, thread_id, reply_id), gettext("Accepted as the answer.")),
        "delete": (lambda: discuss.delete_reply(api, reply_id), gettext("Your reply is deleted.")),
    }
    call, told = calls[action]
    return pressed(call, _back(thread_id, f"r-{reply_id}"), told, FRAME)


@pages.route("/edit", methods=["GET", "POST"])
@learner
def edit(thread_id: str) -> Page:
    """Change the own question; readers see that it was edited."""
    api = person()
    found = discuss.thread(api, thread_id)
    if not found["mine"]:
        abort(404)
    form = QuestionForm(data=None if request.method == "POST" else found)
    version = request.form.get("version", type=int) or found["version"]

    def call() -> object:
        body = {"title": form.title.data, "body": form.body.data}
        return discuss.edit(api, thread_id, body, version)

    taken, failure = sent(form, call)
    if taken:
        return done(_back(thread_id), gettext("Saved."))
    labels = [(form.title.label.text, "title"), (form.body.label.text, "body")]
    return form_page(
        FRAME, gettext("Edit your question"), form, failure, gettext("Save"), version=found["version"],
        back=_back(thread_id),
        theirs=_theirs(found, labels, failure),
    )  # fmt: skip


def _theirs(found: dict[str, Any], labels: list[tuple[str, str]], failure: Failure | None) -> list[Any]:
    """What is stored now, when it was changed elsewhere meanwhile."""
    if failure is None or failure.slug != "changed_elsewhere":
        return []
    return [(label, found[name]) for label, name in labels]


@pages.route("/replies/<reply_id>/edit", methods=["GET", "POST"])
@learner
def edit_reply(thread_id: str, reply_id: str) -> Page:
    """Change the own reply; readers see that it was edited."""
    api = person()
    found = _found(api, thread_id, reply_id)
    if not found["mine"]:
        abort(404)
    form = AnswerForm(data=None if request.method == "POST" else found)
    version = request.form.get("version", type=int) or found["version"]
    taken, failure = sent(form, lambda: discuss.edit_reply(api, reply_id, form.body.data or "", version))
    if taken:
        return done(_back(thread_id, f"r-{reply_id}"), gettext("Saved."))
    return form_page(
        FRAME, gettext("Edit your reply"), form, failure, gettext("Save"), version=found["version"],
        back=_back(thread_id),
        theirs=_theirs(found, [(form.body.label.text, "body")], failure),
    )  # fmt: skip


def _found(api: Api, thread_id: str, reply_id: str) -> dict[str, Any]:
    """One reply of a thread; the API lists them only, so they are read page by page."""
    cursor = ""
    for _page_number in range(50):
        answer = discuss.replies(api, thread_id, "oldest", cursor, "100")
        for one in answer["items"]:
            if one["id"] == reply_id:
                return dict(one)
        cursor = answer.get("next_cursor") or ""
        if not cursor:
            break
    abort(404)


@pages.get("/history")
@learner
def history(thread_id: str) -> Page:
    """Former texts of a question."""
    api = person()
    title = gettext("Former texts: %(title)s", title=_title(api, thread_id))
    return shown(
        "discuss/history.html", heading=title, former=discuss.history(api, thread_id), back=_back(thread_id)
    )


@pages.get("/replies/<reply_id>/history")
@learner
def reply_history(thread_id: str, reply_id: str) -> Page:
    """Former texts of a reply."""
    api = person()
    former, back = discuss.reply_history(api, reply_id), _back(thread_id, f"r-{reply_id}")
    title = gettext("Former texts of a reply: %(title)s", title=_title(api, thread_id))
    return shown("discuss/history.html", heading=title, former=former, back=back)


def _title(api: Api, thread_id: str) -> str:
    """What a question is called, for titles of pages about it; empty when it is erased or cannot be read."""
    return str(optional(lambda: discuss.thread(api, thread_id)["title"], ""))


@pages.route("/report", methods=["GET", "POST"])
@learner
def report(thread_id: str) -> Page:
    """Report a question."""
    api, form = person(), WrongForm()
    return _report(
        gettext("Report: %(title)s", title=_title(api, thread_id)),
        form,
        lambda: discuss.report(api, thread_id, form.reason.data, form.note.data or ""),
        _back(thread_id),
    )


@pages.route("/replies/<reply_id>/report", methods=["GET", "POST"])
@learner
def report_reply(thread_id: str, reply_id: str) -> Page:
    """Report a reply."""
    api, form = person(), WrongForm()
    return _report(
        gettext("Report a reply: %(title)s", title=_title(api, thread_id)),
        form,
        lambda: discuss.report_reply(api, reply_id, form.reason.data, form.note.data or ""),
        _back(thread_id, f"r-{reply_id}"),
    )


def _report(heading: str, form: WrongForm, call: Callable[[], object], back: str) -> Page:
    taken, failure = sent(form, call)
    if not taken:
        return form_page(FRAME, heading, form, failure, gettext("Report to the moderators"), back=back)
    # With enough reports the post is hidden at once, so its page may be gone.
    return done(url_for("discuss.home"), gettext("Thank you. Moderators will look at it."))
