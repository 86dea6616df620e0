"""The search index in this process's memory, built from the database and kept current by following it."""

from services.catalog.search.index import SearchIndex
from services.catalog.search.names import Names
from services.catalog.search.query import DIMENSIONS, Asked, Found, Searching

__all__ = ["DIMENSIONS", "Asked", "Found", "Names", "SearchIndex", "Searching"]
