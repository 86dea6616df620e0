"""How a form meets the API: what it refused becomes errors of the fields, typed values stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from flask import render_template
from flask_babel import gettext, ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from portal.gateway import ApiProblem, Unreachable
from portal.i18n import reason

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
KNOWN_REFUSALS = (
    "not_begun", "own_request", "own_course", "own_account", "own_roles", "no_attempts_left", "not_your_unit",
    "profile_incomplete", "own_post", "own_session", "mdo_out_of_reach",
)  # fmt: skip


@dataclass
class Failure:
    """Why a form was not accepted; `general` are sentences that belong to no field."""

    status: int = 422
    slug: str = ""
    general: list[str] = field(default_factory=list)
    retry_after: int = 0
    current: Any = None

    @property
    def headers(self) -> dict[str, str]:
        """What goes with the status."""
        return {"Retry-After": str(self.retry_after)} if self.retry_after else {}


def submit(
    form: FlaskForm, call: Callable[[], object], names: dict[str, str] | None = None
) -> Failure | None:
    """Make the call; put refusals into the form and return them. `names` maps the API's fields to the form's."""
    try:
        call()
    except Unreachable as error:
        sentence = gettext(
            "The service does not answer at the moment. What you typed is still here: try again soon."
        )
        return Failure(503, "unreachable", [sentence], error.retry_after)
    except ApiProblem as problem:
        return _failure(form, problem, names or {})
    return None


def attempt(call: Callable[[], object]) -> Failure | None:
    """Make a call that belongs to no form field; return why it was refused. 403 and 404 stay pages."""
    try:
        call()
    except Unreachable as error:
        sentence = gettext("The service does not answer at the moment. Try again soon.")
        return Failure(503, "unreachable", [sentence], error.retry_after)
    except ApiProblem as problem:
        if problem.status in (403, 404) and problem.slug not in KNOWN_REFUSALS:
            raise
        if problem.status in (429, 503):
            return Failure(problem.status, problem.slug, [_limited(problem)], problem.retry_after)
        told = [reason(problem.slug, problem.sentence)]
        if problem.retry_after:
            told.append(
                ngettext("Try again in %(num)d second.", "Try again in %(num)d seconds.", problem.retry_after)
            )
        status = problem.status if problem.status in (403, 409) else 422
        return Failure(status, problem.slug, [" ".join(told)], problem.retry_after)
    return None


def optional(call: Callable[[], Any], fallback: Any) -> Any:
    """What a call answers, or the fallback when the API does not."""
    try:
        return call()
    except (ApiProblem, Unreachable):
        return fallback


def shown(template: str, failure: Failure | None = None, **values: Any) -> tuple[str, int, dict[str, str]]:
    """A page, with the failure's status when there is one."""
    page = render_template(template, failure=failure, **values)
    return page, failure.status if failure else 200, failure.headers if failure else {}


def _failure(form: FlaskForm, problem: ApiProblem, names: dict[str, str]) -> Failure:
    if problem.status == 429:
        return Failure(429, problem.slug, [_limited(problem)], problem.retry_after)
    if problem.status == 503:
        return Failure(503, problem.slug, [waiting(problem.retry_after)], problem.retry_after)
    failure = Failure(409 if problem.status == 409 else 422, problem.slug, current=problem.current)
    fields: dict[str, Any] = problem.fields
    for name, sentences in fields.items():
        text = reason(problem.slug, str(sentences[0]) if sentences else problem.sentence, name)
        target = names.get(name, name)
        if target in form:
            form[target].errors = [*form[target].errors, text]
        else:
            failure.general.append(text)
    if not fields:
        failure.general.append(reason(problem.slug, problem.sentence))
    return failure


def _limited(problem: ApiProblem) -> str:
    """Why it is too much, where the API names a reason of its own, else how long to wait."""
    if problem.slug in ("too_many_posts", "too_many_requests_out"):
        return reason(problem.slug, problem.sentence)
    return waiting(problem.retry_after)


def waiting(seconds: int) -> str:
    """How long to wait, in words."""
    minutes = max(1, ceil(seconds / 60))
    wait = ngettext("Wait %(num)d minute and try again.", "Wait %(num)d minutes and try again.", minutes)
    many = gettext("Too many tries.")
    return f"{many} {wait}"
