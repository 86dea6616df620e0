"""What happens before a view: the request's own API, the origin of unsafe requests, the signed-in person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask_babel import gettext

from portal.calls import identity, onboarding
from portal.gateway import Api, ApiProblem, Gateway, Unreachable
from portal.i18n import locale
from portal.session import credential, pass_gate, remember, session_object
from portal.settings import PortalSettings

View = TypeVar("View", bound=Callable[..., object])
SAFE = ("GET", "HEAD", "OPTIONS")
STORELESS = (
    None, "healthz", "readyz", "metrics", "public.home", "site.page", "site.robots", "site.offline", "site.worker",
)  # fmt: skip
# Forms that carry a file; everything else keeps the limit of the settings.
LARGER = {
    "mdo.bulk": 1_150_000, "frac.load": 1_150_000, "cbp.upload": 21_000_000, "cbp.load": 52_500_000,
}  # fmt: skip


def guest() -> Api:
    """The API as a guest, for this request."""
    gateway: Gateway = current_app.extensions["gateway"]
    headers = {
        "X-Request-ID": g.request_id,
        "Accept-Language": locale(),
        "X-Forwarded-For": request.remote_addr or "",
        "Accept": "application/json",
    }
    return Api(gateway, headers)


def person() -> Api:
    """The API as the signed-in person, for this request."""
    plain = guest()
    signer = credential(plain)
    if signer is None:
        abort(403)
    gateway: Gateway = current_app.extensions["gateway"]
    return Api(gateway, plain.headers, signer)


def anyone() -> Api:
    """The API as the person when one is signed in, else as a guest."""
    return person() if "user" in session else guest()


def signed_in(view: View) -> View:
    """Send guests to the sign-in page and back again."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> object:
        if "user" not in session:
            return redirect(
                url_for("account.login", next=request.script_root + request.full_path.rstrip("?")), 303
            )
        return view(*args, **kwargs)

    return cast(View, guarded)


def next_step(me: Mapping[str, Any]) -> str | None:
    """Where a person has to go first: the wizard, then the mandatory profile; None when nothing is left."""
    if me.get("state") != "done":
        return "onboarding.start"
    return None if me.get("profile_complete") else "profile.edit"


def learner(view: View) -> View:
    """Send guests to sign in, and newcomers to what is to be done first."""

    @signed_in
    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> object:
        step = None if session["user"].get("gate") else _gate()
        return redirect(url_for(step), 303) if step else view(*args, **kwargs)

    return cast(View, guarded)


def _gate() -> str | None:
    """Ask once in a session; while onboarding does not answer nobody is held up."""
    api = person()
    try:
        if "id" not in session["user"]:
            remember(identity.me(api))
        step = next_step(onboarding.me(api))
    except (ApiProblem, Unreachable):
        return None
    if step is None:
        pass_gate()
    elif step == "profile.edit":
        session["notice"] = gettext("Complete your profile first. It is needed once; then all pages open.")
    return step


def needs(slug: str) -> Callable[[View], View]:
    """Open a view to people whose portals include this one; the services decide again on each call."""

    def wrap(view: View) -> View:
        @signed_in
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> object:
            if "id" not in session["user"]:
                remember(identity.me(person()))
            held = {str(portal.get("slug")) for portal in session["user"].get("portals") or []}
            return view(*args, **kwargs) if slug in held else abort(403)

        return cast(View, guarded)

    return wrap


def holds(*roles: str) -> Callable[[View], View]:
    """Open a view to people who hold one of these roles; the services decide again on each call."""

    def wrap(view: View) -> View:
        @signed_in
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> object:
            return view(*args, **kwargs) if held(*roles) else abort(403)

        return cast(View, guarded)

    return wrap


def held(*roles: str) -> bool:
    """Whether the signed-in person holds one of these roles."""
    if "roles" not in session["user"]:
        remember(identity.me(person()))
    return not set(roles).isdisjoint(session["user"].get("roles") or [])


def _ours(origin: str, settings: PortalSettings) -> bool:
    return origin in (settings.origin, f"{request.scheme}://{request.host}")


def add_guards(app: Flask, settings: PortalSettings) -> None:
    """Run before each request, ahead of the CSRF check."""

    @app.before_request
    def need_the_store() -> None:
        if session_object().lost and request.endpoint not in STORELESS:
            raise Unreachable

    @app.before_request
    def allow_a_larger_form() -> None:
        limit = LARGER.get(request.endpoint or "")
        if limit and request.method == "POST" and "user" in session:
            request.max_content_length = request.max_form_memory_size = limit

    @app.before_request
    def refuse_a_foreign_origin() -> None:
        if request.method in SAFE:
            return
        origin = request.headers.get("Origin")
        referer = urlsplit(request.headers.get("Referer", ""))
        shown = origin if origin is not None else f"{referer.scheme}://{referer.netloc}"
        if not _ours(shown, settings):
            abort(403)
