"""Any interleaving of updates, repetitions, losses, withdrawals, attempts and new versions keeps the promises.

The machine plays a learner against the pure rules; a short run plays the same against the commands on a real
database and compares both after every step.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.progress.commands.completions import applied, apply_attempt
from services.progress.commands.enrolments import enrol, upgrade, withdraw
from services.progress.commands.updates import apply_update
from services.progress.rules.enrolments import left, new_enrolment
from services.progress.rules.progress import fold, is_complete, returned, scored, totals
from services.progress.rules.ranges import length
from services.progress.rules.versions import upgraded
from shared.events.progress import AssessmentFailed, AssessmentPassed
from tests.progress.world import NOON, PATH, SETTINGS, World, published

SHORT = {"v1": "video", "h1": "html", "l1": "link", "x1": "exercise", "n1": "link"}
FIELDS: dict[str, Any] = {
    "resources": SHORT, "resource_titles": {}, "required": ("v1", "h1", "l1", "x1"), "pages": {},
    "seconds": {"v1": 60, "h1": 20, "l1": 0, "x1": 0, "n1": 0},
}  # fmt: skip
CHANGED = FIELDS | {"resources": {"v1": "video", "x1": "exercise", "n1": "link"}, "required": ("v1", "x1")}
LEARNER = {"_id": "u1", "mdo_id": "bsnl", "mdo_path": list(PATH)}
KEPT = (
    "resources",
    "assessments",
    "status",
    "percent",
    "required_done",
    "seconds",
    "course_version",
    "completed_at",
)


def row(said: Any) -> dict[str, Any]:
    return {name: getattr(said, name) for name in said.hints}


VERSIONS = {1: row(published(version=1, **FIELDS)), 2: row(published(version=2, **CHANGED))}
RESOURCE = st.sampled_from([*SHORT, "nothing"])
KIND = st.sampled_from(["position", "opened", "declared", "submitted", "marked"])


class Learning(RuleBasedStateMachine):
    """A learner, their devices, and what the rules make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.sent, self.accepted = NOON, [], []
        self.latest, self.completions, self.told = 1, 0, []
        self.attempts = 0
        self.enrolment: dict[str, Any] = {}
        self.before: dict[str, Any] = {}

    @initialize()
    def begin(self) -> None:
        self.enrolment = new_enrolment(VERSIONS[1], LEARNER, "once", self.now)
        self.before = self.enrolment

    @property
    def course(self) -> dict[str, Any]:
        return VERSIONS[self.enrolment["course_version"]]

    def write(self, setting: dict[str, Any], *command: Any) -> None:
        if setting:
            self.before, self.enrolment = self.enrolment, applied(self.enrolment, setting)
            self.completions += setting.get("status") == "completed"
            self.accepted.append((self.now, *command))

    def deliver(self, update: dict[str, Any]) -> None:
        folded = fold(self.enrolment, self.course, update, self.now, SETTINGS)
        if folded.completed:
            self.told.append(folded.completed)
        if folded.receipt == "accepted" or "resources" in folded.setting:
            self.write(folded.setting, "update", update)
        else:
            self.enrolment = applied(self.enrolment, folded.setting)

    @rule(seconds=st.integers(0, 90))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(
        resource=RESOURCE, kind=KIND, start=st.integers(0, 60), size=st.integers(-5, 65), lost=st.booleans()
    )
    def send(self, resource: str, kind: str, start: int, size: int, lost: bool) -> None:
        update = {"event_id": f"e{len(self.sent)}", "resource_id": resource, "kind": kind}
        update |= {"from": start, "position": max(start + size, 0), "text": "x"}
        self.sent.append(update)
        if not lost:
            self.deliver(update)

    @rule(data=st.data())
    @precondition(lambda self: self.sent)
    def send_again(self, data: st.DataObject) -> None:
        self.deliver(data.draw(st.sampled_from(self.sent)))

    @rule()
    def watch_honestly(self) -> None:
        for start in range(0, 60, 20):
            self.now += timedelta(seconds=20)
            self.send("v1", "position", start, 20, False)

    @rule()
    def read_honestly(self) -> None:
        for resource, kind in (("h1", "opened"), ("l1", "opened"), ("l1", "declared"), ("x1", "submitted")):
            self.send(resource, kind, 0, 0, False)
        self.now += timedelta(seconds=21)
        self.send("h1", "marked", 0, 0, False)

    @rule()
    def do_the_optional_part(self) -> None:
        for kind in ("opened", "declared"):
            self.send("n1", kind, 0, 0, False)

    @rule(score=st.integers(0, 100), again=st.booleans())
    def attempt(self, score: int, again: bool) -> None:
        self.attempts += not again or not self.attempts
        self.result(self.attempts, score * 7919 % 101 if again else score)

    def result(self, number: int, score: int) -> None:
        setting = scored(self.enrolment, self.course, "final", number, score, score >= 60, self.now)
        self.write(setting, "result", number, score)

    @rule()
    @precondition(lambda self: self.enrolment["status"] == "active")
    def leave(self) -> None:
        self.write(left(self.enrolment, "other", "", self.now), "leave")

    @rule()
    @precondition(lambda self: self.enrolment["status"] == "withdrawn")
    def come_back(self) -> None:
        self.write(returned(self.enrolment, self.course, LEARNER, self.now), "come back")

    @rule()
    @precondition(lambda self: self.enrolment["status"] == "active" and self.enrolment["course_version"] == 1)
    def move(self) -> None:
        self.write(upgraded(self.enrolment, self.course, VERSIONS[2], self.now), "move")
        self.before = self.enrolment

    @invariant()
    def progress_never_falls(self) -> None:
        for id_, old in self.before.get("resources", {}).items():
            new = self.enrolment["resources"][id_]
            assert length(new.get("covered", [])) >= length(old.get("covered", []))
            assert new.get("position", 0) >= old.get("position", 0)
            assert not (old["status"] == "completed" and new["status"] != "completed")
        assert self.enrolment.get("percent", 0) >= self.before.get("percent", 0)

    @invariant()
    def completion_is_told_once_and_stays(self) -> None:
        assert self.completions <= 1
        assert (self.enrolment.get("status") == "completed") == (self.completions == 1)
        assert len(self.told) == len(set(self.told)) or self.enrolment["course_version"] == 2

    @invariant()
    def what_is_complete_is_completed_and_nothing_else(self) -> None:
        if self.enrolment and self.enrolment["status"] == "active":
            assert not is_complete(self.course, self.enrolment["resources"], self.enrolment["assessments"])
        if self.enrolment:
            assert {k: self.enrolment[k] for k in ("percent", "required_done", "seconds")} == totals(
                self.course, self.enrolment["resources"]
            )

    def teardown(self) -> None:
        """The state is the fold of the accepted commands alone, without what was refused or repeated."""
        again = new_enrolment(VERSIONS[1], LEARNER, "once", NOON)
        for at, what, *more in self.accepted:
            course = VERSIONS[again["course_version"]]
            match what:
                case "update":
                    setting = fold(again, course, more[0], at, SETTINGS).setting
                case "result":
                    setting = scored(again, course, "final", more[0], more[1], more[1] >= 60, at)
                case "leave":
                    setting = left(again, "other", "", at)
                case "come back":
                    setting = returned(again, course, LEARNER, at)
                case _:
                    setting = upgraded(again, course, VERSIONS[2], at)
            again = applied(again, setting)
        for name in KEPT:
            assert again[name] == self.enrolment.get(name, again[name])


class LearningInTheDatabase(Learning):
    """The same learner against the commands; each step leaves the same enrolment as the rules."""

    def __init__(self, world: World) -> None:
        super().__init__()
        world.number += 1
        self.world, self.user = world, f"u{world.number}"
        world.learner(self.user)

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.id = enrol(self.world.store, self.user, "short", self.now)[0]["_id"]

    def deliver(self, update: dict[str, Any]) -> None:
        super().deliver(update)
        apply_update(self.world.store, SETTINGS, self.user, self.id, update, self.now)

    def result(self, number: int, score: int) -> None:
        super().result(number, score)
        base: dict[str, Any] = {
            "user_id": self.user,
            "enrolment_id": self.id,
            "course_id": "short",
            "version": 1,
        }
        base |= {"assessment_id": "final", "attempt": number, "score": score}
        said = AssessmentPassed(**base) if score >= 60 else AssessmentFailed(**base, left=0)
        apply_attempt(self.world.store, said, self.now, self.now)

    @rule()
    @precondition(lambda self: self.enrolment["status"] == "active")
    def leave(self) -> None:
        super().leave()
        withdraw(self.world.store, self.user, self.id, "other", "", self.now)

    @rule()
    @precondition(lambda self: self.enrolment["status"] == "withdrawn")
    def come_back(self) -> None:
        super().come_back()
        enrol(self.world.store, self.user, "short", self.now)

    @rule()
    @precondition(lambda self: self.enrolment["status"] == "active" and self.enrolment["course_version"] == 1)
    def move(self) -> None:
        super().move()
        self.world.course("short", version=2, **CHANGED)
        upgrade(self.world.store, self.user, self.id, self.now)
        self.world.store.courses.heads.update_one({"_id": "short"}, {"$set": {"latest": 1}})

    @invariant()
    def the_database_holds_what_the_rules_say(self) -> None:
        if self.enrolment:
            stored = self.world.store.enrolments.get(self.id) or {}
            assert {name: stored[name] for name in KEPT} == {name: self.enrolment[name] for name in KEPT}

    def teardown(self) -> None:
        super().teardown()
        said = [one for one in self.world.told() if one.get("enrolment_id") == self.id]
        names = [(one["name"], one.get("resource_id")) for one in said]
        assert names.count(("CourseCompleted", None)) == self.completions
        assert [id_ for name, id_ in names if name == "ResourceCompleted"] == self.told


def test_any_interleaving_keeps_the_promises() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Learning, settings=settings(max_examples=40, stateful_step_count=30, deadline=None)
    )


def test_m6_any_interleaving_leaves_in_the_database_what_the_rules_say(world: World) -> None:
    world.course("short", **FIELDS)
    world.number = 0

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: LearningInTheDatabase(world),
        settings=settings(
            max_examples=8, stateful_step_count=10, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
