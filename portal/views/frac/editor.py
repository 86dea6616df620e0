"""Editing the dictionary: drafts, changes, verification, retirement, files."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from portal.calls import dictionary, onboarding
from portal.forms.frac import CompetencyForm, LoadForm, PositionForm, TopicForm
from portal.gateway import Api, ApiProblem
from portal.guards import needs, person
from portal.i18n import words
from portal.views.answers import Failure, Page, shown
from portal.views.desk import done, form_page, pressed, sent
from portal.views.frac import FRAME, pages

Entry = dict[str, Any]
FORMS = {"positions": PositionForm, "competencies": CompetencyForm, "topics": TopicForm}
KIND = "<any(positions, competencies, topics):kind>"
NAMES = {"name": "name_en", "description": "about_en"} | {
    f"{part}.{code}": f"{field}_{code}"
    for part, field in (("name", "name"), ("description", "about"))
    for code in ("en", "hi")
}
MOST = 1_048_576


@pages.get("/drafts")
@needs("frac")
def drafts() -> Page:
    """Entries that are not verified yet, and topics to edit."""
    api = person()
    found = dictionary.drafts(api, request.args.get("cursor", ""))
    return shown("frac/drafts.html", found=found, kinds=tuple(FORMS))


@pages.get("/topics")
@needs("frac")
def topics() -> Page:
    """The topics, for editors."""
    return shown("frac/topics.html", found=onboarding.topics(person(), request.args.get("q", "")[:100]))


@pages.route(f"/new/{KIND}", methods=["GET", "POST"])
@needs("frac")
def new(kind: str) -> Page:
    """Write a new entry; it is a draft until it is verified."""
    api, form, key = person(), FORMS[kind](), request.form.get("key", "")
    taken, failure = sent(form, lambda: dictionary.add(api, kind, form.body(), key), NAMES)
    if taken:
        return done(url_for("frac.drafts"), gettext("The draft is there. Somebody verifies it next."))
    title = {
        "positions": gettext("New position"),
        "competencies": gettext("New competency"),
        "topics": gettext("New topic"),
    }
    return form_page(FRAME, title[kind], form, failure, gettext("Save as a draft"))


@pages.route(f"/edit/{KIND}/<entry_id>", methods=["GET", "POST"])
@needs("frac")
def edit(kind: str, entry_id: str) -> Page:
    """Change an entry; when somebody else did so meanwhile, both texts are shown."""
    api = person()
    found = _entry(api, kind, entry_id)
    kept = FORMS[kind]
    form = kept() if request.method == "POST" else kept(data=kept.typed(found))
    version = request.form.get("version", type=int) or found["version"]
    taken, failure = sent(form, lambda: dictionary.change(api, kind, entry_id, form.body(), version), NAMES)
    if taken:
        return done(_place(kind, entry_id, found), gettext("Saved."))
    return form_page(
        FRAME, gettext("Edit: %(name)s", name=words(found["name"])), form, failure, gettext("Save"),
        version=found["version"], theirs=_theirs(kind, found, failure),
    )  # fmt: skip


def _theirs(kind: str, found: Entry, failure: Failure | None) -> list[tuple[str, str]]:
    if failure is None or failure.status != 409:
        return []
    stored = FORMS[kind].typed(failure.current or found)
    form = FORMS[kind]()
    return [(str(form[name].label.text), str(text)) for name, text in stored.items() if text and name in form]


def _place(kind: str, entry_id: str, found: Entry) -> str:
    """Where an entry is shown."""
    if found.get("status") == "draft":
        return url_for("frac.drafts")
    if kind == "topics":
        return url_for("frac.topics")
    if kind == "positions":
        return url_for("frac.position", position_id=entry_id)
    return url_for("frac.competency", competency_id=entry_id)


def _entry(api: Api, kind: str, entry_id: str) -> Entry:
    """An entry, also when it is a draft, which only the list of drafts shows."""
    try:
        if kind == "positions":
            return dictionary.position(api, entry_id)
        if kind == "competencies":
            return dictionary.competency(api, entry_id)
        return _first([one for one in onboarding.topics(api) if one["id"] == entry_id])
    except (ApiProblem, NotFound) as error:
        if isinstance(error, ApiProblem) and error.status != 404:
            raise
    cursor = ""
    for _page in range(10):
        found = dictionary.drafts(api, cursor)
        same = [
            one for one in found["items"] if one["id"] == entry_id and one.get("entry_kind") in (kind, None)
        ]
        cursor = found.get("next_cursor") or ""
        if same or not cursor:
            return _first(same)
    raise NotFound


def _first(found: list[Entry]) -> Entry:
    if not found:
        raise NotFound
    return found[0]


@pages.post(f"/{KIND}/<entry_id>/<any(verify, retire, delete):action>")
@needs("frac")
def entry_act(kind: str, entry_id: str, action: str) -> Page:
    """Verify a draft, retire an entry, or delete a draft."""
    api = person()
    calls = {
        "verify": (dictionary.verify, gettext("Verified: it is part of the dictionary.")),
        "retire": (dictionary.retire, gettext("Retired: it stays readable and is no longer offered.")),
        "delete": (dictionary.delete, gettext("Deleted.")),
    }
    call, told = calls[action]
    where = {"status": "draft" if action == "delete" else "verified"}
    return pressed(lambda: call(api, kind, entry_id), _place(kind, entry_id, where), told, FRAME)


@pages.route("/import", methods=["GET", "POST"])
@needs("frac")
def load() -> Page | Response:
    """Read entries from a file; first only look what would change."""
    api, form = person(), LoadForm()
    told: Entry = {}
    trial = "apply" not in request.form
    text = ""

    def call() -> None:
        told.update(dictionary.load(api, form.kind.data, form.format.data, text, trial))

    failure: Failure | None = None
    if request.method == "POST":
        text, sentence = _text(form)
        form.file.errors = [sentence] if sentence else []
        failure = Failure() if sentence else sent(form, call)[1]
        form.text.data = text
    return shown("frac/import.html", failure, form=form, told=told or None, trial=trial)


def _text(form: LoadForm) -> tuple[str, str]:
    """The text of the file, and what is wrong with it."""
    raw = form.file.data.read(MOST + 1) if form.file.data else (form.text.data or "").encode()
    if not raw.strip():
        return "", gettext("Choose a file or paste the table.")
    if len(raw) > MOST:
        return "", gettext("The table is larger than 1 MB. Send it in parts.")
    try:
        return raw.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", gettext("The file is not in UTF-8. Save it as “CSV UTF-8”.")
