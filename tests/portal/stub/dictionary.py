"""Topics and competencies of the stub."""

from __future__ import annotations

from typing import Any

from tests.portal.stub.parts import names

STEPS = ("welcome", "roles", "topics", "current", "desired", "walkthrough")
GROUPS = {"governance": names("Governance", "शासन"), "money": names("Money and buying", "धन और खरीद")}


def topic(topic_id: str, group: str, english: str, hindi: str) -> dict[str, Any]:
    """One topic."""
    return {
        "id": topic_id,
        "name": names(english, hindi),
        "group": group,
        "group_name": GROUPS[group],
        "status": "verified",
        "version": 1,
    }


TOPICS = [
    topic("t-rti", "governance", "Right to information", "सूचना का अधिकार"),
    topic("t-office", "governance", "Office procedure", "कार्यालय पद्धति"),
    topic("t-ethics", "governance", "Ethics in public service", "लोक सेवा में नैतिकता"),
    topic("t-procure", "money", "Public procurement", "सार्वजनिक खरीद"),
    topic("t-finance", "money", "Financial management", "वित्तीय प्रबंधन"),
    topic("t-tax", "money", "Taxation", "कराधान"),
]
LEVELS = [
    {"level": 1, "name": names("Basic", "आधारभूत"), "description": names("Knows the words.", "शब्द जानते हैं।")},
    {
        "level": 2,
        "name": names("Proficient", "कुशल"),
        "description": names("Does it with help.", "सहायता से करते हैं।"),
    },
    {"level": 3, "name": names("Advanced", "उन्नत"), "description": names("Does it alone.", "अकेले करते हैं।")},
    {
        "level": 4,
        "name": names("Expert", "विशेषज्ञ"),
        "description": names("Guides others.", "दूसरों का मार्गदर्शन करते हैं।"),
    },
    {
        "level": 5,
        "name": names("Ustad", "उस्ताद"),
        "description": names("Shapes the field.", "क्षेत्र को दिशा देते हैं।"),
    },
]


def competency(competency_id: str, kind: str, english: str, hindi: str) -> dict[str, Any]:
    """One competency of the dictionary."""
    about = names(f"{english} in daily work.", f"दैनिक कार्य में {hindi}।")
    return {
        "id": competency_id,
        "name": names(english, hindi),
        "kind": kind,
        "group": kind,
        "description": about,
        "status": "verified",
        "levels": LEVELS,
    }


COMPETENCIES = [
    competency("c-procure", "functional", "Public procurement", "सार्वजनिक खरीद"),
    competency("c-finance", "functional", "Financial management", "वित्तीय प्रबंधन"),
    competency("c-noting", "functional", "Noting and drafting", "टिप्पण और प्रारूपण"),
    competency("c-comm", "behavioural", "Communication", "संवाद"),
    competency("c-team", "behavioural", "Collaboration", "सहयोग"),
    competency("c-telecom", "domain", "Telecom networks", "दूरसंचार नेटवर्क"),
]
BY_ID = {one["id"]: one for one in COMPETENCIES}
