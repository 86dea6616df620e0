"""The files of courses: over obstore, in a local folder, in memory or in an S3-compatible store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from services.catalog.store.seed import file_row, seed_files
from shared import log
from shared.errors import Unavailable

PIECE = 256 * 1024


class Files:
    """Whole files by key, and the parts of uploads until they are joined."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: ObjectStore | None = None
        self._seeded = False

    @property
    def _store(self) -> ObjectStore:
        if self._opened is None:
            parts = urlsplit(self._url)
            if parts.scheme == "file":
                self._opened = LocalStore(Path(parts.path), mkdir=True)
            else:
                self._opened = MemoryStore() if parts.scheme == "memory" else from_url(self._url)
        return self._opened

    def put(self, key: str, body: bytes) -> None:
        """Store one object."""
        obstore.put(self._store, key, body)

    def has(self, key: str) -> bool:
        """Whether there is such an object."""
        try:
            obstore.head(self._store, key)
        except FileNotFoundError:
            return False
        return True

    def read(self, key: str) -> bytes:
        """A whole object; FileNotFoundError without one."""
        return bytes(obstore.get(self._store, key).bytes())

    def pieces(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end`, piece by piece."""
        while start < end:
            upto = min(start + PIECE, end)
            yield bytes(obstore.get_range(self._store, key, start=start, end=upto))
            start = upto

    def join(self, parts: list[str], key: str) -> None:
        """Make one object of several, which are removed; the parts never lie in memory all at once."""
        with obstore.open_writer(self._store, key) as joined:
            for part in parts:
                joined.write(self.read(part))
        for part in parts:
            obstore.delete(self._store, part)

    def delete(self, key: str) -> None:
        """Remove an object; nothing happens when it is not there."""
        if self.has(key):
            obstore.delete(self._store, key)

    def ready(self) -> None:
        """Have the files of the starting catalogue; Unavailable when the store does not take them."""
        if self._seeded:
            return
        try:
            self.seed()
        except (BaseError, OSError, ValueError) as error:
            log.get(__name__).error("files not stored", extra={"error": type(error).__name__})
            raise Unavailable("files_unavailable", "Files of courses cannot be reached.") from error
        self._seeded = True

    def seed(self) -> None:
        """Store the files of the starting catalogue that are not there yet."""
        for name, path in seed_files().items():
            key = file_row(name, path)["key"]
            if not self.has(key):
                self.put(key, path.read_bytes())
