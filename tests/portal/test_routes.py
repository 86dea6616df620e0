"""The golden list of pages."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

GOLDEN = Path(__file__).parent / "routes.txt"


EXAMPLES = {
    "activity_id": "a1",
    "assessment_id": "as-final",
    "attempt_id": "at1",
    "certificate_id": "KY-0001",
    "competency_id": "c-comm",
    "copy_id": "ex0",
    "course_id": "finance-1",
    "dispute_id": "di1",
    "enrolment_id": "en-finance-1",
    "module_id": "mod1",
    "n": "1",
    "name": "help",
    "resource_id": "res-case",
    "review_id": "rev1",
    "role_id": "r2",
    "session_id": "s2",
    "slug": "new",
    "batch_id": "b1",
    "entry_id": "p1",
    "grant_id": "g1",
    "mandate_id": "ma1",
    "message_id": "msg1",
    "order_id": "or1",
    "part_id": "res-meet",
    "position_id": "p1",
    "proposal_id": "pr1",
    "provider_id": "istm",
    "question_id": "q1",
    "request_id": "dr1",
    "unit_id": "o1",
    "user_id": "u2",
    "thing_id": "t-rti",
    "application_id": "ap1",
    "connection_id": "cn1",
    "event_id": "ev1",
    "opening_id": "op1",
    "post_id": "rp9",
    "reply_id": "rp2",
    "space_id": "topic:t-rti",
    "thread_id": "th1",
}


def filled(path: str) -> str:
    """An address of a route, with things that the stub has."""
    named = re.sub(r"<any\('?([\w-]+)[^)]*\):\w+>", r"\1", path)
    return re.sub(r"<(?:[^:<>]*:)?(\w+)>", lambda found: EXAMPLES[found[1]], named)


def routes(app: Flask) -> list[str]:
    """Method and path of each route."""
    return sorted(
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def test_the_routes_are_the_golden_list(app: Flask) -> None:
    assert "\n".join(routes(app)) + "\n" == GOLDEN.read_text(encoding="utf-8")
