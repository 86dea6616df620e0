"""Passwords: set by a mailed link, asked for again, changed by their owner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.identity.commands.audit import record
from services.identity.commands.registration import (
    TRIES_MOST,
    Mailer,
    corrected,
    count_unknown,
    repeat,
)  # fmt: skip
from services.identity.hashing import Hasher
from services.identity.rules import IdentitySettings
from services.identity.rules.address import canonical_address, parts_of
from services.identity.rules.link import (
    CONFIRM_EMAIL,
    RESET_PASSWORD,
    SET_PASSWORD,
    emptied,
    gone,
    opened,
    parse_token,
    placed,
)
from services.identity.rules.mails import throttle_key
from services.identity.rules.password import check_password
from services.identity.rules.session import Limits, after_miss, after_success, seconds_to_wait
from services.identity.store import Store
from shared.auth import KeyRing
from shared.errors import Refused, TooMany, Unauthorized, Unavailable
from shared.events import Event
from shared.events.identity import PasswordChanged, PasswordResetRequested, PasswordSet

Document = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """A signed-in person's wish for another password, and where it came from."""

    user_id: str
    session_id: str
    current: str
    new: str
    network: str


@dataclass(frozen=True)
class Proof:
    """What it takes to check a password."""

    hasher: Hasher
    settings: IdentitySettings


def find_link(store: Store, ring: KeyRing, token: str, now: datetime) -> tuple[Document, str]:
    """The account and the purpose of a token that works now; Gone with the reason otherwise."""
    parsed = parse_token(token)
    user = store.user_by_link(parsed.link_id)
    if user is None:
        raise gone("link_unknown")
    return user, opened(ring, user, parsed, now)


def set_password(
    store: Store,
    hasher: Hasher,
    mailer: Mailer,
    token: str,
    password: str,
    now: datetime,
    *,
    corrections: Document | None = None,
) -> None:
    """Set the password by a link, once: the same write empties all links and ends all sessions.

    With the first password its owner may correct name, position and organisation of the registration.
    """
    user, purpose = find_link(store, mailer.ring, token, now)
    if purpose == CONFIRM_EMAIL:
        raise gone("link_unknown")
    fields = corrected(store, user, purpose, corrections or {})
    _check(store, mailer.settings, {**user, **fields}, password)
    hashed = hasher.hash(password)
    for _ in range(TRIES_MOST):
        if _settle(store, user, purpose, hashed, fields, now):
            record(store, who=user["_id"], what="password_set", whom=user["_id"], result="ok", now=now)
            return
        user, purpose = find_link(store, mailer.ring, token, now)
    raise _crowded()


def forgot_password(store: Store, mailer: Mailer, email: str, now: datetime) -> None:
    """Cause the mail with a reset link; one write and one answer, whoever the address belongs to."""
    address = canonical_address(email)
    for _ in range(TRIES_MOST):
        user, waiting = store.account(address, throttle_key(address))
        if user is None:
            done = count_unknown(store, mailer, address, waiting, now)
        elif user["status"] == "ACTIVE":
            done = request_reset(store, mailer, user, now)
        else:
            done = repeat(store, mailer, user, now)
        if done:
            return
    raise _crowded()


def change_password(
    store: Store, hasher: Hasher, settings: IdentitySettings, change: Change, now: datetime
) -> None:
    """Change the own password: needs the current one, mails a notice, ends the other sessions."""
    _check(store, settings, _may_try(store, change, now), change.new, field="new_password")
    user = prove(store, Proof(hasher, settings), change, now, field="current_password")
    hashed = hasher.hash(change.new)
    checked = user["credential_version"]
    for current in _again(store, change):
        if current["credential_version"] != checked:
            raise Unauthorized("session_over", "The password was changed elsewhere. Sign in again.")
        misses = after_success(current.get("misses") or {}, change.network)
        if _write(store, current, hashed, {"misses": misses, **emptied(current)}, [_changed(current)], now):
            break
    own = {"_id": change.session_id, "user_id": change.user_id, "revoked_at": None}
    store.families.change(own, {"$set": {"credential_version": checked + 1}})
    record(store, who=change.user_id, what="password_changed", whom=change.user_id, result="ok", now=now)


def prove(store: Store, proof: Proof, change: Change, now: datetime, *, field: str) -> Document:
    """The signed-in person, once the current password was right; each wrong one counts as a miss."""
    user = _may_try(store, change, now)
    if not proof.hasher.verify(user["password"], change.current):
        _count_miss(store, proof.settings, change, now)
        raise Refused("password_wrong", "The current password is not right.", field=field)
    return user


def _may_try(store: Store, change: Change, now: datetime) -> Document:
    user = _signed_in(store, change)
    seconds = seconds_to_wait(user.get("misses") or {}, change.network, now)
    if seconds:
        raise TooMany("password_wait", "Too many wrong passwords. Try again later.", retry_after=seconds)
    return user


def _settle(store: Store, user: Document, purpose: str, hashed: str, fields: Document, now: datetime) -> bool:
    told: list[Event] = [_set({**user, **fields}, first=purpose == SET_PASSWORD)]
    if purpose == RESET_PASSWORD:
        told.append(_changed(user))
    setting = {"status": "ACTIVE", "misses": {}, **fields, **emptied(user, used=purpose)}
    return _write(store, user, hashed, setting, told, now)


def _write(
    store: Store, user: Document, hashed: str, setting: Document, told: list[Event], now: datetime
) -> bool:
    """One compare-and-set on the version, which every change of slot, expiry or credential moves."""
    where = {
        "_id": user["_id"],
        "version": user["version"],
        "credential_version": user["credential_version"],
        "status": user["status"],
    }
    setting = {**setting, "password": hashed, "password_changed_at": now, "updated_at": now}
    update = {"$set": setting, "$inc": {"credential_version": 1, "sv": 1}}
    return store.users.change(where, update, *told) is not None


def request_reset(store: Store, mailer: Mailer, user: Document, now: datetime) -> bool:
    """Cause the mail with a reset link; False when somebody wrote meanwhile."""
    told = PasswordResetRequested(user_id=user["_id"], locale=user["locale"])
    setting = {"mail_times": mailer.times(user["mail_times"], now), "updated_at": now}
    setting |= placed(user, RESET_PASSWORD, told.event_id, mailer.ring.active)
    where = {"_id": user["_id"], "version": user["version"]}
    return store.users.change(where, {"$set": setting}, told) is not None


def _check(
    store: Store, settings: IdentitySettings, user: Document, password: str, *, field: str = "password"
) -> None:
    try:
        check_password(
            password,
            _own_words(store, user),
            least=settings.password_length_least,
            most=settings.password_length_most,
        )
    except Refused as error:
        raise Refused(error.slug, error.sentence, field=field) from None


def _own_words(store: Store, user: Document) -> list[str]:
    """Words that somebody who knows the person would try first."""
    mdos = store.directory().mdos
    names = [name for id_ in user["mdo_path"] for name in mdos.get(id_, {}).get("name", {}).values()]
    texts = [user["first_name"], user["last_name"], *names, *user["mdo_path"]]
    words = [word for text in texts for word in str(text).replace("-", " ").split()]
    return [*texts, *words, *parts_of(user["email"])]


def _signed_in(store: Store, change: Change) -> Document:
    user = store.users.get(change.user_id)
    if user is None or user["status"] != "ACTIVE" or not user["password"]:
        raise Unauthorized("session_over", "Your session has ended. Sign in again.")
    return user


def _count_miss(store: Store, settings: IdentitySettings, change: Change, now: datetime) -> None:
    limits = Limits(
        free=settings.login_misses_free,
        most=settings.login_misses_most,
        wait_most=int(settings.login_wait_most),
        spray=settings.login_spray_most,
        spray_window=int(settings.login_spray_window),
    )
    for user in _again(store, change):
        misses = after_miss(user.get("misses") or {}, change.network, now, limits)
        where = {"_id": user["_id"], "version": user["version"]}
        if store.users.change(where, {"$set": {"misses": misses}}) is not None:
            return


def _again(store: Store, change: Change) -> Iterator[Document]:
    """The account as it is now, until a write on it succeeds."""
    for _ in range(TRIES_MOST):
        yield _signed_in(store, change)
    raise _crowded()


def _set(user: Document, *, first: bool) -> PasswordSet:
    return PasswordSet(
        user_id=user["_id"],
        mdo_id=user["mdo_id"],
        mdo_path=tuple(user["mdo_path"]),
        first=first,
        sv=user["sv"] + 1,
        locale=user["locale"],
        position_id=user["position_id"],
    )


def _changed(user: Document) -> PasswordChanged:
    return PasswordChanged(user_id=user["_id"], sv=user["sv"] + 1, locale=user["locale"])


def _crowded() -> Unavailable:
    return Unavailable("crowded", "This account is written to very often right now.", retry_after=2)
