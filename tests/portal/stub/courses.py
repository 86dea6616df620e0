"""The courses of the stub."""

from __future__ import annotations

from typing import Any

from tests.portal.stub.dictionary import BY_ID, TOPICS
from tests.portal.stub.parts import NOW, names

PROVIDERS = {
    "istm": names("Institute of Secretariat Training", "सचिवालय प्रशिक्षण संस्थान"),
    "nifm": names("Institute of Financial Management", "वित्तीय प्रबंधन संस्थान"),
}
TEXT = names(
    "<h2>Case</h2><p>An office buys <strong>forty chairs</strong>. Which rule applies?</p>",
    "<h2>मामला</h2><p>एक कार्यालय <strong>चालीस कुर्सियाँ</strong> खरीदता है। कौन-सा नियम लागू होगा?</p>",
)


def resource(resource_id: str, kind: str, title: dict[str, str], **more: Any) -> dict[str, Any]:
    """One resource as the outline lists it."""
    plain = {"minutes": 5, "seconds": None, "pages": None, "required": True, "optional_kind": None}
    return {"id": resource_id, "kind": kind, "title": title, **plain, **more}


MODULES = [
    {
        "id": "mod1",
        "title": names("Why rules for buying", "खरीद के नियम क्यों"),
        "minutes": 15,
        "resources": [
            resource("res-video", "video", names("Buying in the open", "खुली खरीद"), seconds=12),
            resource(
                "res-case",
                "html",
                names("Case study: forty chairs", "केस स्टडी: चालीस कुर्सियाँ"),
                optional_kind="case_study",
            ),
            resource("res-pdf", "pdf", names("The rules in short", "संक्षेप में नियम"), pages=4),
        ],
    },
    {
        "id": "mod2",
        "title": names("Doing it", "करके सीखें"),
        "minutes": 10,
        "resources": [
            resource(
                "res-try",
                "exercise",
                names("Write a tender notice", "निविदा सूचना लिखें"),
                optional_kind="hands_on",
            ),
            resource(
                "res-more",
                "link",
                names("Further reading", "आगे पढ़ें"),
                required=False,
                optional_kind="further_reading",
            ),
            resource(
                "res-meet", "session", names("A morning with questions", "प्रश्नों की सुबह"), required=False
            ),
        ],
    },
]
FINAL = {
    "id": "as-final",
    "kind": "final",
    "title": names("Final test", "अंतिम परीक्षा"),
    "questions": 4,
    "pass_mark": 60,
    "attempts": 3,
    "limit_seconds": 1200,
    "module_id": None,
}


def card(
    course_id: str,
    english: str,
    hindi: str,
    provider: str,
    topic_id: str,
    competency: str,
    minutes: int,
    *words: str,
) -> dict[str, Any]:
    """One course as lists show it."""
    named = next(one["name"] for one in TOPICS if one["id"] == topic_id)
    return {
        "id": course_id,
        "version": 1,
        "title": names(english, hindi),
        "summary": names(
            f"{english}: what an official needs to know.", f"{hindi}: अधिकारी को क्या जानना चाहिए।"
        ),
        "provider": {"id": provider, "name": PROVIDERS[provider]},
        "minutes": minutes,
        "mode": "self_paced",
        "locales": ["en", "hi"],
        "difficulty": "basic",
        "content_type": "course",
        "resource_types": {"video": 1, "html": 1, "pdf": 1, "exercise": 1},
        "assessments": 1,
        "topics": [{"id": topic_id, "name": named}],
        "keywords": list(words),
        "poster_url": None,
        "competencies": [{"id": competency, "name": BY_ID[competency]["name"], "level": 3}],
        "rating": {"average": 4.3, "count": 12},
        "published_at": NOW,
        "status": "published",
        "certificate": True,
    }


COURSES = [
    card(
        "procure-1",
        "Public procurement: first steps",
        "सार्वजनिक खरीद: पहले कदम",
        "istm",
        "t-procure",
        "c-procure",
        25,
        "procurement",
        "tender",
    ),
    card(
        "procure-2",
        "E-procurement in practice",
        "व्यवहार में ई-खरीद",
        "nifm",
        "t-procure",
        "c-procure",
        90,
        "procurement",
        "GeM",
    ),
    card(
        "finance-1",
        "Finance for non-finance officers",
        "गैर-वित्त अधिकारियों के लिए वित्त",
        "nifm",
        "t-finance",
        "c-finance",
        140,
        "finance",
        "budget",
    ),
    card(
        "rti-1",
        "Right to information at the desk",
        "डेस्क पर सूचना का अधिकार",
        "istm",
        "t-rti",
        "c-noting",
        45,
        "RTI",
    ),
]
COURSES[1]["resource_types"] = {"video": 2}
COURSES[2]["resource_types"] = {"video": 1, "html": 1, "session": 1}
COURSES[3]["title"] = names("Right to information at the desk")
