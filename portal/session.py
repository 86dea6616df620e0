"""Cookie, session records and grants; the only file that sees a token, and the portal's only store."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response, current_app, session
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from portal.calls import identity
from portal.gateway import Api, ApiProblem, SignedOut, Unreachable
from portal.settings import PortalSettings
from portal.store import Document, Store, StoreError, utcnow


class Session(CallbackDict[str, Any], SessionMixin):
    """What the portal remembers of one browser; `sid` is the cookie's value."""

    def __init__(
        self, sid: str = "", values: Document | None = None, seen_at: datetime | None = None
    ) -> None:
        super().__init__(values or {}, lambda _: setattr(self, "modified", True))
        self.sid = sid
        self.new = not sid
        self.seen_at = seen_at
        self.modified = False
        self.replaced: list[str] = []
        self.lost = False

    def restart(self) -> None:
        """Drop everything and take a new id; the old one is removed with the answer."""
        self.clear()
        if self.sid:
            self.replaced.append(self.sid)
        self.sid = ""
        self.modified = True


def _key(sid: str) -> str:
    return hashlib.sha256(sid.encode()).hexdigest()


class Sessions(SessionInterface):
    """Flask's session on the store: written only when changed, the idle clock apart from it."""

    def __init__(
        self, store: Store, settings: PortalSettings, clock: Callable[[], datetime] = utcnow
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    def open_session(self, app: Flask, request: Request) -> Session:
        """Read the browser's session; an unknown, idle or ended one gives an empty session."""
        sid = request.cookies.get(self._settings.cookie_name, "")
        if not 20 <= len(sid) <= 100:
            return Session()
        try:
            return self._found(sid)
        except StoreError:
            lost = Session()
            lost.lost = True
            return lost

    def _found(self, sid: str) -> Session:
        record = self._store.read("sessions", _key(sid))
        if record is None:
            return Session()
        if self._clock() - record["seen_at"] > timedelta(seconds=self._settings.session_idle):
            self._store.delete("sessions", _key(sid))
            return Session()
        return Session(sid, record["values"], record["seen_at"])

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed and send the cookie of a new session."""
        assert isinstance(session, Session)
        if session.lost:
            return
        for old in session.replaced:
            self._store.delete("sessions", _key(old))
        if session.modified and session:
            self._write(session, response)
        elif session.replaced and not session:
            response.delete_cookie(self._settings.cookie_name, **self._flags())
        elif session.sid and session.seen_at:
            self._touch(session.sid, session.seen_at)

    def _write(self, session: Session, response: Response) -> None:
        now = self._clock()
        lives = self._settings.session_absolute if "user" in session else self._settings.session_guest
        values: Document = {"values": dict(session), "seen_at": now}
        if not session.sid:
            session.sid = secrets.token_urlsafe(32)
            values["expires_at"] = now + timedelta(seconds=lives)
            response.set_cookie(self._settings.cookie_name, session.sid, max_age=int(lives), **self._flags())
        self._store.write("sessions", _key(session.sid), values)

    def _touch(self, sid: str, seen_at: datetime) -> None:
        now = self._clock()
        if now - seen_at > timedelta(seconds=self._settings.seen_every):
            self._store.write("sessions", _key(sid), {"seen_at": now})

    def _flags(self) -> dict[str, Any]:
        return {"path": "/", "secure": self._settings.secure_cookie, "httponly": True, "samesite": "Lax"}


class Grants:
    """Token pairs apart from the session; each is replaced as a whole and renewed by one caller at a time."""

    def __init__(
        self, store: Store, settings: PortalSettings, clock: Callable[[], datetime] = utcnow
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._wait = threading.Event()

    def add(self, pair: Document) -> str:
        """Keep a new pair; return its id."""
        grant_id = secrets.token_urlsafe(32)
        ends = self._clock() + timedelta(seconds=self._settings.session_absolute)
        self._store.write("grants", grant_id, {**self._fields(pair), "expires_at": ends})
        return grant_id

    def read(self, grant_id: str) -> Document:
        """The pair now in use; SignedOut when there is none."""
        grant = self._store.read("grants", grant_id)
        if grant is None:
            raise SignedOut
        return grant

    def delete(self, grant_id: str) -> None:
        """Forget a pair."""
        self._store.delete("grants", grant_id)

    def fresh(self, grant: Document) -> bool:
        """Whether the access token will last a little longer."""
        early = timedelta(seconds=self._settings.refresh_early)
        return bool(self._clock() + early < grant["access_until"])

    def renew(self, grant_id: str, stale: str, api: Api) -> str:
        """Replace the stale token once; who comes second waits for the first one's result."""
        deadline = self._clock() + timedelta(seconds=self._settings.refresh_wait)
        while self._clock() < deadline:
            grant = self.read(grant_id)
            if grant["access_token"] != stale:
                return str(grant["access_token"])
            until = self._clock() + timedelta(seconds=self._settings.refresh_lease)
            if self._store.lease(grant_id, until, stale):
                return self._exchange(grant_id, grant, api)
            self._wait.wait(0.05)
        raise Unreachable

    def _exchange(self, grant_id: str, grant: Document, api: Api) -> str:
        try:
            pair = identity.refresh(api, grant["refresh_token"])
        except ApiProblem as problem:
            if problem.status not in (400, 401, 403):
                raise Unreachable(problem.retry_after or 5) from None
            self.delete(grant_id)
            raise SignedOut from None
        self._store.write("grants", grant_id, {**self._fields(pair), "leased_until": None})
        return str(pair["access_token"])

    def _fields(self, pair: Document) -> Document:
        until = self._clock() + timedelta(seconds=float(pair["expires_in"]))
        return {
            "access_token": pair["access_token"],
            "refresh_token": pair["refresh_token"],
            "access_until": until,
        }


class Grant:
    """The credential of the signed-in browser, as the gateway wants it."""

    def __init__(self, grants: Grants, grant_id: str, api: Api) -> None:
        self._grants = grants
        self._grant_id = grant_id
        self._api = api
        self._read: Document | None = None

    def token(self) -> str:
        """The access token, renewed shortly before it ends; read once in a request."""
        if self._read and self._grants.fresh(self._read):
            return str(self._read["access_token"])
        grant = self._read = self._grants.read(self._grant_id)
        if self._grants.fresh(grant):
            return str(grant["access_token"])
        return self.renew(grant["access_token"])

    def renew(self, stale: str) -> str:
        """The next access token; SignedOut when identity refuses."""
        self._read = None
        return self._grants.renew(self._grant_id, stale, self._api)


def _grants() -> Grants:
    found: Grants = current_app.extensions["grants"]
    return found


def credential(api: Api) -> Grant | None:
    """The credential of the session in hand; `api` is used to renew it."""
    user = session.get("user")
    return Grant(_grants(), user["grant_id"], api) if user else None


def sign_in(pair: Document) -> None:
    """Start a new session under a new id for the owner of the pair."""
    grant_id = _grants().add(pair)
    if "user" in session:
        _grants().delete(session["user"]["grant_id"])
    session_object().restart()
    session["user"] = {"grant_id": grant_id}


def remember(me: Document) -> None:
    """Keep what the frame shows of the person; rights stay with the services."""
    user = dict(session["user"])
    user |= {"id": me.get("id"), "first_name": me.get("first_name", ""), "portals": me.get("portals", [])}
    user["held_back"] = bool((me.get("second_factor") or {}).get("setup_needed"))
    user["roles"] = sorted({str(held.get("role")) for held in me.get("roles") or []})
    if user != session["user"]:
        session["user"] = user


def renew_rights(api: Api) -> None:
    """Take new tokens now; a second factor that was just set up lets them hold the person's roles."""
    grant_id = session["user"]["grant_id"]
    _grants().renew(grant_id, _grants().read(grant_id)["access_token"], api)


def pass_gate() -> None:
    """Remember that onboarding and the mandatory profile are behind the person."""
    session["user"] = {**session["user"], "gate": True}


def queue_id() -> str:
    """A name for the person's offline queue in a shared browser; it tells nobody who it is."""
    user = session.get("user") or {}
    secret = str(current_app.config["SECRET_KEY"])
    return hashlib.sha256(f"{secret}:{user.get('id', '')}".encode()).hexdigest()[:20]


def sign_out(api: Api | None) -> None:
    """End the session here and, when identity answers, the token family there."""
    user = session.get("user")
    if user:
        with suppress(SignedOut, ApiProblem, Unreachable):
            grant = _grants().read(user["grant_id"])
            _grants().delete(user["grant_id"])
            if api:
                identity.revoke(api, grant["refresh_token"])
    session_object().restart()


def session_object() -> Session:
    """The session behind Flask's proxy."""
    found = session._get_current_object()  # type: ignore[attr-defined]
    assert isinstance(found, Session)
    return found
