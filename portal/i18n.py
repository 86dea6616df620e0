"""Languages: the /hi prefix, the list of locales, sentences for the API's reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from babel.support import Translations
from flask import request
from flask_babel import format_date, format_datetime, gettext, lazy_gettext, ngettext
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEFAULT = "en"
INDIA = timezone(timedelta(hours=5, minutes=30))
NAMES = {"en": "English", "hi": "हिन्दी"}

_REASONS = {
    "login_failed": lazy_gettext("The email address or the password is not right. Check both and try again."),
    "password_too_short": lazy_gettext("The password is too short. Use at least 15 characters."),
    "password_too_long": lazy_gettext("The password is too long. Choose a shorter one."),
    "password_blocked": lazy_gettext(
        "This password is known or easy to guess. Choose another, for example four or more unrelated words."
    ),
    "domain_not_allowed": lazy_gettext(
        "Use your official email address. This address is not of an approved domain."
    ),
    "address_not_valid": lazy_gettext("Enter an email address in the form name@organisation.gov.in."),
    "mdo_unknown": lazy_gettext("Choose your ministry, department or organisation from the list."),
    "position_not_valid": lazy_gettext("Choose your position from the list."),
    "position_unknown": lazy_gettext("Choose your position from the list."),
    "position_missing": lazy_gettext("Choose your position from the list."),
    "declaration_missing": lazy_gettext("Tick the box to declare that what you have written is true."),
    "topic_exists": lazy_gettext("This topic is already on the list. You can choose it."),
    "role_exists": lazy_gettext("You have this already."),
    "duplicate": lazy_gettext("You have this already."),
    "too_many": lazy_gettext("The list is full. Delete something first."),
    "reason_missing": lazy_gettext("Say why. Your organisation's administrator decides with your reason."),
    "changed_elsewhere": lazy_gettext(
        "This was changed elsewhere in the meantime. Review it and save again."
    ),
    "course_unknown": lazy_gettext("This course is new. Enrolling can take a minute; try again soon."),
    "course_retired": lazy_gettext("This course is no longer offered."),
    "not_for_your_mdo": lazy_gettext("This course is open to another organisation only."),
    "too_soon": lazy_gettext("It is too soon to mark this complete. Read it first, then mark it again."),
    "not_begun": lazy_gettext("You can rate a course when you are enrolled and have begun it."),
    "no_attempts_left": lazy_gettext("You have no attempts left."),
    "time_over": lazy_gettext("The time of this attempt is over. What you had answered has been graded."),
    "resources_first": lazy_gettext(
        "Complete the required parts of the course first; then the final test opens."
    ),
    "wrong_kind": lazy_gettext("This part completes by itself when you have watched enough of it."),
    "withdrawn": lazy_gettext("You left this course. Enrol again to go on."),
    "not_active": lazy_gettext("Only a course in progress can move to a new version."),
    "mobile_not_valid": lazy_gettext(
        "Enter an Indian mobile number with ten digits, for example 98765 43210."
    ),
    "dispute_open": lazy_gettext("You have asked already. Wait for the answer."),
    "attempt_over": lazy_gettext("The time of this attempt is over. What you had answered has been graded."),
    "time_not_valid": lazy_gettext("Give two different times for the quiet hours, or leave both empty."),
    "password_wrong": lazy_gettext("The present password is not right."),
    "code_wrong": lazy_gettext(
        "This code is not right. Check that the clock of your device is set by itself."
    ),
    "address_same": lazy_gettext("This is your address already."),
    "address_known": lazy_gettext("This address belongs to another account by now. Ask for a different one."),
    "name_same": lazy_gettext("This is your name already."),
    "version_old": lazy_gettext("There is a newer notice by now: it stands below. Read it, then decide."),
    "export_not_ready": lazy_gettext("The copy is not ready yet. A mail tells you when it is."),
    "export_fetched": lazy_gettext(
        "This copy was fetched already, or its time is over. Ask for another one."
    ),
    "second_factor_required": lazy_gettext("A role of yours needs the second factor, so it stays."),
    "second_factor_there": lazy_gettext("Your account has a second factor already."),
    "last_spv_admin": lazy_gettext("This is the last administrator of the platform: the role stays."),
    "own_request": lazy_gettext("You asked for this yourself: somebody else decides."),
    "own_course": lazy_gettext("You worked on this course yourself: somebody else reviews it."),
    "own_account": lazy_gettext("You cannot do this with your own account."),
    "own_roles": lazy_gettext("You cannot grant or revoke your own roles."),
    "wrong_state": lazy_gettext("This is not possible in the present status. Open the page again."),
    "already_decided": lazy_gettext("Somebody decided this already."),
    "already_replied": lazy_gettext("There is a reply already."),
    "in_use": lazy_gettext("This is in use. Retire it instead of deleting it."),
    "bulk_state": lazy_gettext("This table is being carried out or done already."),
    "mandate_retired": lazy_gettext("This mandate has ended. Make a new one instead."),
    "units_missing": lazy_gettext("Choose the units of your own organisation that are meant."),
    "not_your_unit": lazy_gettext("You can bind people of your own organisation and below only."),
    "already_answered": lazy_gettext("Somebody answered this already."),
    "provider_suspended": lazy_gettext("This provider is suspended: it publishes nothing more."),
    "id_taken": lazy_gettext("This id is taken. Choose another."),
    "id_not_valid": lazy_gettext("An id has small letters a-z, digits and hyphens."),
    "provider_exists": lazy_gettext("This id is taken. Choose another."),
    "due_in_the_past": lazy_gettext("The date must lie ahead."),
    "audience_empty": lazy_gettext("Choose units, positions, groups or people."),
    "columns_not_valid": lazy_gettext("The first line does not name the columns as it should."),
    "domain_not_valid": lazy_gettext("Enter a mail domain in the form organisation.gov.in."),
    "notes_missing": lazy_gettext("Say what should change."),
    "scope_missing": lazy_gettext("Choose the unit for which this role holds."),
    "scope_not_allowed": lazy_gettext("This role holds for the whole platform: choose no unit."),
    "course_not_complete": lazy_gettext("Something is missing. The page of the course lists it."),
    "name_not_valid": lazy_gettext("Enter a name without links or unusual signs, at most 100 characters."),
    "profile_incomplete": lazy_gettext(
        "Saved, updating: your profile is being passed on. Try again in a moment."
    ),
    "too_many_posts": lazy_gettext("You have written a lot just now. Wait a little and send it again."),
    "thread_closed": lazy_gettext("This discussion is closed while moderators look at it."),
    "has_replies": lazy_gettext("Others have replied, so the question stays. You can still edit it."),
    "own_post": lazy_gettext("This is your own post."),
    "space_unknown": lazy_gettext("Choose a place from the list."),
    "own_self": lazy_gettext("This is you."),
    "already_connected": lazy_gettext("You are connected already."),
    "already_requested": lazy_gettext("You have asked already. Wait for the answer."),
    "too_many_requests_out": lazy_gettext(
        "Too many of your requests are open. Wait for answers or withdraw some."
    ),
    "already_applied": lazy_gettext("You have applied already."),
    "opening_closed": lazy_gettext("This opening takes no more applications."),
    "last_date_past": lazy_gettext("The date must lie ahead."),
    "competency_unknown": lazy_gettext("Choose competencies from the dictionary."),
    "state_not_fitting": lazy_gettext("This is not possible in the present status. Open the page again."),
    "session_over": lazy_gettext("This event is over."),
    "session_cancelled": lazy_gettext("This event is cancelled."),
    "attended": lazy_gettext("You were there: the registration stays."),
    "times_not_valid": lazy_gettext("The event must begin in the future and end after it begins."),
    "link_not_valid": lazy_gettext("The link must begin with https://."),
    "topic_unknown": lazy_gettext("Choose topics from the list."),
    "capacity_too_small": lazy_gettext("More people are registered already."),
    "session_incomplete": lazy_gettext(
        "Something is missing: a title, the times, and a place or a link to join."
    ),
    "own_session": lazy_gettext("You prepared this event yourself: somebody else reviews it."),
    "mdo_out_of_reach": lazy_gettext("You do not act for this unit. Choose another."),
}
_FIELDS = {
    "email": lazy_gettext("Check the email address."),
    "password": lazy_gettext("Choose another password."),
    "mdo_id": lazy_gettext("Choose your ministry, department or organisation from the list."),
    "position_id": lazy_gettext("Choose your position from the list."),
    "position_text": lazy_gettext("Choose your position from the list."),
    "first_name": lazy_gettext("Check the first name."),
    "last_name": lazy_gettext("Check the last name."),
    "declaration": lazy_gettext("Tick the box to declare that what you have written is true."),
    "title": lazy_gettext("Check the title: it is empty, too long, or there already."),
    "text": lazy_gettext("Check the text: it is empty, too long, or there already."),
    "mobile": lazy_gettext("Enter an Indian mobile number with ten digits, for example 98765 43210."),
    "group": lazy_gettext("Choose your service group from the list."),
    "reason": lazy_gettext("Say why. Your organisation's administrator decides with your reason."),
    "stars": lazy_gettext("Choose 1 to 5 stars."),
    "name": lazy_gettext("Check the name of the topic."),
}


class LanguagePrefix:
    """WSGI middleware: moves `/hi` from the path to the prefix, so no route knows the language."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        for code in NAMES:
            if code != DEFAULT and (path == f"/{code}" or path.startswith(f"/{code}/")):
                environ["SCRIPT_NAME"] = f"/{code}"
                environ["PATH_INFO"] = path[len(code) + 1 :] or "/"
                environ["karmayogi.locale"] = code
        return self._app(environ, start_response)


def locale() -> str:
    """The language of this request."""
    found: str = request.environ.get("karmayogi.locale", DEFAULT) if request else DEFAULT
    return found


def texts(folder: str) -> tuple[Callable[[str], str], Callable[[str, str, int], str]]:
    """What templates translate with: each catalogue of the folder is read once, and a text costs one look-up."""
    read = {code: Translations.load(folder, [code]) for code in NAMES}
    return (
        lambda text: str(read[locale()].ugettext(text)),
        lambda one, many, count: str(read[locale()].ungettext(one, many, count)),
    )


def same_page(code: str) -> str:
    """The address of the page in hand in another language, without its query."""
    prefix = "" if code == DEFAULT else f"/{code}"
    return prefix + request.path


def reason(slug: str, sentence: str, field: str = "") -> str:
    """The sentence for a reason of the API in the page's language; English falls back to the API's own."""
    if slug in _REASONS:
        return str(_REASONS[slug])
    if locale() == DEFAULT and sentence and slug != "fields_not_valid":
        return sentence
    field = "text" if field.startswith("activities") else field
    return str(_FIELDS.get(field) or gettext("This was not accepted. Check what you have written."))


def name_of(thing: Mapping[str, Any] | None) -> str:
    """The name of a thing of the API in the page's language; English where there is no other."""
    names = (thing or {}).get("name") or ""
    if isinstance(names, str):
        return names
    return str(names.get(locale()) or names.get(DEFAULT) or "")


def words(names: object) -> str:
    """A text of the API in the page's language; English where there is no other."""
    if isinstance(names, Mapping):
        return str(names.get(locale()) or names.get(DEFAULT) or next(iter(names.values()), "") or "")
    return "" if names is None else str(names)


def spoken_in(text: str) -> str:
    """The language of a text, by its script."""
    return "hi" if any("\u0900" <= sign <= "\u097f" for sign in text) else DEFAULT


def said(names: object) -> Markup:
    """The same as markup; what is in another language than the page says so."""
    text = words(names)
    if isinstance(names, Mapping) and names.get(locale()):
        return escape(text)
    spoken = spoken_in(text)
    if spoken == locale() or not any(sign.isalpha() for sign in text):
        return escape(text)
    return Markup('<span lang="{}">{}</span>').format(spoken, text)


def duration(minutes: float | None) -> str:
    """Minutes in words: "25 min", "1 h 20 min"."""
    total = round(minutes or 0)
    hours, rest = divmod(total, 60)
    if not hours:
        return str(gettext("%(minutes)s min", minutes=rest))
    if not rest:
        return str(gettext("%(hours)s h", hours=hours))
    return str(gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=rest))


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None


def day(text: object) -> str:
    """A date of the API in words."""
    moment = _moment(text)
    return str(format_date(moment, "d MMM y")) if moment else ""


def indian_date(text: object) -> str:
    """The day of a time of the API in India, as date fields take it: 2026-12-31."""
    found = _moment(text)
    return found.astimezone(INDIA).date().isoformat() if found and found.tzinfo else str(text or "")[:10]


def month(text: object) -> str:
    """The month of a date of the API in words."""
    found = _moment(text)
    return str(format_date(found, "MMM y", rebase=False)) if found else ""


def moment(text: object) -> str:
    """A time of the API in words, in Indian time."""
    found = _moment(text)
    return str(format_datetime(found, "d MMM y, HH:mm")) if found else ""


def size(count: object) -> str:
    """A file size in words."""
    kilobytes = max(1, round(int(count) / 1000)) if isinstance(count, int | float) else 0
    if kilobytes < 1000:
        return str(gettext("%(count)s KB", count=kilobytes))
    return str(gettext("%(count)s MB", count=f"{kilobytes / 1000:.1f}"))


def days_left(count: int) -> str:
    """How long until a due date, or how long it is past."""
    if count < 0:
        return str(ngettext("%(num)d day overdue", "%(num)d days overdue", -count))
    if count == 0:
        return str(gettext("due today"))
    return str(ngettext("%(num)d day left", "%(num)d days left", count))
