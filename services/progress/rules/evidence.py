"""What counts as evidence for each kind of resource: time by the server's clock, coverage, pages, declarations.

A rule looks at the stored state of one resource and at one update, and answers the new state, or refuses with
the reason. It never takes anything away: ranges grow, positions and pages only rise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.progress.rules import ProgressSettings
from services.progress.rules.ranges import added, length

Document = dict[str, Any]
NOT_STARTED, IN_PROGRESS, COMPLETED = "not_started", "in_progress", "completed"
RECORDINGS, READINGS = ("video", "audio"), ("pdf", "html")
RANGES_MOST, PAGES_MOST = 200, 2000
END_TOLERANCE = 2
TAKES = {
    "position": RECORDINGS,
    "page": READINGS,
    "opened": (*RECORDINGS, *READINGS, "link", "exercise", "session"),
    "declared": ("link",),
    "submitted": ("exercise",),
    "marked": (*RECORDINGS, *READINGS, "link"),
    "attended": ("session",),
}


class NotCounted(Exception):
    """The update does not count; the reason is told and kept, with the numbers behind it."""

    def __init__(self, reason: str, **numbers: int) -> None:
        super().__init__(reason)
        self.reason, self.numbers = reason, numbers


@dataclass(frozen=True)
class Part:
    """A resource as the pinned version of the course describes it; `seconds` and `pages` are 0 when unknown."""

    id: str
    kind: str
    seconds: int
    pages: int


@dataclass(frozen=True)
class Clock:
    """Time that the learner can have spent: seconds of a recording still to be granted, without the slack."""

    at: datetime
    start: datetime
    credit: float

    @staticmethod
    def load(stored: Document) -> Clock:
        """From the enrolment."""
        return Clock(stored["at"], stored["from"], stored["credit"])

    def dump(self) -> Document:
        """For the enrolment."""
        return {"at": self.at, "from": self.start, "credit": round(self.credit, 1)}

    def moved(self, now: datetime, settings: ProgressSettings) -> Clock:
        """The clock at `now`: time since the last accepted update is granted; what was left over lapses.

        Updates of one `window` share what the time before them gave, so that a queue kept while offline
        is judged as a whole.
        """
        elapsed = max((now - self.at).total_seconds(), 0.0) * settings.speed_most
        if (now - self.start).total_seconds() > settings.window:
            return Clock(now, now, min(self.credit, 0.0) + elapsed)
        return Clock(max(now, self.at), self.start, self.credit + elapsed)

    def spent(self, seconds: float) -> Clock:
        """The clock after so many seconds were counted."""
        return Clock(self.at, self.start, self.credit - seconds)


@dataclass(frozen=True)
class Judged:
    """The new state of a resource, the rule that completed it now (None: not yet), and the clock."""

    state: Document
    rule: str | None
    clock: Clock


def judge(
    part: Part, state: Document, update: Document, clock: Clock, now: datetime, settings: ProgressSettings
) -> Judged:
    """The state after one update; NotCounted with the reason."""
    kind = update["kind"]
    if part.kind not in TAKES[kind]:
        raise NotCounted("wrong_kind")
    at = update.get("client_at")
    if at is not None and at > now + timedelta(seconds=settings.clock_ahead):
        raise NotCounted("from_the_future")
    began, clock = _begun(state, at, clock, now, settings)
    made = {"status": IN_PROGRESS, **state, "begun_at": began, "last_at": now}
    if kind == "position":
        clock = _watch(part, made, update, clock, settings)
    if kind == "page":
        _turn(part, made, update)
    if kind == "marked" and part.kind in RECORDINGS and made["status"] != COMPLETED:
        clock = _watch_unseen(part, made, clock, now, settings)
    rule = None if made["status"] == COMPLETED else _completed_by(part, made, update, now, settings)
    if rule is not None:
        made |= {"status": COMPLETED, "completed_at": now, "rule": rule}
    return Judged(made, rule, clock)


def _begun(
    state: Document, at: datetime | None, clock: Clock, now: datetime, settings: ProgressSettings
) -> tuple[datetime, Clock]:
    """Since when the resource is open: the server's time, or earlier as far as unspent time allows."""
    if "begun_at" in state:
        return state["begun_at"], clock
    claimed = (now - at).total_seconds() if at is not None and at < now else 0.0
    granted = max(min(claimed, clock.credit / settings.speed_most), 0.0)
    return now - timedelta(seconds=int(granted)), clock.spent(int(granted) * settings.speed_most)


def _watch(part: Part, made: Document, update: Document, clock: Clock, settings: ProgressSettings) -> Clock:
    """Add the piece [from, position] to what was seen, if there was time to see it."""
    end = round(update["position"])
    start = round(update["from"]) if update.get("from") is not None else end
    if max(start, end) > part.seconds + END_TOLERANCE:
        raise NotCounted("beyond_end", position=max(start, end), seconds=part.seconds)
    if start > end:
        raise NotCounted("backwards", start=start, position=end)
    if end - start > settings.span_most:
        raise NotCounted("jump", reported=end - start, allowed=int(settings.span_most))
    before = made.get("covered", [])
    covered = added(before, start, min(end, part.seconds))
    gained, allowed = length(covered) - length(before), clock.credit + settings.slack
    if gained > allowed:
        raise NotCounted("too_fast", reported=gained, allowed=max(int(allowed), 0))
    if len(covered) > RANGES_MOST:
        raise NotCounted("too_scattered", allowed=RANGES_MOST)
    made |= {"covered": covered, "position": max(made.get("position", 0), min(end, part.seconds))}
    return clock.spent(gained)


def _watch_unseen(
    part: Part, made: Document, clock: Clock, now: datetime, settings: ProgressSettings
) -> Clock:
    """The mark of somebody whose page cannot report (no JavaScript): time for what was not seen must have passed."""
    needed = max(part.seconds * settings.covered_share - length(made.get("covered", [])), 0.0)
    dwelt = (now - made["begun_at"]).total_seconds()
    if dwelt < needed:
        raise NotCounted("too_soon", dwelt=int(dwelt), needed=round(needed))
    if needed > clock.credit + settings.slack:
        raise NotCounted(
            "too_fast", reported=round(needed), allowed=max(int(clock.credit + settings.slack), 0)
        )
    return clock.spent(needed)


def _turn(part: Part, made: Document, update: Document) -> None:
    """Add pages to those seen."""
    pages = {*update.get("pages", ()), *([update["page"]] if update.get("page") else [])}
    if part.pages and max(pages, default=1) > part.pages:
        raise NotCounted("beyond_end", position=max(pages), pages=part.pages)
    made["pages"] = sorted({*made.get("pages", ()), *pages})[:PAGES_MOST]
    made["position"] = max(made.get("position", 0), *pages, 0)


def _completed_by(
    part: Part, made: Document, update: Document, now: datetime, settings: ProgressSettings
) -> str | None:
    """The rule that completes the resource with this update; None: more evidence is needed."""
    kind = update["kind"]
    if part.kind in RECORDINGS and kind == "marked":
        return "dwell"
    if part.kind in RECORDINGS:
        whole = part.seconds and length(made.get("covered", [])) >= part.seconds * settings.covered_share
        return "coverage" if whole else None
    if part.kind in READINGS:
        return _read(part, made, kind == "marked", now, settings)
    if part.kind == "link" and kind in ("declared", "marked"):
        if not made.get("opened"):
            raise NotCounted("not_opened")
        return "declaration"
    if kind == "opened":
        made["opened"] = True
    return {"submitted": "submission", "attended": "attendance"}.get(kind)


def _read(part: Part, made: Document, marked: bool, now: datetime, settings: ProgressSettings) -> str | None:
    """Pages and dwell time; the mark of the learner stands in for the pages, never for the time."""
    least = part.seconds * settings.dwell_share
    dwelt = (now - made["begun_at"]).total_seconds()
    if marked:
        if dwelt < least:
            raise NotCounted("too_soon", dwelt=int(dwelt), needed=int(least))
        return "dwell"
    seen = part.pages and len(made.get("pages", ())) >= part.pages * settings.pages_share
    return "pages" if seen and dwelt >= least else None
