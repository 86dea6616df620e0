"""M1 to M4 over thousands of histories: commits, rounds with every outcome, crashes, in any order."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import settings as limits
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.bus import Outcome
from shared.mongo import Records
from shared.outbox import Relay, Waiting
from shared.outbox.relay import LinkBroken
from tests.bus_kit import FAST, password_set, registered
from tests.shared.fake_mongo import Collection

PEOPLE = [f"u{n}" for n in range(4)]
OUTCOMES = st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=6)


class Crash(Exception):
    """The process died."""


class Broker:
    """Keeps what arrived; tells of each message what the history says, and may have it in spite of `unknown`."""

    def __init__(self) -> None:
        self.script: list[Outcome] = [Outcome.CONFIRMED]
        self.arrived: list[str] = []
        self.acked: set[str] = set()
        self.meanwhile: Any = lambda: None
        self.link = SimpleNamespace(close=lambda: None, beat=lambda: None, blocked=threading.Event())

    def send(self, messages: list[Any]) -> list[Outcome]:
        outcomes = [self.script[at % len(self.script)] for at in range(len(messages))]
        for message, outcome in zip(messages, outcomes, strict=True):
            if outcome is not Outcome.RETURNED:
                self.arrived.append(message.id)
            if outcome is Outcome.CONFIRMED:
                self.acked.add(message.id)
        self.meanwhile()
        return outcomes


class Histories(RuleBasedStateMachine):
    """One publishing collection, its relay, a broker."""

    def __init__(self) -> None:
        super().__init__()
        from shared.settings import Settings

        self.settings = Settings(service="identity", **FAST)
        self.rows, self.broker = Collection(), Broker()
        self.records = Records(self.rows)  # type: ignore[arg-type]  # as much of a collection as it needs
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.crash = False
        self.committed: dict[str, list[str]] = {}
        self.relay = self.started()

    def started(self) -> Relay:
        """A relay as a fresh process has it."""
        waiting = Waiting(self.rows, self.settings, clock=self.clock)  # type: ignore[arg-type]
        lease: Any = SimpleNamespace(held=lambda: True, release=lambda: None)
        return Relay(self.settings, [waiting], lease, lambda: self.broker, self.died)  # type: ignore[arg-type, return-value]

    def clock(self) -> datetime:
        """Each look is long after the last: whatever was delayed is due."""
        self.now = max(self.now, datetime.now(UTC)) + timedelta(minutes=10)
        return self.now

    def died(self, _name: str) -> None:
        if self.crash:
            raise Crash

    @rule(who=st.sampled_from(PEOPLE))
    def commit(self, who: str) -> None:
        """A write with one event or two."""
        events = (
            [password_set(who)]
            if len(self.committed.get(who, [])) % 3
            else [registered(who), password_set(who)]
        )
        if who not in self.committed:
            self.records.add({"_id": who}, *events)
        elif self.records.change({"_id": who}, {"$set": {"x": 1}}, *events) is None:
            raise AssertionError("the write was lost")
        self.committed.setdefault(who, []).extend(event.event_id for event in events)

    @rule(outcomes=OUTCOMES, crash=st.booleans(), between=st.one_of(st.none(), st.sampled_from(PEOPLE)))
    def sweep(self, outcomes: list[Outcome], crash: bool, between: str | None) -> None:
        """A sweep; somebody may commit while the batch is in flight, and the process may die before it clears."""
        self.broker.script, self.crash = outcomes, crash
        self.broker.meanwhile = (lambda: self.commit(between)) if between else (lambda: None)
        try:
            self.relay.sweep()
        except (LinkBroken, Crash):
            self.relay = self.started()
        self.broker.meanwhile, self.crash = (lambda: None), False

    def left(self, who: str, field: str) -> list[str]:
        return [one["id"] for one in self.rows.documents[who].get(field, [])]

    @invariant()
    def m2_nothing_is_cleared_without_its_own_ack(self) -> None:
        for who, ids in self.committed.items():
            kept = {*self.left(who, "_outbox"), *self.left(who, "_outbox_dead")}
            assert {one for one in ids if one not in kept} <= self.broker.acked

    @invariant()
    def m3_what_waits_stays_due(self) -> None:
        for who in self.committed:
            document = self.rows.documents[who]
            if document.get("_outbox") and not document.get("_outbox_dead"):
                assert "_pending_at" in document

    @invariant()
    def m4_first_deliveries_come_in_stored_order(self) -> None:
        for ids in self.committed.values():
            first = list(dict.fromkeys(one for one in self.broker.arrived if one in ids))
            assert first == ids[: len(first)]

    def teardown(self) -> None:
        """The broker heals: whatever is not halted arrives."""
        self.broker.script = [Outcome.CONFIRMED]
        for _ in range(3):
            self.relay.sweep()
        for who, ids in self.committed.items():
            if not self.left(who, "_outbox_dead"):
                assert self.left(who, "_outbox") == []
                assert set(ids) <= self.broker.acked


Histories.TestCase.settings = limits(max_examples=40, stateful_step_count=20, deadline=None, derandomize=True)
TestHistories = Histories.TestCase
