"""Each event twice and late: one delivery per mail."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifier.handlers import Notifier, handlers
from services.notifier.store import Store
from shared.auth import Subjects
from shared.events import Envelope, Event
from shared.events import identity as said
from shared.events import onboarding as done
from shared.events.listeners import LISTENERS
from shared.mongo import utcnow
from tests.notifier.sink import settings

PLACE: dict[str, Any] = {"mdo_id": "bsnl", "mdo_path": ("dot", "bsnl"), "locale": "hi"}
DECIDED: dict[str, Any] = {"user_id": "u1", "change_id": "c", "mdo_id": "bsnl", "locale": "en"}


def changed(approved: bool) -> done.ProfileChangeDecided:
    return done.ProfileChangeDecided(
        user_id="u1", change_id="c", field="group", approved=approved, locale="hi"
    )


def topic(decision: Any) -> done.TopicProposalDecided:
    return done.TopicProposalDecided(
        user_id="u1", proposal_id="p", decision=decision, topic_id=None, locale="hi"
    )


@pytest.fixture
def notifier(database: Any) -> Notifier:
    store = Store(database)
    return Notifier(store, settings(), Subjects(store.subjects, settings()))


def deliver(notifier: Notifier, event: Event, *, days_ago: int = 0) -> None:
    time = utcnow() - timedelta(days=days_ago)
    handlers.handle(
        notifier, Envelope(event.event_id, event.type, "/identity", "u1", time, 1, "c1", "", "", event)
    )


def kinds(notifier: Notifier) -> list[tuple[str, str, str]]:
    found = notifier.store.deliveries.find({}, sort=[("_id", 1)])
    return [(one["kind"], one["user_id"], one["state"]) for one in found]


def test_the_table_of_handlers_is_the_table_of_listeners() -> None:
    assert set(handlers.events) == set(LISTENERS["notifier"])


@pytest.mark.parametrize(
    ("event", "mails"),
    [
        (said.UserRegistered(user_id="u1", position_id=None, **PLACE), ["set_password"]),
        (said.RegistrationRepeated(user_id="u1", state="invited", locale="en"), ["set_password"]),
        (said.RegistrationRepeated(user_id="u1", state="active", locale="en"), ["already_registered"]),
        (
            said.RegistrationRepeated(user_id="u1", state="awaiting_approval", locale="en"),
            ["already_registered"],
        ),
        (said.RegistrationRepeated(user_id="u1", state="denied", locale="en"), []),
        (said.RegistrationRepeated(user_id="u1", state="disabled", locale="en"), []),
        (said.RegistrationDenied(user_id="u1", mdo_id="bsnl", locale="en"), ["registration_denied"]),
        (said.PasswordResetRequested(user_id="u1", locale="en"), ["reset_password"]),
        (said.PasswordSet(user_id="u1", first=True, sv=2, **PLACE), ["welcome"]),
        (said.PasswordSet(user_id="u1", first=False, sv=3, **PLACE), []),
        (said.PasswordChanged(user_id="u1", sv=4, locale="en"), ["password_changed"]),
        (said.UserDisabled(user_id="u1", mdo_id="bsnl", sv=5), []),
        (said.EmailChangeRequested(user_id="u1", locale="en"), ["confirm_email"]),
        (said.EmailChanged(user_id="u1", sv=5, locale="en"), ["email_changed"]),
        (
            said.NameChangeDecided(user_id="u1", change_id="c", mdo_id="bsnl", approved=True, locale="en"),
            ["name_change_approved"],
        ),
        (
            said.NameChangeDecided(user_id="u1", change_id="c", mdo_id="bsnl", approved=False, locale="en"),
            ["name_change_declined"],
        ),
        (
            said.NameChangeRequested(user_id="u9", change_id="c", approver_ids=("u1",), **PLACE),
            ["name_change_needed"],
        ),
        (said.DomainRequested(request_id="r", asked_by="u9", approver_ids=("u1",)), ["domain_requested"]),
        (
            done.OnboardingStalled(user_id="u1", mdo_id=None, missing=("group",), locale="hi"),
            ["profile_reminder"],
        ),
        (changed(True), ["profile_change_approved"]),
        (changed(False), ["profile_change_declined"]),
        (topic("accepted"), ["topic_accepted"]),
        (topic("merged"), ["topic_accepted"]),
        (topic("declined"), ["topic_declined"]),
        (said.ExportReady(user_id="u1", export_id="x", locale="en"), ["export_ready"]),
        (said.ErasureRequested(user_id="u1", due_at=utcnow(), locale="en"), ["erasure_requested"]),
    ],
)
def test_an_event_delivered_twice_makes_its_mail_due_once(
    notifier: Notifier, event: Event, mails: list[str]
) -> None:
    deliver(notifier, event)
    deliver(notifier, event)

    assert kinds(notifier) == [(kind, "u1", "queued") for kind in mails]


def test_each_approver_gets_a_mail_of_their_own_also_when_the_first_run_broke_off(notifier: Notifier) -> None:
    event = said.RegistrationRequested(user_id="u1", approver_ids=("a1", "a2"), **PLACE)
    half = said.RegistrationRequested(user_id="u1", approver_ids=("a1",), **PLACE, event_id=event.event_id)
    deliver(notifier, half)

    deliver(notifier, event)

    assert kinds(notifier) == [("approval_needed", "a1", "queued"), ("approval_needed", "a2", "queued")]


def test_a_late_event_is_skipped(notifier: Notifier) -> None:
    deliver(notifier, said.PasswordResetRequested(user_id="u1", locale="en"), days_ago=1)

    assert kinds(notifier) == [("reset_password", "u1", "skipped")]
    assert notifier.store.due(utcnow(), 10) == []


def test_standing_keeps_its_highest_version_in_any_order(notifier: Notifier) -> None:
    deliver(notifier, said.PasswordChanged(user_id="u1", sv=7, locale="en"))
    deliver(notifier, said.RoleGranted(user_id="u1", role="MDO_ADMIN", scope="bsnl", granted_by="u2", sv=6))

    known = notifier.store.subjects.find_one({"_id": "u1"}) or {}
    assert known["sv"] == 7
