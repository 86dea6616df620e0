"""Languages: the /hi prefix, the list of locales, sentences for the API's reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flask import request
from flask_babel import gettext, lazy_gettext

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DEFAULT = "en"
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
    "name_not_valid": lazy_gettext("Enter a name without links or unusual signs, at most 100 characters."),
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
    return str(_FIELDS.get(field) or gettext("This was not accepted. Check what you have written."))


def name_of(thing: Mapping[str, Any] | None) -> str:
    """The name of a thing of the API in the page's language; English where there is no other."""
    names = (thing or {}).get("name") or ""
    if isinstance(names, str):
        return names
    return str(names.get(locale()) or names.get(DEFAULT) or "")
