"""Courses of the tests: one with everything in it, and many of a generator with a fixed seed."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pymongo.database import Database

from services.catalog.app import Parts, create_app
from services.catalog.rules import CatalogSettings
from services.catalog.store.seed import _add_courses
from services.catalog.store.shapes import card_of, words_of
from shared.auth import Verifier
from shared.mongo import utcnow
from tests.service_kit import KEYS, SIGNER

SETTINGS = CatalogSettings(
    service="catalog",
    environment="test",
    files_url="memory://",
    file_links=KEYS,
    subjects_cache=0.0,
    search_reconcile=0.0,
    search_heap=15_000_000,
)
SECRET = "answerkeymarker"  # Stands in every field that only grading and authoring may read.

COURSE: dict[str, Any] = {
    "_id": "procurement-basics",
    "title": {"en": "Public Procurement: the basics", "hi": "सार्वजनिक खरीद: मूल बातें"},
    "summary": {"en": "How the government buys, step by step.", "hi": "सरकार कैसे खरीदती है, क्रम से।"},
    "description": {"en": "Rules, GeM and tenders.\nWith real cases.", "hi": "नियम, जेम और निविदाएँ।"},
    "provider_id": "istm",
    "owner_mdo_id": None,
    "open": True,
    "keywords": {"en": ["GeM", "tender", "GFR"], "hi": ["जेम", "निविदा"]},
    "topics": ["public-procurement"],
    "competencies": [{"competency_id": "public-procurement", "level": 2}],
    "locales": ["en", "hi"],
    "mode": "self_paced",
    "difficulty": "basic",
    "content_type": "course",
    "objectives": [{"en": "Name the modes of procurement.", "hi": "खरीद के प्रकार बताएँ।"}],
    "prerequisites": [],
    "authors": ["Institute faculty"],
    "certificate": True,
    "modules": [
        {
            "id": "m1",
            "title": {"en": "Why rules", "hi": "नियम क्यों"},
            "resources": [
                {
                    "id": "r1", "kind": "html", "title": {"en": "A case", "hi": "एक मामला"}, "required": True,
                    "purpose": "case_study", "seconds": 300, "pages": None, "file": None, "captions": {},
                    "transcript": None, "html": {"en": "<h2>Case</h2><p>Text</p>", "hi": "<h2>मामला</h2>"},
                    "link_url": None, "task": None, "session": None,
                },
                {
                    "id": "r2", "kind": "link", "title": {"en": "The manual", "hi": "नियमावली"}, "required": False,
                    "purpose": "further_reading", "seconds": 600, "pages": None, "file": None, "captions": {},
                    "transcript": None, "html": None, "link_url": "https://manual.example/gfr", "task": None,
                    "session": None,
                },
            ],
        },
        {
            "id": "m2",
            "title": {"en": "Tenders", "hi": "निविदाएँ"},
            "resources": [
                {
                    "id": "r3", "kind": "exercise", "title": {"en": "Draft a tender", "hi": "निविदा लिखें"},
                    "required": True, "purpose": "hands_on", "seconds": 1200, "pages": None, "file": None,
                    "captions": {}, "transcript": None, "html": None, "link_url": None,
                    "task": {"en": "Draft a notice.", "hi": "सूचना लिखें।"}, "session": None,
                },
            ],
        },
    ],
    "assessments": [
        {
            "id": "final", "kind": "final", "module_id": None, "title": {"en": "Final", "hi": "अंतिम"},
            "pass_mark": 60, "attempts": 3, "limit_seconds": 1200, "shuffle": True, "draw": None,
            "questions": [
                {
                    "id": "q1", "kind": "single", "text": {"en": f"Which? {SECRET}"},
                    "options": [{"id": "o1", "text": {"en": f"GeM {SECRET}"}}, {"id": "o2", "text": {"en": "No"}}],
                    "correct": ["o1"], "explanation": {"en": f"Because {SECRET}"},
                    "competency_id": "public-procurement", "level": 2, "points": 1,
                },
                {
                    "id": "q2", "kind": "fill_in", "text": {"en": "GST?"}, "accepted": [f"{SECRET} tax"],
                    "case_sensitive": False, "explanation": {"en": "So."}, "competency_id": None, "level": None,
                    "points": 1,
                },
                {
                    "id": "q3", "kind": "match", "text": {"en": "Match"},
                    "left": [{"id": "l1", "text": {"en": "a"}}, {"id": "l2", "text": {"en": "b"}}],
                    "right": [{"id": "r1", "text": {"en": "1"}}, {"id": "r2", "text": {"en": "2"}}],
                    "pairs": {"l1": "r2", "l2": "r1"}, "explanation": {"en": SECRET}, "competency_id": None,
                    "level": None, "points": 2,
                },
            ],
        }
    ],
}  # fmt: skip


def course(id_: str, title: str, **changed: Any) -> dict[str, Any]:
    """The course of the tests under another id and title, with changes."""
    return copy.deepcopy(COURSE) | {"_id": id_, "title": {"en": title}} | changed


def publish(database: Database[Any], *courses: dict[str, Any]) -> None:
    """Put courses there as the seed does: version 1, published."""
    _add_courses(database, [copy.deepcopy(one) for one in courses])


def make_client(database: Database[Any]) -> tuple[Any, Parts]:
    """A client of the whole app and its parts; files in memory, tokens of the tests' signer."""
    app = create_app(SETTINGS, database, Verifier(SETTINGS, SIGNER.jwks, None))
    return app.test_client(), app.extensions["catalog"]


TEXT = """
budget audit tender noting drafting vigilance leadership ethics grievance pension leave accounts records file
scheme welfare district rural urban land revenue tax customs railway health school water energy climate disaster
safety data cyber network portal cloud service citizen charter parliament question court contract store works
estimate payment salary travel transfer posting training planning monitoring report survey statistics research
बजट निविदा लेखा नियम योजना सेवा शिकायत प्रशिक्षण सूचना अधिकार सुरक्षा डेटा स्वास्थ्य शिक्षा जल ऊर्जा
"""
WORDS = TEXT.split()


def generated(count: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """So many courses as rows of `courses` with their scores, skewed as in life: few are taken by many."""
    chance = random.Random(seed)
    weights = [1 / (place + 2) for place in range(len(WORDS))]
    totals = [sum(weights[: place + 1]) for place in range(len(weights))]
    began = utcnow()

    def some(words: int) -> str:
        rare = [f"term{chance.randrange(count)}"] if words > 5 else []
        return " ".join(chance.choices(WORDS, cum_weights=totals, k=words) + rare)

    for number in range(count):
        popular = number % 100 == 0
        content = COURSE | {
            "title": {"en": some(5).capitalize(), "hi": some(4)},
            "summary": {"en": some(14)},
            "description": {"en": some(40)},
            "keywords": {"en": chance.sample(WORDS, 4)},
            "provider_id": f"provider-{int(chance.paretovariate(1.2)) % 60}",
            "topics": [f"topic-{int(chance.paretovariate(1)) % 60}", f"topic-{chance.randrange(60)}"],
            "competencies": [
                {"competency_id": f"competency-{chance.randrange(34)}", "level": chance.randint(1, 5)}
                for _ in range(2)
            ],
            "locales": chance.choice([["en"], ["hi"], ["en", "hi"]]),
            "mode": "self_paced" if chance.random() < 0.9 else "instructor_led",
            "open": True,
        }
        id_ = f"course-{number:06d}"
        at = began - timedelta(minutes=chance.randrange(2_000_000))
        yield {
            "_id": id_, "version": 1, "status": "published", "live": 1, "retired_at": None, "created_by": "bench",
            "versions": [], "card": card_of(id_, 1, content, at), "words": words_of(content), "changed_at": began,
            "_score": {
                "_id": id_, "average": round(chance.uniform(2.5, 5), 1), "count": chance.randrange(200),
                "enrolled": chance.randrange(20_000) if popular else chance.randrange(300), "changed_at": began,
            },
        }  # fmt: skip
