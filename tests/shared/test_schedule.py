"""A job runs once per period over all replicas; a run that died is repeated after its lease."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.schedule import Job, Schedule

NOON = datetime(2026, 1, 1, 12, 0, 10, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def test_two_replicas_run_a_job_once_per_period(database: Any) -> None:
    ran: list[datetime] = []
    clock = Clock()
    replicas = [Schedule(database["jobs"], Job("j", 60, ran.append), clock=clock) for _ in range(2)]

    for replica in replicas:
        replica.run_due()
    clock.now += timedelta(seconds=60)
    for replica in replicas:
        replica.run_due()

    assert ran == [NOON.replace(second=0), NOON.replace(minute=1, second=0)]


def test_a_run_that_died_is_repeated_after_its_lease(database: Any) -> None:
    ran: list[datetime] = []
    clock = Clock()

    def die(_: datetime) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        Schedule(database["jobs"], Job("j", 3600, die, lease=30), clock=clock).run_due()
    again = Schedule(database["jobs"], Job("j", 3600, ran.append, lease=30), clock=clock)
    again.run_due()
    assert ran == []
    clock.now += timedelta(seconds=31)
    again.run_due()

    assert len(ran) == 1
