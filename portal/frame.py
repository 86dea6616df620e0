"""What every answer carries: nonce, security and cache headers, compression, error pages, the frame's data."""

from __future__ import annotations

import gzip
import secrets
from typing import Any
from urllib.parse import urlencode

import brotli
import nh3
from flask import Flask, Response, current_app, g, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from portal.gateway import ApiProblem, SignedOut, Unreachable
from portal.i18n import (
    NAMES,
    day,
    days_left,
    duration,
    locale,
    moment,
    month,
    name_of,
    said,
    same_page,
    size,
    spoken_in,
    words,
)
from portal.links import StaticLinks
from portal.session import sign_out
from portal.settings import PortalSettings
from portal.store import StoreError

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "X-Frame-Options": "DENY",
}
_POLICY = (
    "default-src 'none'; script-src 'self'{nonce}; style-src 'self'; img-src 'self'; media-src 'self'; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
_AUTHORED = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "dl", "dt", "em", "figcaption", "figure", "h2", "h3",
    "h4", "hr", "i", "img", "li", "ol", "p", "pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr",
    "ul",
}  # fmt: skip
_PAGES = (403, 404, 405, 409, 410, 413, 429, 500, 503)


def nonce() -> str:
    """The nonce of this answer's policy."""
    if not hasattr(g, "nonce"):
        g.nonce = secrets.token_urlsafe(16)
    value: str = g.nonce
    return value


def policy() -> str:
    """The content security policy of this answer."""
    return _POLICY.format(nonce=f" 'nonce-{nonce()}'")


def add_headers(response: Response) -> Response:
    """Put D24's headers on every answer, errors too."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Content-Security-Policy"] = policy()
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return _compress(response)


def static_headers(headers: Any, path: str, url: str) -> None:
    """The same headers for built files, which do not pass through Flask."""
    for name, value in HEADERS.items():
        headers[name] = value
    headers["Content-Security-Policy"] = _POLICY.format(nonce="")


def _compress(response: Response) -> Response:
    accepted = request.accept_encodings
    if response.is_streamed or response.mimetype != "text/html" or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < 500:
        return response
    if accepted["br"]:
        response.set_data(brotli.compress(body, quality=5))
        response.headers["Content-Encoding"] = "br"
    elif accepted["gzip"]:
        response.set_data(gzip.compress(body, 6))
        response.headers["Content-Encoding"] = "gzip"
    return response


def error_page(status: int, *, retry_after: int = 0) -> tuple[str, int, dict[str, str]]:
    """One page for one status, with the reference a help desk can look up."""
    known = status if status in _PAGES else (500 if status >= 500 else 404 if status == 404 else 400)
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    page = render_template(
        "errors/page.html", status=known, retry_after=retry_after, reference=g.get("request_id", "")
    )
    return page, status, headers


def _api_problem(problem: ApiProblem) -> Any:
    return error_page(problem.status, retry_after=problem.retry_after)


def _unreachable(error: Unreachable) -> Any:
    return error_page(503, retry_after=error.retry_after)


def _store_failed(error: StoreError) -> Any:
    current_app.logger.error("session store failed", extra={"error": type(error).__name__})
    return error_page(503, retry_after=5)


def _signed_out(error: SignedOut) -> AnyResponse:
    sign_out(None)
    session["notice"] = gettext("Your session ended. Sign in again to go on.")
    back = request.script_root + (request.full_path.rstrip("?") if request.method == "GET" else "/home")
    return redirect(url_for("account.login", next=back), 303)


def _csrf(error: CSRFError) -> Any:
    page = render_template("errors/form.html", reference=g.get("request_id", ""))
    return page, 400


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    answer = error_page(error.code)
    keep = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return answer[0], answer[1], {**answer[2], **keep}


def _crash(error: Exception) -> Any:
    current_app.logger.error("page failed", exc_info=error)
    return error_page(500)


def authored(text: object) -> Markup:
    """Text that an author wrote as HTML, cleaned here once more; it carries no style, script or form."""
    return Markup(nh3.clean(words(text), tags=_AUTHORED, attributes={"a": {"href"}, "img": {"src", "alt"}}))  # nosec B704: cleaned by nh3.


def marked(text: object) -> Markup:
    """A search hit: text with `<mark>` around what matched, and nothing else."""
    clean = nh3.clean(str(text or ""), tags={"mark"}, attributes={})
    spoken = spoken_in(clean.replace("mark", ""))
    return Markup(clean if spoken == locale() else f'<span lang="{spoken}">{clean}</span>')  # nosec B704: see clean.


def again(**changes: str) -> str:
    """The query of the page in hand with some parameters changed; an empty one is left out."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    return urlencode(kept + [(name, value) for name, value in changes.items() if value])


def new_key() -> str:
    """A key that makes a form's second sending have no second effect."""
    return secrets.token_urlsafe(18)


def low_data() -> bool:
    """Whether the person, or the browser, asks for little data."""
    asked = request.cookies.get("data")
    return asked == "low" or (asked is None and request.headers.get("Save-Data") == "on")


def add_frame(app: Flask, settings: PortalSettings) -> None:
    """Wire headers, error pages and the data of the frame."""
    static_url = StaticLinks()
    app.after_request(add_headers)
    app.register_error_handler(ApiProblem, _api_problem)
    app.register_error_handler(Unreachable, _unreachable)
    app.register_error_handler(StoreError, _store_failed)
    app.register_error_handler(SignedOut, _signed_out)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _crash)
    app.jinja_env.filters |= {
        "authored": authored, "marked": marked, "said": said, "words": words, "duration": duration, "day": day,
        "moment": moment, "month": month, "size": size, "days_left": days_left,
    }  # fmt: skip

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {
            "settings": settings,
            "static_url": static_url,
            "nonce": nonce(),
            "locale": locale(),
            "languages": [(code, name, same_page(code)) for code, name in NAMES.items()],
            "person": session.get("user") if session else None,
            "name_of": name_of,
            "theme": request.cookies.get("theme", ""),
            "low_data": low_data(),
            "new_key": new_key,
            "again": again,
            "built": lambda endpoint: endpoint in app.view_functions,
        }
