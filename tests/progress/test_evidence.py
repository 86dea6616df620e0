"""The evidence rules, as tables: what counts, what does not and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.progress.rules.enrolments import new_enrolment
from services.progress.rules.progress import fold, state_of
from services.progress.rules.ranges import added, length
from tests.progress.world import NOON, PATH, SETTINGS, published

COURSE = {name: getattr(published(), name) for name in published().hints}
LEARNER = {"_id": "u1", "mdo_id": "bsnl", "mdo_path": list(PATH)}


class Player:
    """An enrolment in memory with its clock; `send` folds one update into it."""

    def __init__(self, course: Any = COURSE) -> None:
        self.course, self.now, self.count = course, NOON, 0
        self.enrolment = new_enrolment(course, LEARNER, "once", NOON)

    def send(self, resource_id: str, kind: str, after: float = 0, **more: Any) -> Any:
        self.now += timedelta(seconds=after)
        self.count += 1
        update = {"event_id": f"e{self.count}", "resource_id": resource_id, "kind": kind} | more
        folded = fold(self.enrolment, self.course, update, self.now, SETTINGS)
        self.enrolment |= folded.setting
        return folded

    def piece(self, start: int, end: int, after: float = 0) -> Any:
        return self.send("v1", "position", after, **{"from": start, "position": end})

    def state(self, resource_id: str) -> Any:
        return state_of(self.enrolment, resource_id)


@pytest.mark.parametrize(
    ("ranges", "piece", "after"),
    [
        ([], (0, 10), [[0, 10]]),
        ([[0, 10]], (5, 20), [[0, 20]]),
        ([[0, 10]], (11, 20), [[0, 20]]),
        ([[0, 10]], (12, 20), [[0, 10], [12, 20]]),
        ([[0, 10], [20, 30]], (8, 22), [[0, 30]]),
        ([[20, 30]], (0, 5), [[0, 5], [20, 30]]),
        ([[0, 30]], (5, 6), [[0, 30]]),
        ([[0, 30]], (7, 7), [[0, 30]]),
    ],
)
def test_pieces_are_kept_sorted_merged_and_compact(ranges: Any, piece: Any, after: Any) -> None:
    assert added(ranges, *piece) == after
    assert added(after, *piece) == after
    assert length(added(ranges, *piece)) >= length(ranges)


def test_a_video_watched_in_real_time_is_completed_at_nine_tenths() -> None:
    player = Player()
    outcomes = [player.piece(at, at + 60, after=60) for at in range(0, 1080, 60)]

    assert [one.completed for one in outcomes[:-1]] == [None] * 17
    assert (outcomes[-1].completed, outcomes[-1].rule) == ("v1", "coverage")
    assert player.state("v1") == {
        "status": "completed", "position": 1080, "covered": 1080, "completed_at": player.now,
    }  # fmt: skip


def test_z02_twenty_minutes_of_video_are_not_completed_in_twenty_seconds() -> None:
    player = Player()
    outcomes = [player.piece(n * 60, (n + 1) * 60, after=1) for n in range(20)]

    assert not any(one.completed for one in outcomes)
    assert {one.reason for one in outcomes if one.receipt == "refused"} == {"too_fast"}
    assert player.state("v1")["covered"] <= 20 * 2 + 10
    assert player.enrolment["timeline"][-1]["rule"] == "too_fast"


def test_z02_a_jump_to_the_end_counts_nothing_however_long_ago_one_enrolled() -> None:
    player = Player()

    outcome = player.piece(0, 1200, after=86400)

    assert (outcome.receipt, outcome.reason, outcome.completed) == ("refused", "jump", None)
    assert player.state("v1")["status"] == "not_started"
    fact = player.enrolment["timeline"][-1]
    assert (fact["what"], fact["counted"], fact["numbers"]) == (
        "refused",
        False,
        {"reported": 1200, "allowed": 300},
    )


def test_z02_many_small_reports_at_once_share_one_allowance() -> None:
    player = Player()
    outcomes = [player.piece(n * 5, n * 5 + 5) for n in range(40)]

    assert sum(one.receipt == "accepted" for one in outcomes) == 2
    assert player.state("v1")["covered"] == 10


def test_z02_time_spent_on_one_recording_pays_for_no_other() -> None:
    player = Player()
    for n in range(80):
        player.piece(n * 10, n * 10 + 10, after=10)
    before = player.enrolment["seconds"]
    for n in range(80):
        player.piece(800 + n * 5, 805 + n * 5)

    assert player.enrolment["seconds"] - before <= 60 + 10


def test_a_queue_kept_while_offline_counts_as_if_it_had_been_online() -> None:
    player = Player()
    player.now += timedelta(seconds=700)
    outcomes = [player.piece(at, at + 20) for at in range(0, 1080, 20)]

    assert outcomes[-1].completed == "v1"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"from": 50, "position": 40}, "backwards"),
        ({"from": 1190, "position": 1203}, "beyond_end"),
        ({"from": 0, "position": 5, "client_at": NOON + timedelta(hours=1)}, "from_the_future"),
    ],
)
def test_z02_what_cannot_be_is_refused_and_noted(more: Any, reason: str) -> None:
    player = Player()

    outcome = player.send("v1", "position", **more)

    assert (outcome.receipt, outcome.reason) == ("refused", reason)
    assert player.state("v1")["status"] == "not_started"
    assert player.enrolment["timeline"][-1]["rule"] == reason


@pytest.mark.parametrize(
    ("resource_id", "kind", "reason"),
    [
        ("v1", "declared", "wrong_kind"),
        ("p1", "position", "wrong_kind"),
        ("s1", "declared", "wrong_kind"),
        ("x1", "marked", "wrong_kind"),
        ("nothing", "opened", "resource_unknown"),
    ],
)
def test_z02_only_the_evidence_of_its_kind_completes_a_resource(
    resource_id: str, kind: str, reason: str
) -> None:
    outcome = Player().send(resource_id, kind, position=1)

    assert (outcome.receipt, outcome.reason, outcome.setting) == ("refused", reason, {})


def test_a_reading_is_marked_after_its_minimum_time_only() -> None:
    player = Player()
    player.send("h1", "opened")
    early = player.send("h1", "marked", after=59)
    good = player.send("h1", "marked", after=1)

    assert (early.reason, early.numbers) == ("too_soon", {"dwelt": 59, "needed": 60})
    assert (good.completed, good.rule) == ("h1", "dwell")


def test_a_mark_without_having_opened_starts_the_minimum_time() -> None:
    player = Player()
    first, second = player.send("h1", "marked"), player.send("h1", "marked", after=60)

    assert (first.reason, player.enrolment["timeline"][1]["rule"]) == ("too_soon", "too_soon")
    assert second.completed == "h1"


def test_z02_a_recording_is_marked_without_reports_after_the_time_it_lasts_only() -> None:
    player = Player()
    first, early = player.send("v1", "marked", after=5), player.send("v1", "marked", after=1079)
    good = player.send("v1", "marked", after=1)

    assert (first.reason, early.reason, early.numbers) == (
        "too_soon",
        "too_soon",
        {"dwelt": 1079, "needed": 1080},
    )
    assert (good.completed, good.rule, player.enrolment["seconds"]) == ("v1", "dwell", 1200)


def test_z02_time_pays_for_one_marked_recording_only() -> None:
    course = COURSE | {
        "resources": {f"v{n}": "video" for n in range(6)},
        "seconds": {f"v{n}": 1200 for n in range(6)},
    }
    player = Player(course)
    for n in range(6):
        player.send(f"v{n}", "marked")
    player.now += timedelta(seconds=1200)

    outcomes = [player.send(f"v{n}", "marked").reason for n in range(6)]

    assert outcomes == [None, None, "too_fast", "too_fast", "too_fast", "too_fast"]


def test_a_document_is_completed_by_its_pages_and_its_minimum_time() -> None:
    player = Player()
    quick = player.send("p1", "page", pages=[1, 2, 3, 4])
    later = player.send("p1", "page", after=121, page=4)

    assert quick.completed is None
    assert (later.completed, later.rule) == ("p1", "pages")
    assert player.send("p1", "page", page=5).reason == "beyond_end"


def test_time_offline_counts_for_a_reading_as_far_as_it_was_not_spent() -> None:
    player = Player()
    player.send("h1", "opened", after=600, client_at=NOON + timedelta(seconds=100))
    good = player.send("h1", "marked")

    assert good.completed == "h1"
    assert player.send("p1", "opened", client_at=NOON).receipt == "accepted"
    assert player.send("p1", "marked").reason == "too_soon"


def test_a_link_needs_opening_and_declaring() -> None:
    player = Player()
    early = player.send("l1", "declared")
    player.send("l1", "opened")

    assert early.reason == "not_opened"
    assert player.send("l1", "declared").rule == "declaration"


def test_an_exercise_is_completed_by_handing_it_in_and_a_session_by_attendance() -> None:
    player = Player()

    assert player.send("x1", "submitted", text="words").rule == "submission"
    assert player.send("s1", "attended").rule == "attendance"


def test_a_repeated_event_changes_nothing_and_a_forgotten_repetition_is_harmless() -> None:
    player = Player()
    player.piece(0, 20, after=20)
    update = {"event_id": "e1", "resource_id": "v1", "kind": "position", "from": 0, "position": 20}
    repeated = fold(player.enrolment, COURSE, update, player.now, SETTINGS)
    before = player.state("v1")

    again = player.piece(0, 20)

    assert (repeated.receipt, repeated.setting) == ("duplicate", {})
    assert again.receipt == "accepted"
    assert player.state("v1") == before


def test_the_same_refusal_again_is_counted_not_repeated() -> None:
    player = Player()
    for _ in range(500):
        player.piece(0, 1200)

    assert [one["what"] for one in player.enrolment["timeline"]] == ["enrolled", "refused"]
    assert player.enrolment["timeline"][-1]["times"] == 500
