"""Decisions of progress, pure; and its settings (durations in seconds)."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.settings import Settings


@dataclass(frozen=True, kw_only=True)
class ProgressSettings(Settings):
    """What progress needs beyond the shared settings."""

    identity_credential: str = field(repr=False)
    catalog_url: str
    badge_keys: str = field(repr=False)  # key ring that signs Open Badges

    course_cache: float = 30.0  # how long a published version is kept in memory

    # Evidence: what counts as having seen something (docs/progress.md).
    speed_most: float = 2.0  # seconds of a recording per second of the server's clock
    slack: float = 10.0  # seconds of a recording granted beyond that
    window: float = 30.0  # updates of this time share the allowance that the time before it gave
    span_most: float = 300.0  # the longest piece of a recording that one update may report
    covered_share: float = 0.9  # of a recording
    pages_share: float = 0.9  # of a document
    dwell_share: float = 1.0  # of the minimum reading time
    clock_ahead: float = 300.0  # how far a client's clock may be ahead

    submit_grace: float = 30.0  # a submission may come so late
    extra_time_share: float = 0.5  # what the extension for accessibility adds to a time limit
    expire_every: float = 30.0  # how often overdue attempts are closed

    badge_lists: int = 64  # status lists of 131,072 certificates each
    verify_most: int = 60  # verifications from one address within the window
    verify_window: float = 60.0
    mandate_batch: int = 500  # duties written at once
    mandate_every: float = 5.0  # how often published mandates and due dates are looked at
    mandate_pause: float = 0.02  # between batches, so that others get their turn
    tally_every: float = 5.0  # at most so late are the numbers of reports
