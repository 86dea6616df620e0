"""What edits and repeated requests carry in headers: If-Match, ETag and Idempotency-Key."""

from __future__ import annotations

import re
import uuid

from flask import request

from shared.auth import principal
from shared.errors import Refused
from shared.events import new_id

ETAG = re.compile(r'(?:W/)?"?(\d{1,9})"?', re.A)
KEY = re.compile(r"[\x21-\x7e]{1,128}", re.A)
NAMESPACE = uuid.UUID("6f1c9f0e-0d56-4b0e-9b0a-3f2f8a5e7c11")


def if_match() -> int | None:
    """The version that the caller's edit starts from; None when the header is absent; Refused when malformed."""
    given = request.headers.get("If-Match")
    if given is None or given == "*":
        return None
    found = ETAG.fullmatch(given.strip())
    if found is None:
        raise Refused("if_match_not_valid", "If-Match holds the version that was read.", field="If-Match")
    return int(found[1])


def etag(version: int) -> dict[str, str]:
    """The header that names the version of what is answered."""
    return {"ETag": f'"{version}"'}


def new_resource_id() -> str:
    """The id of what this request creates: the same for a repetition by the same person with the same key.

    A repeated insert then meets its own first one (DuplicateKeyError on `_id`), which is the answer. Without
    the header each request makes its own id.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return new_id()
    if not KEY.fullmatch(key):
        raise Refused(
            "idempotency_key_not_valid",
            "Idempotency-Key: 1 to 128 visible characters.",
            field="Idempotency-Key",
        )
    return str(uuid.uuid5(NAMESPACE, f"{principal().user_id} {request.method} {request.path} {key}"))
