"""Sign in, renew and sign out; every wrong password counts, and the count alone releases the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.identity.commands.audit import record
from services.identity.hashing import Hasher
from services.identity.rules import IdentitySettings
from services.identity.rules.address import canonical_address
from services.identity.rules.second_factor import is_enrolled, settled
from services.identity.rules.session import (
    Limits,
    RefreshToken,
    after_miss,
    after_success,
    is_guessed_at,
    new_refresh_token,
    parse_refresh_token,
    seconds_to_wait,
    unknown_key,
    with_network,
)
from services.identity.store import Store
from shared.auth import KeyRing
from shared.errors import NotFound, Refused, TooMany, Unauthorized
from shared.events import new_id

Document = dict[str, Any]
LOGIN_NOTED = timedelta(minutes=10)  # A login within this time of the last one costs no write.


@dataclass(frozen=True)
class Session:
    """A signed-in person and the refresh token that the client gets."""

    user: Document
    family: str
    refresh_token: str
    ends_in: int
    factor: bool = False


@dataclass(frozen=True)
class Attempt:
    """One try to sign in: who asks from where, and when."""

    email: str
    password: str
    network: str
    now: datetime
    code: str | None = None
    ring: KeyRing | None = None


def login(store: Store, hasher: Hasher, settings: IdentitySettings, attempt: Attempt) -> Session:
    """Open a session, or answer alike for every reason why not: Unauthorized; TooMany after many misses."""
    limits = _limits(settings)
    account = _Account.find(store, attempt.email)
    account.refuse_while_waiting(attempt)
    right = account.verify(hasher, attempt.password)
    while True:
        account = account.again()
        account.refuse_while_waiting(attempt)
        closed = account.is_closed(attempt, limits)
        open_to_us = right and account.is_usable and (not closed or account.knows(attempt.network))
        used = account.second_factor(attempt) if open_to_us else None
        if open_to_us and used is not None:
            if account.settle_success(hasher, attempt, used):
                return _open(store, settings, account.user or {}, attempt.now)
        elif account.settle_miss(attempt, limits):
            _refuse(store, account, attempt, limits, closed=closed)


def refresh(store: Store, settings: IdentitySettings, token: str, now: datetime) -> Session:
    """Trade a refresh token for its successor; one traded before ends the whole session (Unauthorized)."""
    old = parse_refresh_token(token)
    family = store.families.get(old.family) if old else None
    if old is None or family is None:
        raise _over()
    user = store.users.get(family["user_id"])
    if not _may_go_on(user, family):
        _end(store, {"_id": old.family}, now)
        raise _over()
    new = new_refresh_token(old.family)
    idle_until = min(now + timedelta(seconds=settings.session_idle), family["ends_at"])
    changed = store.families.change(
        {
            "_id": old.family,
            "current": old.digest,
            "revoked_at": None,
            "idle_until": {"$gt": now},
            "ends_at": {"$gt": now},
            "epoch": settings.platform_epoch,
        },
        {"$set": {"current": new.digest, "idle_until": idle_until}, "$push": {"rotated": old.digest}},
    )
    if changed is None:
        _end_if_reused(store, old, now)
        raise _over()
    left = int((idle_until - now).total_seconds())
    return Session(user or {}, old.family, new.text, left, bool(family.get("factor")))


def logout(store: Store, token: str, now: datetime) -> None:
    """End the session of this refresh token; an unknown token is no error."""
    given = parse_refresh_token(token)
    if given is None:
        return
    held = {"_id": given.family, "$or": [{"current": given.digest}, {"rotated": given.digest}]}
    family = _end(store, held, now)
    if family is not None:
        record(store, who=family["user_id"], what="logout", whom=family["user_id"], result="ok", now=now)


def end_session(store: Store, user_id: str, session_id: str, now: datetime) -> None:
    """End one of a person's sessions; NotFound for one that is not theirs."""
    family = store.families.get(session_id)
    if family is None or family["user_id"] != user_id:
        raise NotFound("session_unknown", "There is no such session.")
    if _end(store, {"_id": session_id, "user_id": user_id}, now) is not None:
        record(store, who=user_id, what="session_revoked", whom=user_id, result="ok", now=now)


def _open(store: Store, settings: IdentitySettings, user: Document, now: datetime) -> Session:
    token = new_refresh_token(new_id())
    store.families.add(
        {
            "_id": token.family,
            "user_id": user["_id"],
            "current": token.digest,
            "rotated": [],
            "revoked_at": None,
            "idle_until": now + timedelta(seconds=settings.session_idle),
            "ends_at": now + timedelta(seconds=settings.session_most),
            "epoch": settings.platform_epoch,
            "credential_version": user["credential_version"],
            "factor": is_enrolled(user),
            "created_at": now,
        }
    )
    record(store, who=user["_id"], what="login", whom=user["_id"], result="ok", now=now)
    return Session(user, token.family, token.text, int(settings.session_idle), is_enrolled(user))


def _may_go_on(user: Document | None, family: Document) -> bool:
    return (
        user is not None
        and user["status"] == "ACTIVE"
        and user["credential_version"] == family["credential_version"]
    )


def _end_if_reused(store: Store, old: RefreshToken, now: datetime) -> None:
    # One conditional write and no read: a majority read may still show the time before the winner's rotation.
    family = _end(store, {"_id": old.family, "rotated": old.digest}, now)
    if family is not None:
        who = family["user_id"]
        record(store, who=who, what="refresh_token_reused", whom=who, result="session_ended", now=now)


def _end(store: Store, which: Document, now: datetime) -> Document | None:
    return store.families.change({**which, "revoked_at": None}, {"$set": {"revoked_at": now}})


def _over() -> Unauthorized:
    return Unauthorized("session_over", "Your session has ended. Sign in again.")


def _refuse(store: Store, account: _Account, attempt: Attempt, limits: Limits, *, closed: bool) -> None:
    window = int(attempt.now.timestamp()) // limits.spray_window
    until = attempt.now + timedelta(seconds=2 * limits.spray_window)
    store.hit(f"spray:{attempt.network}:{window}", until)
    whom = account.user["_id"] if account.user else None
    record(store, who=None, what="login", whom=whom, result="refused", now=attempt.now)
    if closed:
        raise _wait(limits.wait_most)
    raise Unauthorized("login_failed", "The e-mail address or the password is not right.")


def _wait(seconds: int) -> TooMany:
    return TooMany(
        "login_wait",
        "Too many wrong passwords. Wait, or ask for a new password by mail.",
        retry_after=seconds,
    )


def _limits(settings: IdentitySettings) -> Limits:
    return Limits(
        free=settings.login_misses_free,
        most=settings.login_misses_most,
        wait_most=int(settings.login_wait_most),
        spray=settings.login_spray_most,
        spray_window=int(settings.login_spray_window),
    )


@dataclass(frozen=True)
class _Account:
    """Where the misses of an address are counted: in its account, or among the throttles if it has none."""

    store: Store
    address: str
    user: Document | None
    counters: Document | None

    @classmethod
    def find(cls, store: Store, address: str) -> _Account:
        try:
            canonical = canonical_address(address)
        except Refused:
            canonical = ""
        user = store.users.find_one({"email": canonical}) if canonical else None
        address = canonical or address
        return cls(store, address, user, user or store.throttles.get(unknown_key(address)))

    def again(self) -> _Account:
        """The same account as it is now; parallel tries have counted meanwhile."""
        return _Account.find(self.store, self.address)

    @property
    def misses(self) -> Document:
        return (self.counters or {}).get("misses") or {}

    @property
    def known(self) -> dict[str, datetime]:
        return (self.counters or {}).get("known_networks") or {}

    @property
    def is_usable(self) -> bool:
        return self.user is not None and self.user["status"] == "ACTIVE"

    def knows(self, network: str) -> bool:
        return network in self.known

    def refuse_while_waiting(self, attempt: Attempt) -> None:
        seconds = seconds_to_wait(self.misses, attempt.network, attempt.now)
        if seconds:
            raise _wait(seconds)

    def is_closed(self, attempt: Attempt, limits: Limits) -> bool:
        """Whether only networks of earlier successes get through, on this account or from this network."""
        window = int(attempt.now.timestamp()) // limits.spray_window
        spray = self.store.throttles.get(f"spray:{attempt.network}:{window}") or {}
        return is_guessed_at(self.misses, limits) or int(spray.get("count", 0)) >= limits.spray

    def verify(self, hasher: Hasher, password: str) -> bool:
        """One verification on each path: a real hash, or the dummy where there is none."""
        stored = self.user.get("password") if self.user else None
        return hasher.verify(stored, password) if stored else hasher.dummy_verify(password)

    def second_factor(self, attempt: Attempt) -> Document | None:
        """The fields that use up the code, empty if none is needed; None for a wrong code.

        A missing code is no miss: the password was right, and the client asks for the code next.
        """
        if not is_enrolled(self.user) or self.user is None:
            return {}
        if attempt.code is None or attempt.ring is None:
            raise Unauthorized("second_factor_needed", "Enter the code of your authenticator app.")
        return settled(attempt.ring, self.user, attempt.code, attempt.now)

    def settle_success(self, hasher: Hasher, attempt: Attempt, used: Document) -> bool:
        """Forget the misses, use up the code, remember the network; False when somebody wrote meanwhile."""
        user = self.user or {}
        setting: Document = dict(used)
        if self.misses.get("total"):
            setting["misses"] = after_success(self.misses, attempt.network)
        if not self.knows(attempt.network):
            setting["known_networks"] = with_network(self.known, attempt.network, attempt.now)
        if hasher.is_outdated(user["password"]):
            setting["password"] = hasher.hash(attempt.password)
        last = user.get("last_login_at")
        if last is None or attempt.now - last > LOGIN_NOTED:
            setting["last_login_at"] = attempt.now
        if not setting:
            return True
        where = {"_id": user["_id"], "version": user["version"]}
        return self.store.users.change(where, {"$set": setting}) is not None

    def settle_miss(self, attempt: Attempt, limits: Limits) -> bool:
        """Count one miss; False when somebody counted meanwhile."""
        misses = after_miss(self.misses, attempt.network, attempt.now, limits)
        if self.user:
            where = {"_id": self.user["_id"], "version": self.user["version"]}
            return self.store.users.change(where, {"$set": {"misses": misses}}) is not None
        until = attempt.now + timedelta(days=2)
        version = self.counters["version"] if self.counters else None
        return self.store.count_misses(unknown_key(self.address), version, misses, until)
