"""The only place of identity that knows MongoDB: its collections, their indexes, the starting data."""

from services.identity.store.collections import AUDIT_KEPT, SEED, Directory, Store, words_of
from services.identity.store.indexes import ensure_indexes, seed

__all__ = ["AUDIT_KEPT", "SEED", "Directory", "Store", "ensure_indexes", "seed", "words_of"]
