"""Carry learning events from the platform's log to a learning record store as xAPI 1.0.3 statements.

    python examples/xapi_export.py amqp://analytics:...@host/ https://lrs.example/xapi --key KEY --secret SECRET

Reads `karmayogi.log` with pika alone, sends Enrolled, ResourceCompleted, AssessmentPassed and CourseCompleted, and
keeps the offset of what the store took in a file: begun again it goes on there. A statement's id is the id of its
event, so a statement sent twice is one statement. People appear under their pseudonym only.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pika

LOG = "karmayogi.log"
QUIET = 5.0
BATCH = 50
VERBS = {
    "progress.Enrolled.v1": ("http://adlnet.gov/expapi/verbs/registered", "registered"),
    "progress.ResourceCompleted.v1": ("http://adlnet.gov/expapi/verbs/completed", "completed"),
    "progress.AssessmentPassed.v1": ("http://adlnet.gov/expapi/verbs/passed", "passed"),
    "progress.CourseCompleted.v1": ("http://adlnet.gov/expapi/verbs/completed", "completed"),
}
TYPES = {
    "progress.Enrolled.v1": "course",
    "progress.ResourceCompleted.v1": "lesson",
    "progress.AssessmentPassed.v1": "assessment",
    "progress.CourseCompleted.v1": "course",
}
Statement = dict[str, Any]


def statement(event: dict[str, Any], home: str) -> Statement | None:
    """The statement of one event, or None for a type that says nothing of learning."""
    type_ = event["type"]
    if type_ not in VERBS:
        return None
    data, (verb, word) = event["data"], VERBS[type_]
    course = f"{home}/courses/{data['course_id']}"
    made: Statement = {
        "id": event["id"],
        "timestamp": event["time"],
        "actor": {"objectType": "Agent", "account": {"homePage": home, "name": data["user_id"]}},
        "verb": {"id": verb, "display": {"en": word}},
        "object": {
            "objectType": "Activity",
            "id": thing(type_, course, data),
            "definition": {"type": f"http://adlnet.gov/expapi/activities/{TYPES[type_]}"},
        },
        "context": {
            "platform": "Karmayogi",
            "extensions": {
                f"{home}/xapi/enrolment": data["enrolment_id"],
                f"{home}/xapi/version": data["version"],
            },
        },
    }
    if made["object"]["id"] != course:
        made["context"]["contextActivities"] = {"parent": [{"objectType": "Activity", "id": course}]}
    result = outcome(type_, data)
    return made | ({"result": result} if result else {})


def thing(type_: str, course: str, data: dict[str, Any]) -> str:
    """The address of what was learned."""
    if type_ == "progress.ResourceCompleted.v1":
        return f"{course}/resources/{data['resource_id']}"
    if type_ == "progress.AssessmentPassed.v1":
        return f"{course}/assessments/{data['assessment_id']}"
    return course


def outcome(type_: str, data: dict[str, Any]) -> dict[str, Any]:
    """The result of a statement: completion, success, score and duration, as far as the event knows them."""
    made: dict[str, Any] = {}
    if type_ in ("progress.ResourceCompleted.v1", "progress.CourseCompleted.v1"):
        made |= {"completion": True, "duration": f"PT{int(data['seconds'])}S"}
    if type_ == "progress.AssessmentPassed.v1":
        made["success"] = True
    if data.get("score") is not None:
        made["score"] = {"scaled": round(data["score"] / 100, 4), "raw": data["score"], "min": 0, "max": 100}
    return made


def carry(
    events: Iterable[tuple[int, dict[str, Any]]],
    home: str,
    send: Callable[[list[Statement]], None],
    mark: Path,
) -> int:
    """Send statements in batches; the offset moves on only after the store took them. Returns statements sent."""
    waiting: list[Statement] = []
    sent, place = 0, -1

    def flush() -> None:
        nonlocal sent
        if waiting:
            send(list(waiting))
            sent += len(waiting)
            waiting.clear()
        if place >= 0:
            keep(mark, place + 1)

    for offset, event in events:
        place = offset
        made = statement(event, home)
        if made is not None:
            waiting.append(made)
        if len(waiting) >= BATCH:
            flush()
    flush()
    return sent


def keep(mark: Path, offset: int) -> None:
    """Write the next offset, whole or not at all."""
    fresh = mark.with_suffix(".new")
    fresh.write_text(str(offset))
    fresh.replace(mark)


def begun(mark: Path) -> int:
    """Where to go on; 0 the first time."""
    return int(mark.read_text()) if mark.exists() else 0


def read(url: str, start: int, *, follow: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    """The log's events with their offsets, from `start` on; ends after some quiet seconds unless told to follow."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.basic_qos(prefetch_count=100)  # A stream refuses a reader without it.
    asked = {"x-stream-offset": start}
    for method, properties, body in channel.consume(LOG, arguments=asked, inactivity_timeout=QUIET):
        if method is None:
            if follow:
                continue
            return
        offset = int(properties.headers["x-stream-offset"])
        if offset >= start:  # A chunk may begin before the asked place.
            yield offset, json.loads(body)
        channel.basic_ack(method.delivery_tag)


def poster(url: str, key: str, secret: str) -> Callable[[list[Statement]], None]:
    """Sends statements to `<url>/statements`; any answer but 2xx raises, and nothing is marked as sent."""
    passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
    passwords.add_password(None, url, key, secret, is_authenticated=True)
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))

    def send(statements: list[Statement]) -> None:
        request = urllib.request.Request(
            f"{url.rstrip('/')}/statements",
            data=json.dumps(statements, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json", "X-Experience-API-Version": "1.0.3"},
            method="POST",
        )
        with opener.open(request, timeout=30):
            return

    return send


def main() -> int:
    """Carry what is new until the log is quiet, or for ever with --follow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url", help="amqp:// address with the analytics user")
    parser.add_argument("lrs", help="address of the learning record store's xAPI endpoint")
    parser.add_argument("--key", default="")
    parser.add_argument("--secret", default="")
    parser.add_argument("--home", default="https://karmayogi.example", help="the platform's own address")
    parser.add_argument("--offset", type=Path, default=Path("xapi.offset"), help="file that keeps the place")
    parser.add_argument("--follow", action="store_true")
    asked = parser.parse_args()
    events = read(asked.url, begun(asked.offset), follow=asked.follow)
    sent = carry(events, asked.home.rstrip("/"), poster(asked.lrs, asked.key, asked.secret), asked.offset)
    print(f"{sent} statements sent")
    return 0


if __name__ == "__main__":
    sys.exit(main())
