"""Courses recommended to one person, with the reasons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.catalog.queries.cards import Cards
from services.catalog.queries.lists import duties, featured, newest
from services.catalog.rules.recommending import Taste, popular, ranked
from services.catalog.search import Searching
from services.catalog.store import Store
from shared.mongo import utcnow

Document = dict[str, Any]
CANDIDATES, FRESH, BROWSED, SEEDS = 80, 20, 10, 20
BROWSED_FOR = timedelta(days=30)


def recommended(store: Store, searching: Searching, cards: Cards, user_id: str, limit: int) -> list[Document]:
    """Courses with score and terms, best first; filled up with much taken ones when little is known."""
    taste, titles = _taste(store, searching, user_id)
    candidates = _candidates(searching, taste)
    titles |= {one["id"]: one["title"] for one in candidates}

    def name(kind: str, id_: str) -> Document:
        called = titles.get(id_) or {"en": id_} if kind == "course" else cards.names.name(kind, id_)
        some = next(iter(called.values()))
        return {"en": called.get("en") or some, "hi": called.get("hi") or some}

    best = ranked(candidates, taste, name, utcnow(), limit)
    chosen = {card["id"] for card, _, _ in best}
    for card in featured(searching, limit + len(taste.away)) if len(best) < limit else ():
        if card["id"] not in taste.away | chosen and card.get("open", True) and len(best) < limit:
            best.append((card, [popular()], popular()["weight"]))
    due = duties(store, user_id)

    def shown(card: Document) -> Document:
        return cards.shown(card) | {"mandated": card["id"] in due}

    return [{"course": shown(card), "score": score, "terms": reasons} for card, reasons, score in best]


def _taste(store: Store, searching: Searching, user_id: str) -> tuple[Taste, dict[str, Document]]:
    learner = store.learners.find_one({"_id": user_id}) or {}
    wishes = store.preferences.find_one({"_id": user_id}) or {}
    position = store.positions.find_one({"_id": learner.get("position_id") or ""}) or {}
    taken = list(store.enrolments.find({"user_id": user_id}))
    done = [one["course_id"] for one in taken if one.get("completed_at")]
    busy = {one["course_id"] for one in taken if one.get("active")}
    mine = searching.by_ids(done[-SEEDS:])
    browsed = frozenset[str]()
    if wishes.get("browsing", True):
        browsed = _browsed(store, searching, user_id)
    taste = Taste(
        held=learner.get("held") or {},
        desired=learner.get("desired") or {},
        required=position.get("competencies") or {},
        topics=frozenset(learner.get("topics") or ()),
        similar=_similar(store, list(mine)),
        browsed=browsed,
        away=frozenset({*done, *busy, *wishes.get("not_relevant", ())}),
        mdo_path=tuple(learner.get("mdo_path") or ()),
    )
    return taste, {id_: card["title"] for id_, card in mine.items()}


def _similar(store: Store, done: list[str]) -> dict[str, tuple[float, str]]:
    found: dict[str, tuple[float, str]] = {}
    for id_, score in store.by_ids(store.scores, done).items():
        for other, weight in (score.get("similar") or {}).items():
            if weight > found.get(other, (0.0, ""))[0]:
                found[other] = (weight, id_)
    return found


def _browsed(store: Store, searching: Searching, user_id: str) -> frozenset[str]:
    since = utcnow() - BROWSED_FOR
    seen = sorted(store.views.find({"user_id": user_id}), key=lambda one: one["at"])
    ids = [one["course_id"] for one in seen[-BROWSED:] if one["at"] > since]
    return frozenset(topic for card in searching.by_ids(ids).values() for topic in card.get("topics") or ())


def _candidates(searching: Searching, taste: Taste) -> list[Document]:
    """Courses that may score: of a competency aimed at, a topic followed or browsed, taken by alike, new."""
    aims = {
        id_: float(level)
        for aimed in (taste.required, taste.desired)
        for id_, level in aimed.items()
        if level > taste.held.get(id_, 0)
    }
    found = {card["id"]: card for card in newest(searching, FRESH)}
    topics = dict.fromkeys(taste.browsed, 0.5) | dict.fromkeys(taste.topics, 1.0)
    for wanted, dimension in ((aims, "competency"), (topics, "topic")):
        if wanted:
            query = searching.any_of(wanted, dimension)
            found |= {card["id"]: card for card in searching.cards(query, CANDIDATES)}
    return list((found | searching.by_ids(list(taste.similar))).values())
