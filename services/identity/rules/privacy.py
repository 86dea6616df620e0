"""What a person can ask about the own data: the notice, consent, and what a law makes us keep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

Document = dict[str, Any]

# What outlives an erasure, why, and for how long; it holds the bare id, never a name or an address.
HOLDS: tuple[Document, ...] = (
    {
        "what": {"en": "The audit log, with your id alone", "hi": "ऑडिट लॉग, केवल आपकी पहचान संख्या के साथ"},
        "why": {
            "en": "CERT-In directions and the DPDP Rules ask for logs to be kept.",
            "hi": "CERT-In के निर्देश और DPDP नियम लॉग सुरक्षित रखने की अपेक्षा करते हैं।",
        },
        "days": 400,
    },
    {
        "what": {
            "en": "The log of events, with your id alone",
            "hi": "घटनाओं का लॉग, केवल आपकी पहचान संख्या के साथ",
        },
        "why": {
            "en": "It holds no name or address; once your account is erased, nothing leads from the id to you.",
            "hi": "इसमें कोई नाम या पता नहीं है; खाता मिटने के बाद पहचान संख्या से आप तक नहीं पहुँचा जा सकता।",
        },
        "days": 365,
    },
)


def consent_of(user: Mapping[str, Any], version: str) -> Document:
    """Which notice a person agreed to last, and whether it is the present one."""
    given: list[Document] = list(user.get("consents", ()))
    last = given[-1] if given else None
    valid = bool(last and last["accepted"] and last["version"] == version)
    return {"version": version, "accepted": valid, "history": given}


def erasure_of(user: Mapping[str, Any]) -> Document:
    """Where a wish to be erased stands, and what is kept."""
    wish = user.get("erasure")
    return {
        "state": "waiting" if wish else "none",
        "asked_at": wish["asked_at"] if wish else None,
        "due_at": wish["due_at"] if wish else None,
        "holds": list(HOLDS),
    }


def erased(user: Mapping[str, Any], now: datetime) -> Document:
    """What is left of an account: its id, so that tokens and late events of it find nothing."""
    return {
        "_id": user["_id"],
        "version": user["version"],
        "email": user["_id"],
        "first_name": "",
        "last_name": "",
        "words": [],
        "position_id": None,
        "position_text": None,
        "mdo_id": "",
        "mdo_path": [],
        "locale": user["locale"],
        "status": "ERASED",
        "erased_at": now,
        "created_at": user["created_at"],
        "sv": user["sv"] + 1,
        "credential_version": user["credential_version"] + 1,
        "password": None,
        "links": {},
        "roles": [],
        "mail_times": [],
        "misses": {},
    }
