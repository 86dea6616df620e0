"""Build the portal: settings in, pages out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import httpx
from flask import Flask
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, meta
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from portal.frame import add_frame, static_headers
from portal.gateway import Gateway
from portal.guards import add_guards
from portal.i18n import DEFAULT, LanguagePrefix, locale, texts
from portal.links import STATIC
from portal.session import Grants, Sessions
from portal.settings import PortalSettings
from portal.store import Store, connect, utcnow
from portal.views import BLUEPRINTS
from shared import log
from shared.settings import SettingsMissing, load
from shared.web import Ready, add_ops

FIRST = "account/login.html"


def create_app(
    settings: PortalSettings | None = None,
    transport: httpx.BaseTransport | None = None,
    store: Store | None = None,
    clock: Callable[[], datetime] = utcnow,
) -> Flask:
    """Wire the portal; tests pass a transport, a store and a clock of their own."""
    settings = settings or _from_environment()
    store = store or connect(settings)
    app = Flask("portal", static_folder=None)
    app.config |= _config(settings)
    wire(app, settings, Gateway(settings, transport), store, clock)
    app.jinja_options = {"loader": _templates(), "trim_blocks": True, "lstrip_blocks": True}
    translations = str(STATIC.parent / "translations")
    Babel(app, locale_selector=locale, default_translation_directories=translations)
    app.jinja_env.install_gettext_callables(*texts(translations), newstyle=True)  # type: ignore[attr-defined]  # from its extension
    add_ops(app, settings, _ready(app))
    add_guards(app, settings)
    CSRFProtect(app)
    add_frame(app, settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.wsgi_app = _wrapped(app)  # type: ignore[method-assign]  # the documented place for middleware
    return app


def wire(
    app: Flask, settings: PortalSettings, gateway: Gateway, store: Store, clock: Callable[[], datetime]
) -> None:
    """Give the pages what they work with; again replaces it."""
    app.extensions |= {
        "settings": settings,
        "gateway": gateway,
        "store": store,
        "grants": Grants(store, settings, clock),
        "clock": clock,
    }
    app.session_interface = Sessions(store, settings, clock)


def _ready(app: Flask) -> Ready:
    """The store answers, and the form that most people meet first is compiled: nobody waits for a new process."""
    compiled: set[str] = set()

    def ready() -> None:
        app.extensions["store"].ping()
        if FIRST not in compiled:
            _compile(app.jinja_env, FIRST, compiled)

    return ready


def _compile(env: Environment, name: str, compiled: set[str]) -> None:
    """A template with all that it includes, imports and extends."""
    assert env.loader is not None
    for other in meta.find_referenced_templates(env.parse(env.loader.get_source(env, name)[0])):
        if other and other not in compiled:
            _compile(env, other, compiled)
    env.get_template(name)
    compiled.add(name)


def _from_environment() -> PortalSettings:
    settings = load(PortalSettings)
    log.set_up(settings)
    if settings.environment == "production" and not settings.secure_cookie:
        raise SettingsMissing("SECURE_COOKIE may be false outside production only.")
    return settings


def _templates() -> ChoiceLoader:
    components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    return ChoiceLoader([PackageLoader("portal"), components])


def _config(settings: PortalSettings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": settings.body_limit,
        "MAX_FORM_MEMORY_SIZE": settings.body_limit,
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        "BABEL_DEFAULT_LOCALE": DEFAULT,
        "BABEL_DEFAULT_TIMEZONE": "Asia/Kolkata",
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # guards.py checks Origin and Referer on every scheme
    }


def _wrapped(app: Flask) -> ProxyFix:
    """Outermost first: the edge's address and scheme, built files, the language prefix."""
    inner = LanguagePrefix(app.wsgi_app)
    files = WhiteNoise(
        inner,
        root=str(STATIC),
        prefix="static/",
        allow_all_origins=False,
        max_age=0,
        immutable_file_test=r"^.+\.[0-9a-f]{12}\..+$",
        add_headers_function=static_headers,
    )
    files.application = inner
    return ProxyFix(files, x_for=1, x_proto=1, x_host=0)
