"""Whom others are asked about: identity says how people are called; nothing of it is stored."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpx

from services.community.rules import CommunitySettings
from shared import log
from shared.auth import ServiceClient
from shared.errors import Unavailable

Document = dict[str, Any]
Ask = Callable[[Sequence[str]], dict[str, str]]
BATCH, KEPT_MOST = 100, 20_000


class Directory:
    """Names of people by id, kept in memory for some minutes; without identity there are none."""

    def __init__(self, ask: Ask, keep: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask, self._keep, self._clock = ask, keep, clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, str | None]] = {}

    def names(self, ids: Iterable[str | None]) -> dict[str, str]:
        """The names of those whom identity knows; whoever is missing has none, or identity did not answer."""
        wanted = list(dict.fromkeys(one for one in ids if one))
        now = self._clock()
        with self._lock:
            kept = {id_: self._kept[id_] for id_ in wanted if id_ in self._kept}
        fresh = {id_: name for id_, (until, name) in kept.items() if until > now}
        asked = [id_ for id_ in wanted if id_ not in fresh]
        found = self._asked(asked)
        return {id_: name for id_, name in {**fresh, **found}.items() if name}

    def _asked(self, ids: Sequence[str]) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        try:
            for some in batches(ids):
                named = self._ask(some)
                found |= {id_: named.get(id_) for id_ in some}
        except (httpx.HTTPError, Unavailable) as error:
            log.get(__name__).warning("names not read", extra={"error": type(error).__name__})
        until = self._clock() + self._keep
        with self._lock:
            if len(self._kept) > KEPT_MOST:
                self._kept.clear()
            self._kept |= {id_: (until, name) for id_, name in found.items()}
        return found


def batches(ids: Sequence[str]) -> list[list[str]]:
    """The ids in parts that identity takes."""
    return [list(ids[at : at + BATCH]) for at in range(0, len(ids), BATCH)]


def identity_people(settings: CommunitySettings) -> Ask:
    """Asks identity for display names, with this service's own credential."""
    client = ServiceClient(
        base_url=settings.identity_url, identity_url=settings.identity_url, caller="community",
        secret=settings.identity_credential, audience="identity",
    )  # fmt: skip

    def ask(ids: Sequence[str]) -> dict[str, str]:
        answer = client.post("/internal/v1/people", {"ids": list(ids)})
        if answer.status_code != 200:
            raise Unavailable("names_unavailable", "Names cannot be read at the moment.")
        return {id_: str(one["display_name"]) for id_, one in answer.json()["people"].items()}

    return ask
