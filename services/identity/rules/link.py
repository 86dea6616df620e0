"""Links of mails: slots in the user document without a secret, and the token that only the keys can make.

A slot is {link_id, expires_at, credential_version, kid}. Its link id is the id of the event that caused it,
so each repetition of a mail holds the same link, and a newer event overwrites the slot. Slots that are over
stay for a while in `spent_links`, so that their owner is told why.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.auth import KeyRing
from shared.errors import Gone

Document = dict[str, Any]
SET_PASSWORD, RESET_PASSWORD, CONFIRM_EMAIL = "set_password", "reset_password", "confirm_email"
MAY_SET = {SET_PASSWORD: "INVITED", RESET_PASSWORD: "ACTIVE", CONFIRM_EMAIL: "ACTIVE"}
PAGES = {SET_PASSWORD: "set-password", RESET_PASSWORD: "set-password", CONFIRM_EMAIL: "confirm-email"}
SPENT_KEPT = 8
TOKEN = re.compile(
    r"(?P<kid>[A-Za-z0-9_-]{1,32})\.(?P<link_id>[0-9a-f-]{36})\.(?P<tag>[A-Za-z0-9_-]{43})", re.A
)
_WHY = {
    "link_used": "This link was used already. Sign in, or ask for a new password.",
    "link_expired": "This link has expired. Ask for a new mail.",
    "link_overtaken": "A newer mail was sent. Use the link in the latest one.",
    "link_unknown": "This link is not valid. Copy it in full from the mail, or ask for a new mail.",
}


@dataclass(frozen=True)
class Token:
    """The parts of a token as it came."""

    kid: str
    link_id: str
    tag: str


def parse_token(text: str) -> Token:
    """The parts of a well-formed token; Gone for anything else."""
    found = TOKEN.fullmatch(text)
    if found is None:
        raise gone("link_unknown")
    return Token(found["kid"], found["link_id"], found["tag"])


def gone(slug: str) -> Gone:
    """Why a link does not work."""
    return Gone(slug, _WHY[slug])


def token_for(ring: KeyRing, purpose: str, user_id: str, slot: Mapping[str, Any]) -> str:
    """The token of a slot whose `expires_at` is set; Gone when its key was retired."""
    key = ring.key(slot["kid"])
    if key is None:
        raise gone("link_overtaken")
    return f"{slot['kid']}.{slot['link_id']}.{_tag(key, purpose, user_id, slot)}"


def opened(ring: KeyRing, user: Mapping[str, Any], token: Token, now: datetime) -> str:
    """The purpose of a token that works now; Gone with the reason for one that does not."""
    for purpose, slot in user["links"].items():
        if _is_token_of(ring, purpose, user["_id"], slot, token):
            if slot["credential_version"] != user["credential_version"] or user["status"] != MAY_SET[purpose]:
                raise gone("link_overtaken")
            if slot["expires_at"] <= now:
                raise gone("link_expired")
            return str(purpose)
    for spent in user.get("spent_links", ()):
        if _is_token_of(ring, spent["purpose"], user["_id"], spent, token):
            raise gone(spent["why"])
    raise gone("link_unknown")


def placed(user: Mapping[str, Any], purpose: str, link_id: str, kid: str) -> Document:
    """The fields to set so that `link_id` is the only live link of this purpose."""
    slot = {
        "link_id": link_id,
        "expires_at": None,
        "credential_version": user["credential_version"],
        "kid": kid,
    }
    links = {**user.get("links", {}), purpose: slot}
    over = {purpose: user["links"][purpose]} if purpose in user.get("links", {}) else {}
    return _fields(links, _spent(user, over, used=""))


def emptied(user: Mapping[str, Any], *, used: str = "") -> Document:
    """The fields to set so that no link is live; `used` names the purpose whose link did its work."""
    return _fields({}, _spent(user, user.get("links", {}), used=used))


def _spent(user: Mapping[str, Any], over: Mapping[str, Document], *, used: str) -> list[Document]:
    added = [
        {**slot, "purpose": purpose, "why": "link_used" if purpose == used else "link_overtaken"}
        for purpose, slot in over.items()
        if slot["expires_at"] is not None  # Nobody ever held a token of a slot without an expiry.
    ]
    return [*user.get("spent_links", ()), *added][-SPENT_KEPT:]


def _fields(links: Document, spent: list[Document]) -> Document:
    ids = [slot["link_id"] for slot in (*links.values(), *spent)]
    return {"links": links, "spent_links": spent, "link_ids": ids}


def _is_token_of(ring: KeyRing, purpose: str, user_id: str, slot: Mapping[str, Any], token: Token) -> bool:
    key = ring.key(slot["kid"])
    if key is None or slot["expires_at"] is None:
        return False
    if slot["kid"] != token.kid or slot["link_id"] != token.link_id:
        return False
    return hmac.compare_digest(_tag(key, purpose, user_id, slot), token.tag)


def _tag(key: bytes, purpose: str, user_id: str, slot: Mapping[str, Any]) -> str:
    expires = str(int(slot["expires_at"].timestamp() * 1000))
    parts = (purpose, slot["link_id"], user_id, expires, str(slot["credential_version"]))
    message = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    digest = hmac.new(key, message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def may_correct(user: Mapping[str, Any], purpose: str) -> bool:
    """Whether the owner may correct the registration with the first password: not what an approver decided on."""
    return purpose == SET_PASSWORD and not user.get("request_id")
