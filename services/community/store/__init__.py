"""Collections and indexes of community: the only package here that knows MongoDB."""

from __future__ import annotations

from pymongo import ASCENDING
from pymongo.database import Database

from services.community.store.career import CAREER_HOLDINGS, Career, career_indexes
from services.community.store.dictionary import Dictionary, dictionary_indexes
from services.community.store.discuss import DISCUSS_HOLDINGS, Discuss, discuss_indexes
from services.community.store.network import NETWORK_HOLDINGS, Network, network_indexes
from services.community.store.people import People, people_indexes
from services.community.store.sessions import SESSION_HOLDINGS, Sessions, session_indexes
from services.community.store.shelves import Shelves
from shared.mongo import Document, Records
from shared.ops.orders import ensure_ops_indexes
from shared.privacy import Holding, Holdings

HOLDINGS = Holdings(
    (Holding("people", "_id"), *DISCUSS_HOLDINGS, *SESSION_HOLDINGS, *NETWORK_HOLDINGS, *CAREER_HOLDINGS)
)


class Store:
    """The collections of community, by noun."""

    def __init__(
        self, database: Database[Document], *, rails_cache: float = 0.0, samples_cache: float = 0.0
    ) -> None:
        self.database = database
        self.rails = Shelves(rails_cache)
        self.subjects = database["subjects"]
        self.people = People(database)
        self.dictionary = Dictionary(database)
        self.discuss = Discuss(database)
        self.sessions = Sessions(database)
        self.network = Network(database, samples_cache, rails_cache)
        self.career = Career(database)

    @property
    def publishing(self) -> tuple[Records, ...]:
        """The collections whose writes carry events."""
        return (
            self.discuss.threads,
            self.discuss.replies,
            self.sessions.sessions,
            self.sessions.registrations,
            self.network.connections,
            self.career.openings,
            self.career.applications,
            self.career.watches,
        )

    def audit(self, entry: Document) -> None:
        """Append one entry to the audit log."""
        self.database["audit"].insert_one(entry)

    def ping(self) -> None:
        """Ask the database for a sign of life; PyMongoError without one."""
        self.database.command("ping")


def ensure_indexes(database: Database[Document]) -> None:
    """Create all indexes; repeating it changes nothing."""
    ensure_ops_indexes(database)
    people_indexes(database)
    dictionary_indexes(database)
    discuss_indexes(database)
    session_indexes(database)
    network_indexes(database)
    career_indexes(database)
    database["audit"].create_index([("correlation_id", ASCENDING)], name="correlation_id")
