"""The audit log: who did what to whom, when and with what result; ids only, nothing is ever changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.identity.store import Store
from shared.auth import Principal
from shared.events import new_id
from shared.log import context


def record(
    store: Store,
    *,
    who: str | None,
    what: str,
    whom: str | None,
    result: str,
    now: datetime,
    detail: dict[str, str | None] | None = None,
    about: Sequence[str] = (),
) -> None:
    """Append one entry; `who` is None if nobody is signed in, `detail` holds ids and slugs only.

    `about` names the people whose data were seen: each of them can read the entry in the own access log.
    """
    store.append_audit(
        {
            "_id": new_id(),
            "at": now,
            "who": who,
            "what": what,
            "whom": whom,
            "result": result,
            "detail": detail or {},
            "correlation_id": context().correlation_id,
            **({"about": list(about)} if about else {}),
        }
    )


def record_denial(store: Store, who: Principal, method: str, route: str, now: datetime) -> None:
    """Note that somebody known asked for what their roles do not allow."""
    name = f"service:{who.caller}" if who.caller else who.user_id
    detail: dict[str, str | None] = {"route": f"{method} {route}"}
    record(store, who=name, what="access", whom=None, result="denied", now=now, detail=detail)
