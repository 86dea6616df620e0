"""Cards: courses as lists show them, with the names of their topics, competencies and provider."""

from __future__ import annotations

from typing import Any

from services.catalog.rules.links import sign
from services.catalog.search import Names
from shared.auth import KeyRing
from shared.mongo import utcnow

Document = dict[str, Any]
FILES = "/api/catalog/v1/files/"
PLAIN = (
    "id", "version", "title", "summary", "minutes", "mode", "locales", "difficulty", "content_type",
    "resource_types", "assessments", "published_at", "certificate", "owner_mdo_id", "open",
)  # fmt: skip


class Links:
    """Signed links to files, on this site."""

    def __init__(self, ring: KeyRing, lifetime: float) -> None:
        self._ring, self._lifetime = ring, lifetime

    def url(self, file_id: str) -> str:
        """Where a file can be read for a while."""
        return FILES + sign(self._ring, file_id, utcnow().timestamp(), self._lifetime)


class Cards:
    """Turns cards as they are kept into cards as they are shown."""

    def __init__(self, names: Names, links: Links) -> None:
        self.names, self.links = names, links

    def shown(self, card: Document, *, status: str = "published") -> Document:
        """One card."""
        made = {name: card.get(name) for name in PLAIN}
        keywords = card.get("keywords") or {}
        return made | {
            "status": status,
            "provider": self.named("provider", card["provider_id"]),
            "topics": [self.named("topic", id_) for id_ in card.get("topics") or ()],
            "competencies": [
                self.named("competency", one["competency_id"]) | {"level": one["level"]}
                for one in card.get("competencies") or ()
            ],
            "keywords": [word for words in keywords.values() for word in words],
            "poster_url": self.links.url(card["poster"]) if card.get("poster") else None,
            "rating": card.get("rating") or {"average": 0.0, "count": 0},
        }

    def named(self, kind: str, id_: str) -> Document:
        """An id with its name in both languages."""
        return {"id": id_, "name": self.names.name(kind, id_)}
