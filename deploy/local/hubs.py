"""What the hubs of the local stack hold from the start: made once, by the demo people, through the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.local.demo import POSITION, Walk, token_of
from deploy.local.servers import Failed

C = "/community/v1"
QUESTIONS: tuple[dict[str, str], ...] = (
    {
        "by": "PUBLIC", "answers": "MDO_ADMIN", "space": "topic:public-procurement",
        "title": "Up to which value may we buy without a quotation?",
        "body": "Our office buys a few small things each month. The manual and an older circular name two limits.",
        "answer": "The limit of the manual now in force holds. Look at its first pages for the date; an older circular "
        "no longer counts. Note the certificate of the buying official in the file.",
    },
    {
        "by": "CONTENT_CREATOR", "answers": "PUBLIC", "space": "topic:public-procurement",
        "title": "निविदा में तकनीकी और वित्तीय बोली अलग-अलग क्यों खोली जाती है?",
        "body": "नए सहकर्मी यह पूछते हैं। इसे दो वाक्यों में कैसे समझाएँ?",
        "answer": "ताकि तकनीकी मूल्यांकन पर मूल्य का प्रभाव न पड़े। वित्तीय बोली केवल उन्हीं की खुलती है जो तकनीकी रूप से योग्य हैं।",
    },
    {
        "by": "CONTENT_REVIEWER", "answers": "", "space": "course:procurement-basics",
        "title": "Which example from your office fits the second part of this course?",
        "body": "A short description of the need, without names, would help all who take it.",
        "answer": "",
    },
)  # fmt: skip
OPENING = {
    "title": {"en": "Purchase officer, Delhi circle", "hi": "क्रय अधिकारी, दिल्ली परिमंडल"},
    "about": {
        "en": "Runs the tenders of the circle for two years, with a team of four.",
        "hi": "दो वर्ष के लिए परिमंडल की निविदाएँ, चार लोगों के दल के साथ।",
    },
    "mdo_id": "bsnl", "position_id": POSITION, "places": 2,
    "competencies": [{"competency_id": "public-procurement", "level": 2}],
}  # fmt: skip
SESSION = {
    "title": {"en": "Questions on tenders: an open hour", "hi": "निविदाओं पर प्रश्न: एक खुला घंटा"},
    "about": {"en": "Bring a case of yours.", "hi": "अपना एक मामला साथ लाएँ।"},
    "kind": "webinar", "topics": ["public-procurement"], "course_id": "procurement-basics", "capacity": 50,
    "join_url": "https://meet.example.org/open-hour", "speakers": ["Leela Menon"],
}  # fmt: skip


def prepare_hubs(url: str, accounts: list[dict[str, str]]) -> None:
    """Questions with answers, connections, an opening and an event; nothing when they are there already."""
    one = Walk(url, url)
    one.quiet = True
    try:
        bearers = {account["role"]: _signed_in(one, account) for account in accounts}
        if one.call("GET", f"{C}/threads?only=mine", 200, bearers["PUBLIC"])["items"]:
            return
        for role in ("MDO_ADMIN", "CONTENT_CREATOR", "CONTENT_REVIEWER", "FRAC_ADMIN"):
            _complete(one, bearers[role])
        for question in QUESTIONS:
            _discuss(one, bearers, question)
        _connect(one, bearers)
        _announce(one, bearers)
    finally:
        one.http.close()
        one.mail.close()


def _signed_in(one: Walk, account: dict[str, str]) -> str:
    given = {name: account[name] for name in ("email", "password")}
    return token_of(one.call("POST", "/identity/v1/auth/token", 200, **given))


def _complete(one: Walk, bearer: str) -> None:
    """The mandatory profile, without which nobody writes, and what others may learn from this person."""
    mine = "/onboarding/v1/profiles/me"
    one.soon(lambda: one.call("GET", mine, 200, bearer)["fields"]["mdo_id"])
    one.call("POST", "/onboarding/v1/onboarding/me/complete", 200, bearer)
    held = [{"competency_id": "public-procurement", "level": 4}]
    one.call("PUT", f"{mine}/competencies/current", 200, bearer, items=held)
    known = one.call("GET", mine, 200, bearer)["fields"]
    position = {} if known["position_id"] or known["position_text"] else {"position_id": "section-officer"}
    made = one.call("PATCH", mine, 200, bearer, group="b", locale="en", **position)
    if not made["complete"]:
        raise Failed(f"The profile of a demo account is not complete: {made['missing']}")


def _discuss(one: Walk, bearers: dict[str, str], question: dict[str, str]) -> None:
    asked = {name: question[name] for name in ("space", "title", "body")}
    thread = one.soon(lambda: one.post(f"{C}/threads", bearers[question["by"]], **asked))
    if question["answer"]:
        path = f"{C}/threads/{thread['id']}"
        answerer = bearers[question["answers"]]
        reply = one.soon(lambda: one.post(f"{path}/replies", answerer, body=question["answer"]))
        one.call("PUT", f"{C}/replies/{reply['id']}/vote", 200, bearers[question["by"]])
        one.call("PUT", f"{path}/accepted", 200, bearers[question["by"]], reply_id=reply["id"])
        one.call("PUT", f"{path}/vote", 200, answerer)


def _connect(one: Walk, bearers: dict[str, str]) -> None:
    """The learner knows the administrator, and the author of courses asks."""
    ids = {
        role: str(one.call("GET", "/identity/v1/me", 200, bearer)["id"]) for role, bearer in bearers.items()
    }
    asked: dict[str, Any] = one.call(
        "POST", f"{C}/network/requests", 201, bearers["MDO_ADMIN"], user_id=ids["PUBLIC"]
    )
    one.call("POST", f"{C}/network/requests/{asked['id']}/accept", 200, bearers["PUBLIC"])
    note = "We met at the workshop in Pune."
    author = bearers["CONTENT_CREATOR"]
    one.call("POST", f"{C}/network/requests", 201, author, user_id=ids["PUBLIC"], note=note)


def _announce(one: Walk, bearers: dict[str, str]) -> None:
    """An opening of the learner's organisation, and an event that another has reviewed."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    last_date = f"{now + timedelta(days=90):%Y-%m-%d}"
    opening = one.call(
        "POST", f"{C}/recruiting/openings", 201, bearers["MDO_ADMIN"], **OPENING, last_date=last_date
    )
    one.call("POST", f"{C}/recruiting/openings/{opening['id']}/publish", 200, bearers["MDO_ADMIN"])
    one.call("PUT", f"{C}/openings/{opening['id']}/watch", 200, bearers["PUBLIC"])

    begins = now + timedelta(days=6)
    times = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=1)).isoformat()}
    author = bearers["CONTENT_CREATOR"]
    made = one.call("POST", f"{C}/organising/sessions", 201, author, **SESSION, **times)
    path = f"{C}/organising/sessions/{made['id']}"
    one.call("POST", f"{path}/submit", 200, author)
    one.call("POST", f"{path}/publish", 200, bearers["CONTENT_REVIEWER"])
    one.call("PUT", f"{C}/sessions/{made['id']}/registration", 200, bearers["PUBLIC"])
